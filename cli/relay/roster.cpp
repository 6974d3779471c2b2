#include <CLI/CLI.hpp>
#include <memory>

#include "cli/output.h"
#include "cli/prompt.h"
#include "cli/relay/authority.h"
#include "cli/relay/commands.h"
#include "cli/relay/roster_change.h"
#include "crypto/error.h"
#include "sync/relay/init.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxHead = 4u << 20;
constexpr std::size_t kMaxMembers = 1u << 30;

struct Options {
  std::string path;
  std::string roster;
  std::string key = "authority.key";
  std::string to;
  bool unsigned_too = false;
  std::vector<std::string> urls;
  std::vector<std::string> pins;
  std::string certificate;
  bool no_pins = false;
};

void print_roster(Context& context, const std::string& head_json, const std::string& members, bool is_signed) {
  const RosterHead head = RosterHead::parse(head_json);
  const auto lines = lines_of(members);
  if (context.json) {
    Json list = Json::array();
    for (const std::string_view line : *lines) list.push_back(parse_json(line, "member line"));
    print_json(context, {{"version", head.version},
                         {"signed", is_signed},
                         {"roster", parse_json(head_json, "roster.json")},
                         {"members", std::move(list)}});
    return;
  }
  std::ostream& out = context.out;
  out << "organisation  " << printable(head.organisation) << "\nversion       " << head.version
      << (is_signed ? "" : " (waits for the authority's signature)") << "\nissued        " << head.issued.text()
      << "\nexpires       " << head.expires.text() << "\nauthority     " << head.authority.text() << '\n';
  for (const RosterRelay& relay : head.relays) {
    for (const std::string& url : relay.urls) out << "address       " << printable(url) << '\n';
    for (const std::string& pin : relay.pins) out << "TLS key       " << printable(pin) << '\n';
  }
  for (const std::string_view text : *lines) {
    const MemberLine line = MemberLine::parse(text);
    out << padded_to(line.id, 20) << ' ' << padded_to(role_text(line.role), 8) << ' ' << padded_to(line.member_class, 10)
        << ' ' << (line.until ? "revoked" : "member ") << ' ' << line.fingerprint() << ' ' << printable(line.name) << '\n';
  }
}

int show(Context& context, const Options& options) {
  relay::Directory relay(options.path);
  if (options.unsigned_too) {
    const auto draft = unsigned_roster(relay);
    if (!draft) throw Error(Code::not_found, "no roster waits for a signature", options.path);
    print_roster(context, draft->head_json, draft->members, false);
    if (!context.json) {
      context.err << "It lies in " << printable((relay.path() / "roster-unsigned").string())
                  << ": carry the directory to the machine that has the authority's key.\n";
    }
    return 0;
  }
  const relay::StoredRoster newest = relay.newest_roster();
  if (!options.to.empty()) {
    make_directory(options.to);
    write_file(fs::path(options.to) / "members.jsonl", newest.members);
    write_file(fs::path(options.to) / "roster.json", newest.head);
    write_file(fs::path(options.to) / "roster.json.minisig", newest.minisig);
  }
  print_roster(context, newest.head, newest.members, true);
  return 0;
}

// On standard error, above the question for the passphrase, wherever the roster itself goes.
void print_changes(Context& context, const fs::path& roster) {
  const auto changes = relay::changes_to_sign(roster);
  const bool first = !RosterHead::parse(read_text(roster, kMaxHead, true)).previous;
  if (!changes) {
    context.err << (first ? "This is the first roster: read all of it.\n"
                          : "The roster before this one does not lie in before/ beside it, so what changes cannot be "
                            "said: read all of it.\n");
    return;
  }
  context.err << (changes->empty() ? "Nothing changes but version and dates.\n" : "What changes:\n");
  for (const std::string& change : *changes) context.err << "  " << printable(change) << '\n';
}

int sign(Context& context, const Options& options) {
  fs::path roster = options.path;
  if (fs::is_directory(roster)) {
    roster = fs::exists(roster / "roster-unsigned") ? roster / "roster-unsigned" / "roster.json" : roster / "roster.json";
  }
  print_roster(context, read_text(roster, kMaxHead, true), read_text(roster.parent_path() / "members.jsonl", kMaxMembers, true),
               false);
  print_changes(context, roster);
  const SecretBytes passphrase = ask_passphrase(context, "Passphrase of the authority's key");
  relay::sign_roster_file(roster, relay::read_authority_key(options.key, passphrase.reveal()));
  context.err << "Signed: " << printable(roster.string() + ".minisig") << ". Bring it back to the relay, and there: "
              << "depone-relay roster publish DIR\n";
  return 0;
}

