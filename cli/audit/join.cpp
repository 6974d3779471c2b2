#include <CLI/CLI.hpp>
#include <memory>

#include "cli/audit/commands.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "crypto/error.h"
#include "crypto/identity.h"
#include "sync/remote/relay_client.h"
#include "sync/remote/request_key.h"
#include "sync/remote/roster_files.h"

namespace depone::cli {

namespace {

struct Options {
  std::string invite;
  std::string key;
  std::string name = "auditor";
  std::string authority;
};

RequestKey new_key(const Invite& invite, const std::string& name) {
  std::optional<std::string> pin;
  if (invite.pin) pin = base64url(*invite.pin);
  return {Ed25519Key::generate(), invite.url, pin, invite.authority, hex(invite.id), name};
}

// The relay's roster as the invite's holder reads it, and held against what the invite says.
Roster roster_of(RelayClient& relay, const Invite& invite) {
  Roster roster = relay.roster(invite.authority, &invite, false);
  const auto keys = roster.head.log_keys();
  const bool known = std::any_of(keys.begin(), keys.end(),
                                 [&](const VerifierKey& key) { return key.key == invite.log_key; });
  if (!known || roster.head.version < invite.roster) {
    throw Error(Code::mismatch,
                "the relay's roster is not the one that the invite speaks of. Do not go on: ask "
                "who gave you the invite",
                invite.url);
  }
  return roster;
}

// What the organisation is called: nice to say, not worth failing for once the join was sent.
std::string organisation_of(RelayClient& relay, const Invite& invite) {
  try {
    return roster_of(relay, invite).head.organisation;
  } catch (const Error& error) {
    if (error.code() != Code::refused && error.code() != Code::unreachable) throw;
  }
  try {
    return relay.roster(invite.authority, nullptr, false).head.organisation;
  } catch (const Error& error) {
    if (error.code() != Code::refused && error.code() != Code::unreachable) throw;
  }
  return "";
}

void print(Context& context, const Json& result, const std::string& key_file, bool member) {
  if (context.json) {
    print_json(context, result);
    return;
  }
  context.out << "organisation  " << printable(result["organisation"].get<std::string>()) << '\n'
              << "authority     " << result["authority"].get<std::string>() << '\n'
              << "fingerprint   " << result["fingerprint"].get<std::string>() << '\n'
              << "key file      " << printable(key_file) << '\n';
  if (member) {
    context.out << "You are a member. `depone-audit log URL --key FILE` reads the log.\n";
  } else {
    context.out << "Tell the operator the fingerprint, over the channel that the invite came by; "
                   "`members approve` asks "
                   "for it.\nUntil then the relay answers nothing else.\n";
  }
}

int join(Context& context, const Options& options) {
  const Invite invite = Invite::parse(options.invite);
  check_relay_url(invite.url);
  if (!options.authority.empty() && !(read_authority(options.authority) == invite.authority)) {
    throw Error(Code::mismatch,
                "the invite is of another authority than the one given: somebody else may have made it. "
                "Nothing was sent");
  }
  if (!is_pseudonym(options.name)) {
    throw Error(Code::usage, "a name has 1 to 64 characters and no control characters", "--name");
  }
  std::vector<std::string> pins;
  if (invite.pin) pins.push_back(base64url(*invite.pin));

  const bool again = fs::exists(fs::symlink_status(options.key));
  std::optional<RequestKey> key;
  std::string organisation;
  if (again) {
    key = read_request_key(options.key,
                           ask_passphrase(context, "Passphrase of " + options.key).reveal());
    if (key->invite != hex(invite.id)) {
      throw Error(
          Code::refused,
          "this file holds the key of another invite; it was left as it is. Name another file",
          options.key);
    }
  } else {
    // Asked first: an invite that the relay does not take leaves no key file behind.
    RelayClient unsigned_relay(invite.url, pins, nullptr, context.now);
    organisation = roster_of(unsigned_relay, invite).head.organisation;
    key = new_key(invite, options.name);
    write_request_key(options.key, *key,
                      ask_new_passphrase(context, "New passphrase for " + options.key).reveal());
  }
  RelayClient relay(invite.url, pins, &key->key, context.now);
  Join body;
  body.invite = hex(invite.id);
  body.name = key->name;
  body.request_key = key->key.public_key();
  const JoinAnswer answer = relay.join(body, &invite);
  if (again) organisation = organisation_of(relay, invite);
  if (relay.clock_skew())
    context.err << "This computer's clock is wrong: it differs from the relay's by minutes.\n";
  const Json result = {{"organisation", organisation},
                       {"authority", invite.authority.text()},
                       {"fingerprint", body.fingerprint()},
                       {"status", answer.status},
                       {"id", answer.id},
                       {"relay", invite.url},
                       {"key", request_key_text(key->key.public_key())}};
  print(context, result, options.key, answer.status == "member");
  return 0;
}

}  // namespace

Runner audit_join(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.add_option("INVITE", options->invite, "The invite, one line from depone: on")
      ->required()
      ->type_name("INVITE");
  app.add_option("--key", options->key,
                 "Where the request key goes: an age file under a passphrase; never overwritten")
      ->required()
      ->type_name("FILE");
  app.add_option("--authority", options->authority,
                 "The authority's public key, or a minisign public key file: the invite must name it")
      ->type_name("KEY|FILE");
  app.add_option("--name", options->name, "The name in the organisation's list")->type_name("NAME");
  return [options, &context] { return join(context, *options); };
}

}  // namespace depone::cli
