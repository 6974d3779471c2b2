#include "sync/roster_client.h"

#include <algorithm>

#include "crypto/error.h"
#include "crypto/identity.h"

namespace depone {

namespace {

std::string fingerprint_of(const Identity& identity) {
  return fingerprint(identity.bundle_key().text(), request_key_text(identity.request.public_key()),
                     identity.recipient.recipient().text(), identity.archive.text());
}

// By the pinned authority or the successor that it announced.
Roster fetch(Vault& vault, RelayClient& relay, const minisign::PublicKey& authority) {
  try {
    return relay.roster(authority, nullptr, false);
  } catch (const Error& error) {
    if (error.code() != Code::bad_signature) throw;
    const auto held = newest_roster(vault);
    if (!held || !held->head.successor) throw;
    return relay.roster(*held->head.successor, nullptr, false);
  }
}

[[noreturn]] void throw_pending(const Error& error, const Identity& identity) {
  throw Error(Code::refused,
              error.message() + ". This vault's fingerprint is " + fingerprint_of(identity),
              error.context());
}

void check_own_lines(const Roster& roster, const Identity& identity) {
  const MemberLine* self = roster.by_bundle_key(identity.bundle_key());
  if (self == nullptr) return;
  if (self->role != Role::monitor && !roster.whole()) {
    throw Error(Code::mismatch,
                "the relay left members out of the roster that it gave. Nothing was taken in; tell "
                "the operator",
                "members.jsonl");
  }
}

void check_first(const Roster& roster, const Invite& invite) {
  const bool logged =
      std::any_of(roster.head.logs.begin(), roster.head.logs.end(),
                  [&](const RosterLog& log) { return log.key.key == invite.log_key; });
  if (!logged || roster.head.version < invite.roster) {
    throw Error(
        Code::refused,
        !logged
            ? "the relay's roster does not name the log that the invite names. Nothing was sent; "
              "tell the operator, over another channel"
            : "the relay's roster is older than the invite. Nothing was sent; tell the operator, "
              "over another channel",
        "roster.json, version " + std::to_string(roster.head.version));
  }
}

void check_not_joined(Vault& vault, const Invite& invite) {
  const auto known = enrolment(vault);
  if (!known) return;
  if (known->authority != invite.authority) {
    throw Error(Code::refused,
                "this vault belongs to another organisation already. Make a new vault for this one "
                "(depone --vault DIR init); nothing was changed");
  }
  if (!known->member_id.empty() && known->invite != invite.text()) {
    throw Error(Code::refused, "this vault is a member of this organisation already, as " +
                                   known->member_id + "; the invite was not used up");
  }
}

Join join_body(const Identity& identity, const Invite& invite, std::string_view name) {
  Join join;
  join.invite = hex(invite.id);
  join.bundle_key = identity.bundle_key();
  join.request_key = identity.request.public_key();
  join.recipient = identity.recipient.recipient().text();
  join.archive = identity.archive.text();
  // A name that says nothing where none is given.
  join.name = name.empty() ? "member-" + fingerprint_of(identity).substr(0, 6) : std::string(name);
  if (!is_pseudonym(join.name)) {
    throw Error(Code::invalid, "a pseudonym has 1 to 64 characters and no control characters",
                "--name");
  }
  join.proof = join_proof(identity.bundle, request_key_text(join.request_key), join.recipient,
                          join.archive, *join.invite);
  return join;
}

}  // namespace

RosterStep refresh_roster(Vault& vault, RelayClient& relay, const Clock& clock) {
  const auto known = enrolment(vault);
  if (!known) throw Error(Code::refused, "this vault has not joined an organisation yet");
  const auto held = newest_roster(vault);
  const std::uint64_t before = held ? held->head.version : 0;
  try {
    const Roster roster = fetch(vault, relay, known->authority);
    check_own_lines(roster, vault.identity());
    accept_roster(vault, roster, clock());
    return {roster.head.version, roster.head.version != before};
  } catch (const Error& error) {
    if (error.code() == Code::refused && known->member_id.empty())
      throw_pending(error, vault.identity());
    throw;
  }
}

JoinResult join_relay(Vault& vault, const Invite& invite, std::string_view name,
                      const Clock& clock) {
  check_not_joined(vault, invite);
  const Identity& identity = vault.identity();
  const Join join = join_body(identity, invite, name);
  std::vector<std::string> pins;
  if (invite.pin) pins.push_back(base64url(*invite.pin));
  RelayClient relay(invite.url, std::move(pins), &identity.request, clock);

  const Roster roster = relay.roster(invite.authority, &invite, false);
  check_first(roster, invite);

  JoinResult result;
  result.organisation = roster.head.organisation;
  result.authority = invite.authority.text();
  result.fingerprint = fingerprint_of(identity);
  {
    // Committed once the relay has answered: a refused invite leaves the vault as it was, and after
    // a crash the same command sends the same keys again, which repeats the answer.
    Tx tx(vault.db());
    const auto known = enrolment(vault);
    save_enrolment(vault, Enrolment{invite.text(), invite.authority, join.name,
                                    known ? known->member_id : ""});
    accept_roster(vault, roster, clock());
    const JoinAnswer answer = relay.join(join, &invite);
    if (answer.fingerprint != result.fingerprint) {
      throw Error(Code::mismatch,
                  "the relay answered with another fingerprint than the one of this vault's keys. "
                  "It may have swapped "
                  "keys: don't go on, tell the organisation over another channel");
    }
    result.status = answer.status;
    tx.commit();
  }
  if (result.status == "member") refresh_roster(vault, relay, clock);
  const auto newest = newest_roster(vault);
  for (const MemberLine* desk : newest->active_desks()) {
    result.readers.push_back(desk->id + " (" + desk->name + ", class " + desk->member_class + ")");
  }
  return result;
}

}  // namespace depone
