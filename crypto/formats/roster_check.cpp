// A head with its lines: the tree over them, the checks, the look-ups; declared in roster.h.
#include <algorithm>
#include <map>
#include <tuple>

#include "crypto/error.h"
#include "crypto/formats/roster.h"
#include "crypto/identity.h"

namespace depone {
namespace {

constexpr std::string_view kFile = "members.jsonl";

std::string at_line(std::uint64_t index) {
  return std::string(kFile) + " line " + std::to_string(index + 1);
}

std::vector<std::string_view> lines_in(std::string_view members_jsonl) {
  auto lines = lines_of(members_jsonl);
  if (!lines)
    throw Error(Code::malformed, "the last member line does not end in LF", std::string(kFile));
  return std::move(*lines);
}

merkle::Tree tree_of(std::span<const std::string_view> lines) {
  std::vector<Sha256> leaves;
  leaves.reserve(lines.size());
  for (const std::string_view line : lines) leaves.push_back(merkle::leaf_hash(as_bytes(line)));
  return merkle::Tree(std::move(leaves));
}

MemberLine parse_at(std::string_view line, std::uint64_t index) {
  try {
    return MemberLine::parse(line);
  } catch (const Error& error) {
    throw error.in(at_line(index));
  }
}

// Ed25519 keys of both uses are one kind of thing, recipients of both uses another: whoever has one
// has it alone.
void check_owners(const Roster& roster) {
  std::map<std::string, std::string_view> owners;
  for (std::size_t i = 0; i < roster.members.size(); ++i) {
    const MemberLine& line = roster.members[i];
    std::vector<std::string> keys{hex(line.request_key)};
    if (line.bundle_key)
      keys.insert(keys.end(), {hex(line.bundle_key->key()), line.recipient, line.archive});
    for (std::string& key : keys) {
      if (owners.emplace(std::move(key), line.id).first->second != line.id) {
        throw Error(Code::mismatch, "one key belongs to two members: the roster is refused",
                    at_line(roster.proven[i].index));
      }
    }
  }
}

// `proven` and `members` are filled, ascending by index, and every proof holds.
void check_lines(const Roster& roster) {
  const auto& head = roster.head;
  for (std::uint64_t i = 0; i < head.readers; ++i) {
    if (i >= roster.proven.size() || roster.proven[i].index != i) {
      throw Error(Code::mismatch,
                  "the line of a desk is missing: who reads what is sealed would not be known",
                  at_line(i));
    }
  }
  for (std::size_t i = 0; i < roster.members.size(); ++i) {
    const bool desk = roster.members[i].role == Role::desk;
    if (desk != (roster.proven[i].index < head.readers)) {
      throw Error(Code::mismatch,
                  desk ? "a desk stands after the first lines, which alone may be desks"
                       : "a line among the first, which are those of the desks, is of another role",
                  at_line(roster.proven[i].index));
    }
  }
  check_owners(roster);
}

// Later of two lines: by `since`; of one second the open one; else the one that stands later.
bool earlier(const MemberLine& a, const MemberLine& b) {
  return std::make_tuple(a.since, a.active()) <= std::make_tuple(b.since, b.active());
}

template <typename Matches>
const MemberLine* newest_of(const std::vector<MemberLine>& members, Matches matches) {
  const MemberLine* found = nullptr;
  for (const MemberLine& line : members) {
    if (matches(line) && (found == nullptr || earlier(*found, line))) found = &line;
  }
  return found;
}

}  // namespace

Roster Roster::check(std::string_view head_json, std::string_view minisig,
                     const minisign::PublicKey& authority, std::vector<ProvenLine> lines) {
  Roster out{std::string(head_json),
             std::string(minisig),
             open_roster(head_json, minisig, authority),
             {},
             {}};
  out.proven = std::move(lines);
  std::sort(out.proven.begin(), out.proven.end(),
            [](const ProvenLine& a, const ProvenLine& b) { return a.index < b.index; });
  for (std::size_t i = 0; i < out.proven.size(); ++i) {
    const ProvenLine& line = out.proven[i];
    if (i > 0 && line.index == out.proven[i - 1].index) {
      throw Error(Code::mismatch, "this line stands twice", at_line(line.index));
    }
    if (!merkle::verify_inclusion(merkle::leaf_hash(as_bytes(line.line)), line.index,
                                  out.head.member_count, line.path, out.head.member_root)) {
      throw Error(Code::mismatch, "this line is not the one that the authority signed",
                  at_line(line.index));
    }
    out.members.push_back(parse_at(line.line, line.index));
  }
  check_lines(out);
  return out;
}

Roster Roster::check_all(std::string_view head_json, std::string_view minisig,
                         const minisign::PublicKey& authority, std::string_view members_jsonl) {
  Roster out{std::string(head_json),
             std::string(minisig),
             open_roster(head_json, minisig, authority),
             {},
             {}};
  // Counted before room is made for them.
  const auto count =
      static_cast<std::uint64_t>(std::count(members_jsonl.begin(), members_jsonl.end(), '\n'));
  if (count != out.head.member_count) {
    throw Error(Code::mismatch,
                "there are " + std::to_string(count) + " member lines where the authority signed " +
                    std::to_string(out.head.member_count),
                std::string(kFile));
  }
  const std::vector<std::string_view> lines = lines_in(members_jsonl);
  const merkle::Tree tree = tree_of(lines);
  if (tree.root() != out.head.member_root) {
    throw Error(Code::mismatch,
                "the member lines are not those that the authority signed: their root is another",
                std::string(kFile));
  }
  for (std::uint64_t i = 0; i < lines.size(); ++i) {
    out.proven.push_back({std::string(lines[i]), i, tree.inclusion_path(i)});
    out.members.push_back(parse_at(lines[i], i));
  }
  check_lines(out);
  return out;
}

const MemberLine* Roster::by_bundle_key(const minisign::PublicKey& key) const {
  return newest_of(members, [&](const MemberLine& line) { return line.bundle_key == key; });
}

const MemberLine* Roster::by_request_key(const Ed25519Public& key) const {
  return newest_of(members, [&](const MemberLine& line) { return line.request_key == key; });
}

const MemberLine* Roster::newest(std::string_view id) const {
  return newest_of(members, [&](const MemberLine& line) { return line.id == id; });
}

std::vector<const MemberLine*> Roster::active_desks() const {
  std::vector<const MemberLine*> out;
  for (const MemberLine& line : members) {
    if (line.role == Role::desk && line.active() && newest(line.id) == &line) out.push_back(&line);
  }
  return out;
}

std::string members_file(std::span<const MemberLine> lines) {
  std::string desks;
  std::string others;
  for (const MemberLine& line : lines)
    (line.role == Role::desk ? desks : others) += line.json() + "\n";
  return desks + others;
}

void fill_members(RosterHead& head, std::string_view members_jsonl) {
  const std::vector<std::string_view> lines = lines_in(members_jsonl);
  std::uint64_t readers = 0;
  for (std::uint64_t i = 0; i < lines.size(); ++i) {
    if (parse_at(lines[i], i).role != Role::desk) continue;
    if (readers != i) throw Error(Code::invalid, "the lines of desks must come first", at_line(i));
    ++readers;
  }
  head.member_count = lines.size();
  head.readers = readers;
  head.member_root = tree_of(lines).root();
}

std::vector<ProvenLine> prove_lines(std::string_view members_jsonl,
                                    std::span<const std::uint64_t> indexes) {
  const std::vector<std::string_view> lines = lines_in(members_jsonl);
  const merkle::Tree tree = tree_of(lines);
  std::vector<ProvenLine> out;
  for (const std::uint64_t index : indexes) {
    if (index >= lines.size())
      throw Error(Code::invalid, "there is no such member line", at_line(index));
    out.push_back({std::string(lines[index]), index, tree.inclusion_path(index)});
  }
  return out;
}

}  // namespace depone
