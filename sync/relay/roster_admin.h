#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/formats/roster.h"
#include "sync/relay/directory.h"

namespace depone::relay {

// Making, signing and publishing rosters: what the operator's commands do. They take turns by a lock on the directory, so
// two approvals at a time are two rosters, one after the other.

// How long a roster counts before members are told that it is old.
inline constexpr std::int64_t kRosterDays = 365;

// A roster before it is signed.
struct RosterDraft {
  RosterHead head;
  std::string head_json;
  std::string members;
};

// Version 1 of a new relay's roster: no members. `pin`: of the relay's own TLS key, or "".
RosterDraft first_roster(const Config& config, const VerifierKey& log, const std::string& pin, Time now);

// The TLS keys that the newest roster pins for this relay's address. Code::refused where none is published yet.
std::vector<std::string> pins_of(Directory& relay);

// Checks everything, publishes, and makes it part of the log. Code::refused where it is not the next one, names another
// log or leaves a line out; bad_signature, mismatch, malformed.
void publish_roster(Directory& relay, const std::string& head_json, const std::string& minisig,
                    const std::string& members);

enum class MemberState { invited, pending, member, revoked, refused };
struct MemberEntry {
  std::string id;
  std::string name;
  Role role;
  std::string member_class;
  std::string fingerprint;
  MemberState state;
  std::optional<Time> expires;  // of an invite that is not used
};
// Lines of the roster in its order, then joins and invites that may still be used.
std::vector<MemberEntry> list_members(Directory& relay, Time now);
std::string_view state_text(MemberState state);

// The join that waits under this member id. Code::not_found, refused.
InviteRecord pending_join(Directory& relay, std::string_view id);

// What came of a change: published, or laid down to be signed on the machine that has the key.
struct RosterChange {
  std::uint64_t version = 0;
  bool published = false;
  fs::path unsigned_roster;  // where it is not published
};
// `authority` null: to be signed elsewhere. `fingerprint`: as the operator heard it; Code::mismatch where it is another.
RosterChange approve_member(Directory& relay, std::string_view id, std::string_view fingerprint,
                            const Ed25519Key* authority, Time now);
// At once: what comes from now on is refused. Then the roster that says so.
RosterChange revoke_member(Directory& relay, std::string_view id, const Ed25519Key* authority, Time now);

// The addresses that members use, in the order of preference, and the TLS keys that they accept, in the place of those
// of the roster. Code::usage, refused for an address that members would refuse.
RosterChange set_addresses(Directory& relay, const RosterRelay& wanted, const Ed25519Key* authority, Time now);

// What waits in DIR/roster-unsigned for its signature, where it is the next one.
std::optional<RosterDraft> unsigned_roster(Directory& relay);
// Lays a draft down there, with the signed roster that it follows, so that who signs sees what changes. null: it is the
// first.
fs::path write_unsigned(const fs::path& directory, const RosterDraft& draft, const StoredRoster* before);

// What the roster.json in a directory changes, in words, against the one in `before/` beside it, which the same authority
// signed. nullopt where it is the first, or none lies there. Code::mismatch where it follows another; bad_signature.
std::optional<std::vector<std::string>> changes_to_sign(const fs::path& roster);

// A roster.json in a directory, signed where it lies. Code::refused where the head names another authority or does not
// fit the members.jsonl beside it. Needs no relay: it is for the machine that has the authority's key.
RosterHead sign_roster_file(const fs::path& roster, const Ed25519Key& authority);

}  // namespace depone::relay
