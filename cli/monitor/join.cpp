#include <CLI/CLI.hpp>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "sync/roster_client.h"

namespace depone::cli {

namespace {

struct Options {
  std::string invite;
  std::string name;
};

Json as_json(const JoinResult& joined, const Invite& invite) {
  Json json = Json::object();
  json["organisation"] = joined.organisation;
  json["authority"] = joined.authority;
  json["fingerprint"] = joined.fingerprint;
  json["status"] = joined.status;
  json["readers"] = joined.readers;
  json["relay"] = invite.url;
  json["pin"] = invite.pin ? Json(base64url(*invite.pin)) : Json(nullptr);
  return json;
}

void print(Context& context, const JoinResult& joined, const Invite& invite) {
  std::ostream& out = context.out;
  out << "Organisation   " << printable(joined.organisation) << '\n'
      << "Authority      " << joined.authority << '\n'
      << "Fingerprint    " << joined.fingerprint << "\n\n";
  if (joined.status == "member") {
    out << "You are a member.\n\n";
  } else {
    out << "Tell the operator this fingerprint over the channel that the invite came by: a call, "
           "or face to\n"
           "face, not through this relay. Once it is approved, run: depone sync\n\n";
  }
  if (joined.readers.empty()) {
    out << "Nobody will be able to read what you seal yet: the organisation has no desk.\n";
  } else {
    out << "Who will be able to read what you seal:\n";
    for (const std::string& reader : joined.readers) out << "  " << printable(reader) << '\n';
  }
  out << "\nAdd to your recovery sheet, by hand:\n"
      << "  Relay        " << printable(invite.url) << '\n';
  if (invite.pin) out << "  Pin          " << base64url(*invite.pin) << '\n';
  out << "  Authority    " << joined.authority << '\n';
}

}  // namespace

Runner install_join(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("INVITE", options->invite, "The line that the operator gave you, in quotes")
      ->required();
  app.add_option("--name", options->name,
                 "What you are called in the organisation: not your own name")
      ->type_name("PSEUDONYM");
  return [options, &context] {
    const Invite invite = Invite::parse(options->invite);
    Vault vault = open_vault(context);
    const JoinResult joined = join_relay(vault, invite, options->name, context.now);
    if (context.json) {
      print_json(context, as_json(joined, invite));
    } else {
      print(context, joined, invite);
    }
    return 0;
  };
}

}  // namespace depone::cli
