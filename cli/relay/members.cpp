#include <CLI/CLI.hpp>
#include <memory>

#include "cli/output.h"
#include "cli/prompt.h"
#include "cli/relay/authority.h"
#include "cli/relay/commands.h"
#include "cli/relay/roster_change.h"
#include "cli/terminal.h"
#include "crypto/error.h"

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
  tell_change(context, options.path,
              approve_member(relay, options.id, fingerprint, authority ? &*authority : nullptr, context.now()),
              options.id + " is a member", {{"id", options.id}});
  return 0;
}

int revoke(Context& context, const Options& options) {
  relay::Directory relay(options.path);
  if (!confirm(context, "Revoke " + options.id + "? Nothing signed with these keys is taken in from then on.")) {
    throw Error(Code::refused, "nobody was revoked", options.id);
  }
  const auto authority = open_authority(context, relay);
  tell_change(context, options.path,
              revoke_member(relay, options.id, authority ? &*authority : nullptr, context.now()),
              options.id + " is revoked", {{"id", options.id}});
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
