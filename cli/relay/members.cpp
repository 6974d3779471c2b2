#include <CLI/CLI.hpp>
#include <memory>

#include "cli/output.h"
#include "cli/prompt.h"
#include "cli/relay/authority.h"
#include "cli/relay/commands.h"
#include "cli/terminal.h"
#include "crypto/error.h"
#include "sync/relay/roster_admin.h"

namespace depone::cli {

namespace {

struct Options {
  std::string path;
  std::string id;
  std::string fingerprint;
};

Json json_of(const relay::MemberEntry& member) {
  return {{"id", member.id},
          {"name", member.name},
          {"role", role_text(member.role)},
          {"class", member.member_class},
          {"state", state_text(member.state)},
          {"fingerprint", member.fingerprint},
          {"expires", member.expires ? Json(member.expires->text()) : Json(nullptr)}};
}

int list(Context& context, const Options& options) {
  relay::Directory relay(options.path);
  const auto members = relay::list_members(relay, context.now());
  for (const relay::MemberEntry& member : members) {
    if (context.json) {
      print_json(context, json_of(member));
      continue;
    }
    context.out << padded_to(member.id, 20) << ' ' << padded_to(role_text(member.role), 8) << ' '
                << padded_to(member.member_class, 10) << ' ' << padded_to(state_text(member.state), 8) << ' '
                << padded_to(member.fingerprint.empty() ? "-" : member.fingerprint, 20) << ' '
                << printable(member.name) << '\n';
  }
  if (!context.json && members.empty()) context.err << "Nobody is invited yet: depone-relay invite makes an invite.\n";
  return 0;
}

void tell(Context& context, const Options& options, const relay::RosterChange& change, const char* what) {
  if (context.json) {
    print_json(context, {{"id", options.id},
                         {"roster", change.version},
                         {"published", change.published},
                         {"unsigned", change.published ? Json(nullptr) : Json(change.unsigned_roster.string())}});
    return;
  }
  if (change.published) {
    context.out << options.id << " is " << what << "; roster version " << change.version << ".\n";
    return;
  }
  const std::string roster = printable(change.unsigned_roster.string());
  context.out << options.id << " is " << what << " in roster version " << change.version
              << ", which counts once the authority has signed it. Carry " << roster
              << " and the members.jsonl beside it to the machine that has the key, and there:\n"
                 "  depone-relay roster sign roster.json --key authority.key\n"
                 "Bring the signature back beside it, and here:\n  depone-relay roster publish "
              << printable(options.path) << '\n';
}

// Shown and asked for where it was not given. --yes does not answer this: it is the one thing that a person must compare.
std::string ask_fingerprint(const Options& options, const relay::InviteRecord& join) {
  Terminal terminal("the fingerprint that the member says is needed: --fingerprint HEX");
  const std::string answer = terminal.read_line(
      printable(options.id + " joined with keys whose fingerprint is\n  " + join.fingerprint +
                "\nDoes the member say exactly this, over the channel that the invite went by? [y/N] "));
  if (answer == "y" || answer == "Y" || answer == "yes") return join.fingerprint;
  throw Error(Code::refused, "nobody was approved", options.id);
}

int approve(Context& context, const Options& options) {
  relay::Directory relay(options.path);
  const relay::InviteRecord join = pending_join(relay, options.id);
  const std::string fingerprint = options.fingerprint.empty() ? ask_fingerprint(options, join) : options.fingerprint;
  const auto authority = open_authority(context, relay);
  tell(context, options,
       approve_member(relay, options.id, fingerprint, authority ? &*authority : nullptr, context.now()), "a member");
  return 0;
}

int revoke(Context& context, const Options& options) {
  relay::Directory relay(options.path);
  if (!confirm(context, "Revoke " + options.id + "? Nothing signed with these keys is taken in from then on.")) {
    throw Error(Code::refused, "nobody was revoked", options.id);
  }
  const auto authority = open_authority(context, relay);
  tell(context, options, revoke_member(relay, options.id, authority ? &*authority : nullptr, context.now()), "revoked");
  return 0;
}

CLI::App* add(CLI::App& app, const char* name, const char* summary, const char* example,
              const std::shared_ptr<Options>& options) {
  CLI::App* command = app.add_subcommand(name, summary);
  command->footer(std::string("Example:\n  ") + example);
  command->add_option("DIR", options->path, "The relay's directory")->required()->type_name("DIR");
  return command;
}

}  // namespace

Runner relay_members(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  CLI::App* list_command = add(app, "list", "Members, joins that wait, open invites", "depone-relay members list relay", options);
  CLI::App* approve_command = add(app, "approve", "Make a member of who joined, after comparing the fingerprint",
                                  "depone-relay members approve relay monitor-1 --fingerprint 0123456789abcdef0123", options);
  approve_command->add_option("ID", options->id, "The id that the invite gave")->required()->type_name("ID");
  approve_command->add_option("--fingerprint", options->fingerprint, "As the member says it")->type_name("HEX");
  CLI::App* revoke_command = add(app, "revoke", "End a membership: at once here, for everybody with the next roster",
                                 "depone-relay members revoke relay monitor-1", options);
  revoke_command->add_option("ID", options->id, "The member's id")->required()->type_name("ID");
  return [options, &context, list_command, approve_command] {
    if (list_command->parsed()) return list(context, *options);
    if (approve_command->parsed()) return approve(context, *options);
    return revoke(context, *options);
  };
}

}  // namespace depone::cli
