#include <CLI/CLI.hpp>
#include <memory>

#include "cli/output.h"
#include "cli/relay/commands.h"
#include "crypto/error.h"
#include "sync/relay/invites.h"

namespace depone::cli {

namespace {

constexpr std::uint64_t kLongestHours = 24 * 366;

struct Options {
  std::string path;
  std::string role;
  std::string member_class;
  std::string name;
  std::string valid = "72h";
};

// "72h", "3d", "30m".
std::int64_t seconds_from(const std::string& text) {
  const std::string_view digits = std::string_view(text).substr(0, text.empty() ? 0 : text.size() - 1);
  const auto number = from_decimal(digits, kLongestHours * 60);
  const char unit = text.empty() ? ' ' : text.back();
  const std::int64_t each = unit == 'm' ? 60 : unit == 'h' ? 3'600 : unit == 'd' ? 86'400 : 0;
  if (!number || *number == 0 || each == 0 ||
      static_cast<std::int64_t>(*number) * each > static_cast<std::int64_t>(kLongestHours) * 3'600) {
    throw Error(Code::usage, "how long an invite is valid is a number and m, h or d, up to a year: 72h", "--valid");
  }
  return static_cast<std::int64_t>(*number) * each;
}

int invite(Context& context, const Options& options) {
  const auto role = parse_role(options.role);
  if (!role) throw Error(Code::usage, "a role is monitor, desk or auditor", "--role");
  const std::int64_t seconds = seconds_from(options.valid);
  relay::Directory relay(options.path);
  const relay::NewInvite made =
      relay::make_invite(relay, {*role, options.member_class, options.name, seconds}, context.now());
  if (context.json) {
    print_json(context,
               {{"invite", made.invite.text()}, {"id", made.member}, {"expires", made.expires.text()}});
    return 0;
  }
  context.out << made.invite.text() << '\n';
  context.err << "For " << made.member << ", once, until " << made.expires.text()
              << ". Send it by a channel that you trust. When they have joined, have them say the fingerprint by the same "
                 "channel:\n  depone-relay members approve "
              << printable(options.path) << ' ' << made.member << '\n';
  return 0;
}

}  // namespace

Runner relay_invite(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.add_option("DIR", options->path, "The relay's directory")->required()->type_name("DIR");
  app.add_option("--role", options->role, "monitor, desk or auditor")->required()->type_name("ROLE");
  app.add_option("--class", options->member_class, "What a desk may read: desk, legal, medical, partner …")
      ->type_name("CLASS");
  app.add_option("--name", options->name, "The member's id: a pseudonym; by default the role and a number")
      ->type_name("NAME");
  app.add_option("--valid", options->valid, "How long: 72h, 3d")->type_name("TIME")->capture_default_str();
  return [options, &context] { return invite(context, *options); };
}

}  // namespace depone::cli