int publish(Context& context, const Options& options) {
  relay::Directory relay(options.path);
  const fs::path roster =
      options.roster.empty() ? relay.path() / "roster-unsigned" / "roster.json" : fs::path(options.roster);
  const std::string head_json = read_text(roster, kMaxHead, true);
  publish_roster(relay, head_json, read_text(roster.string() + ".minisig", minisign::kMaxSignatureSize, true),
                 read_text(roster.parent_path() / "members.jsonl", kMaxMembers, true));
  const std::uint64_t version = RosterHead::parse(head_json).version;
  if (context.json) {
    print_json(context, {{"roster", version}, {"published", true}});
  } else {
    context.out << "Roster version " << version << " is published.\n";
  }
  return 0;
}

int address(Context& context, const Options& options) {
  relay::Directory relay(options.path);
  RosterRelay wanted{options.urls, options.pins};
  if (!options.certificate.empty()) wanted.pins.push_back(base64url(relay::tls_pin(options.certificate)));
  if (wanted.pins.empty() && !options.no_pins) wanted.pins = pins_of(relay);
  const auto authority = open_authority(context, relay);
  tell_change(context, options.path,
              set_addresses(relay, wanted, authority ? &*authority : nullptr, context.now()),
              "Addresses and TLS keys are as given", {{"urls", wanted.urls}, {"pins", wanted.pins}});
  return 0;
}

int make_key(Context& context, const Options& options) {
  make_directory(options.path);
  const SecretBytes passphrase = ask_new_passphrase(context, "New passphrase for the authority's key");
  const minisign::PublicKey authority(relay::make_authority(options.path, passphrase.reveal()).public_key());
  if (context.json) {
    print_json(context, {{"authority", authority.text()}});
  } else {
    context.out << authority.text() << '\n';
    context.err << "authority.key stays on this machine; carry authority.pub to the relay: depone-relay init --authority "
                   "authority.pub\n";
  }
  return 0;
}

CLI::App* add(CLI::App& app, const char* name, const char* summary, const char* example) {
  CLI::App* command = app.add_subcommand(name, summary);
  command->footer(std::string("Example:\n  ") + example);
  return command;
}

}  // namespace

Runner relay_roster(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.require_subcommand(1);
  CLI::App* show_command = add(app, "show", "The newest roster", "depone-relay roster show relay");
  show_command->add_option("DIR", options->path, "The relay's directory")->required()->type_name("DIR");
  show_command->add_flag("--unsigned", options->unsigned_too, "The one that waits for the authority's signature");
  show_command->add_option("--to", options->to, "Also write roster.json, its signature and members.jsonl into this directory")
      ->type_name("DIR");
  CLI::App* sign_command = add(app, "sign", "Sign a roster, on the machine that has the authority's key",
                               "depone-relay roster sign roster-unsigned/roster.json --key authority.key");
  sign_command->add_option("ROSTER", options->path, "roster.json, with members.jsonl beside it")
      ->required()
      ->type_name("FILE");
  sign_command->add_option("--key", options->key, "The authority's secret key file")->type_name("FILE")->capture_default_str();
  CLI::App* publish_command = add(app, "publish", "Make a signed roster the newest one",
                                  "depone-relay roster publish relay roster-unsigned/roster.json");
  publish_command->add_option("DIR", options->path, "The relay's directory")->required()->type_name("DIR");
  publish_command->add_option("ROSTER", options->roster,
                              "roster.json, its .minisig and members.jsonl beside it; by default those in DIR/roster-unsigned")
      ->type_name("FILE");
  CLI::App* address_command = add(app, "address", "Say where members reach the relay, and which TLS keys they accept",
                                  "depone-relay roster address relay --url https://relay.example.org "
                                  "--url http://example.onion --pin OLD --certificate new.crt");
  address_command->add_option("DIR", options->path, "The relay's directory")->required()->type_name("DIR");
  address_command
      ->add_option("--url", options->urls, "An address, the preferred one first; all of them, also those that stay")
      ->required()
      ->type_name("URL");
  CLI::Option* pin = address_command
                         ->add_option("--pin", options->pins,
                                      "A TLS key that members accept (roster show prints them); all of them. Without "
                                      "any, those that are there stay")
                         ->type_name("PIN");
  CLI::Option* certificate =
      address_command->add_option("--certificate", options->certificate, "Also the key of this certificate")
          ->type_name("FILE");
  address_command->add_flag("--no-pins", options->no_pins, "No key of its own: what certificate authorities vouch for")
      ->excludes(pin)
      ->excludes(certificate);
  CLI::App* key_command = add(app, "key", "Make an authority's key, on the machine that shall have it",
                              "depone-relay roster key authority");
  key_command->add_option("DIR", options->path, "Where authority.key and authority.pub go")->required()->type_name("DIR");
  return [options, &context, show_command, sign_command, publish_command, address_command] {
    if (show_command->parsed()) return show(context, *options);
    if (sign_command->parsed()) return sign(context, *options);
    if (publish_command->parsed()) return publish(context, *options);
    if (address_command->parsed()) return address(context, *options);
    return make_key(context, *options);
  };
}

}  // namespace depone::cli
