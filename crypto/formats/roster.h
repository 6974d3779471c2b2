#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/time.h"
#include "crypto/hash.h"
#include "crypto/merkle.h"
#include "crypto/minisign.h"
#include "crypto/note.h"

namespace depone {

// depone/roster/1: the head, its signature, and member lines (docs/format.md, "Roster").

struct RosterLog {
  std::string origin;
  VerifierKey key;
  std::optional<std::string> final_checkpoint;
};

struct RosterRelay {
  std::vector<std::string> urls;
  std::vector<std::string> pins;
};

struct RosterHead {
  std::string organisation;
  minisign::PublicKey authority;
  std::optional<minisign::PublicKey> successor;
  std::uint64_t version = 0;
  Time issued;
  Time expires;
  std::optional<std::string> previous;  // hex SHA-256 of the roster.json before
  std::vector<RosterRelay> relays;
  std::vector<RosterLog> logs;
  std::uint64_t quorum = 0;
  std::vector<std::string> witnesses;
  std::uint64_t member_count = 0;
  std::uint64_t readers = 0;
  Sha256 member_root{};

  static RosterHead parse(std::string_view json);  // unknown keys are ignored
  std::string json() const;
  std::vector<VerifierKey> log_keys() const;
};

// The trusted comment: depone-roster/1 version=… previous=…
struct RosterComment {
  std::uint64_t version = 0;
  std::optional<std::string> previous;
  static RosterComment parse(std::string_view trusted_comment);  // Code::malformed, unsupported
  std::string text() const;
  bool operator==(const RosterComment&) const = default;
};

// The four-line signature of a roster: form, first line and trusted comment checked.
struct RosterSignature {
  minisign::Signature signature;
  RosterComment comment;
  static RosterSignature parse(std::string_view file);
};

// roster.json as it stands with its signature: the signature by `authority` checked before anything
// else is read, then parsed; the authority that it names and the trusted comment are the same.
// Code::bad_signature, mismatch, malformed.
RosterHead open_roster(std::string_view json, std::string_view minisig,
                       const minisign::PublicKey& authority);
std::string roster_comment(const RosterHead& head);
std::string sign_roster(std::string_view json, const RosterHead& head, const Ed25519Key& authority);

bool is_member_id(std::string_view text);   // [a-z0-9-]{1,32}
bool is_class_name(std::string_view text);  // [a-z0-9_-]{1,32}

enum class Role { monitor, desk, auditor };
std::string_view role_text(Role role);
std::optional<Role> parse_role(std::string_view text);

struct LastBundle {
  std::string chain;
  std::uint64_t sequence = 0;
  std::string bundle;
  std::uint64_t index = 0;
};

struct MemberLine {
  std::string id;
  std::string name;
  Role role = Role::monitor;
  std::string member_class;                       // "class" in the file
  std::optional<minisign::PublicKey> bundle_key;  // null for auditors
  Ed25519Public request_key{};
  std::string recipient;  // "" for auditors (null in the file)
  std::string archive;
  Time since;
  std::optional<Time> until;
  std::vector<LastBundle> last;

  static MemberLine parse(std::string_view line);  // one line without LF; unknown keys are ignored
  std::string json() const;
  std::string fingerprint() const;
  bool active() const { return !until; }
};

// One line with its place in the tree, as the relay gives it: {"line","index","path"}.
struct ProvenLine {
  std::string line;
  std::uint64_t index = 0;
  merkle::Path path;
  static ProvenLine parse(std::string_view json_line);
  std::string json() const;
};

// A head with the lines that this reader holds. What every role works with.
struct Roster {
  std::string head_json;
  std::string minisig;
  RosterHead head;
  std::vector<ProvenLine> proven;   // ascending by index
  std::vector<MemberLine> members;  // the same, parsed

  // Every line proved against the head; the first `readers` lines are all there and are the desks,
  // no other is; no index stands twice; no key or recipient belongs to two members. Code::mismatch,
  // malformed, and open_roster's.
  static Roster check(std::string_view head_json, std::string_view minisig,
                      const minisign::PublicKey& authority, std::vector<ProvenLine> lines);
  // From a whole members.jsonl: every line is there.
  static Roster check_all(std::string_view head_json, std::string_view minisig,
                          const minisign::PublicKey& authority, std::string_view members_jsonl);
  bool whole() const { return proven.size() == head.member_count; }
  // The line with this key; where the member has several, the newest. nullptr where none of those
  // held has it.
  const MemberLine* by_bundle_key(const minisign::PublicKey& key) const;
  const MemberLine* by_request_key(const Ed25519Public& key) const;
  const MemberLine* newest(
      std::string_view id) const;  // by `since`; of two of one second the open one, the later one
  std::vector<const MemberLine*> active_desks()
      const;  // newest line of each desk, where it is active; by index
};

// The canonical order of lines: desks first, else in order of joining. Builds members.jsonl's tree
// and fills count, readers and root of `head`.
std::string members_file(std::span<const MemberLine> lines);
void fill_members(RosterHead& head, std::string_view members_jsonl);
std::vector<ProvenLine> prove_lines(std::string_view members_jsonl,
                                    std::span<const std::uint64_t> indexes);

// Whether a bundle (hex SHA-256) signed by a key set with `until` is one that its `last` covers: it
// lies on a `previous` chain that ends there, or, where the chain can't be followed to it, its
// receipt's index is no higher than the index that `last` names for `chain`. `previous_of` gives
// the bundle before one, nullopt where that is not known.
bool covered_by_last(
    const MemberLine& line, std::string_view bundle, std::string_view chain,
    std::optional<std::uint64_t> receipt_index,
    const std::function<std::optional<std::string>(std::string_view)>& previous_of);

}  // namespace depone
