#include "tests/support/team.h"

#include <algorithm>

#include "store/file.h"

namespace depone::testing {

namespace {

constexpr Argon2idCost kQuick{1, 8u << 20};
constexpr std::int64_t kYear = 365 * 86'400;

MemberLine line_for(const Vault& vault, const std::string& id, Role role,
                    const std::string& member_class) {
  const Identity& identity = vault.identity();
  MemberLine line;
  line.id = id;
  line.name = "Name of " + id;
  line.role = role;
  line.member_class = member_class;
  line.request_key = identity.request.public_key();
  if (role != Role::auditor) {
    line.bundle_key = identity.bundle_key();
    line.recipient = identity.recipient.recipient().text();
    line.archive = identity.archive.text();
  }
  line.since = Team::kToday;
  return line;
}

std::vector<MemberLine> lines_for(const std::list<Teammate>& members) {
  std::vector<MemberLine> lines;
  for (const Teammate& member : members) {
    lines.push_back(member.line);
    lines.back().until = member.until;
    lines.back().last = member.last;
  }
  std::stable_partition(lines.begin(), lines.end(),
                        [](const MemberLine& line) { return line.role == Role::desk; });
  return lines;
}

}  // namespace

void Teammate::reopen() { vault = Vault::open(dir, as_bytes(Team::kTeamPassphrase)); }

Team::Team() : dir_(fs::temp_directory_path() / ("depone-test-" + random_name())) {
  fs::create_directory(dir_);
}

Team::~Team() {
  members_.clear();
  std::error_code ignored;
  fs::remove_all(dir_, ignored);
}

Teammate& Team::add(const std::string& id, Role role, const std::string& member_class) {
  Vault vault = Vault::create(dir_ / id, as_bytes(kTeamPassphrase), kQuick, Seed::random(), kToday);
  MemberLine line = line_for(vault, id, role, member_class);
  Teammate& member =
      members_.emplace_back(Teammate{id, role, dir_ / id, std::move(vault), std::move(line)});
  Tx tx(member.vault.db());
  save_enrolment(member.vault, Enrolment{"", authority(), "Name of " + id, ""});
  tx.commit();
  return member;
}

void Team::publish(bool quietly) {
  RosterHead head{"Test",
                  authority(),
                  std::nullopt,
                  ++version_,
                  kToday,
                  Time{kToday.seconds + kYear},
                  head_.empty() ? std::nullopt : std::optional(hex(sha256(head_))),
                  {{urls, {}}},
                  {{std::string(kOrigin), log(), std::nullopt}},
                  0,
                  {},
                  0,
                  0,
                  Sha256{}};
  lines_ = members_file(lines_for(members_));
  fill_members(head, lines_);
  head_ = head.json();
  minisig_ = sign_roster(head_, head, authority_);
  if (quietly) return;
  for (Teammate& member : members_) give_roster(member);
}

void Team::give_roster(Teammate& to) { accept_roster(to.vault, roster_for(to), kToday); }

Roster Team::roster_for(const Teammate& member) const {
  return roster_for(member.id, member.role != Role::monitor);
}

Roster Team::roster_for(std::string_view id, bool all) const {
  std::vector<std::uint64_t> indexes;
  std::uint64_t index = 0;
  const auto texts = depone::lines_of(lines_);
  for (const std::string_view text : *texts) {
    const MemberLine line = MemberLine::parse(text);
    if (all || line.role == Role::desk || line.id == id) indexes.push_back(index);
    ++index;
  }
  return Roster::check(head_, minisig_, authority(), prove_lines(lines_, indexes));
}

Teammate* Team::by_request_key(std::string_view base64_key) {
  for (Teammate& member : members_) {
    if (request_key_text(member.line.request_key) == base64_key) return &member;
  }
  return nullptr;
}

}  // namespace depone::testing
