#include "sync/remote/roster_changes.h"

#include <algorithm>

namespace depone {

namespace {

std::string who(const MemberLine& line) {
  std::string out = line.id + " (" + std::string(role_text(line.role));
  if (line.member_class != role_text(line.role)) out += ", class " + line.member_class;
  return out + ") \"" + line.name + "\", fingerprint " + line.fingerprint();
}

bool same_line(const MemberLine& a, const MemberLine& b) {
  return a.id == b.id && a.request_key == b.request_key && a.bundle_key == b.bundle_key;
}

const MemberLine* line_like(const std::vector<MemberLine>& lines, const MemberLine& line) {
  const auto found = std::find_if(lines.begin(), lines.end(),
                                  [&](const MemberLine& one) { return same_line(one, line); });
  return found == lines.end() ? nullptr : &*found;
}

bool has_id(const std::vector<MemberLine>& lines, const std::string& id) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const MemberLine& line) { return line.id == id; });
}

void compare_members(const Roster& before, const Roster& after, std::vector<std::string>& out) {
  for (const MemberLine& line : after.members) {
    const MemberLine* old = line_like(before.members, line);
    if (!old) {
      const bool known = has_id(before.members, line.id);
      out.push_back((known ? "new keys: " : "joins: ") + who(line));
      if (line.until) out.push_back("and is revoked at once: " + who(line));
    } else if (line.until && !old->until) {
      out.push_back("leaves, keys revoked from " + line.until->text() + " on: " + who(line));
    } else if (old->name != line.name) {
      out.push_back("is called otherwise: " + who(line) + ", before \"" + old->name + "\"");
    }
    if (old && old->member_class != line.member_class)
      out.push_back("reads otherwise: " + who(line) + ", before class " + old->member_class);
  }
  if (!before.whole() || !after.whole()) return;
  for (const MemberLine& line : before.members) {
    if (!line_like(after.members, line))
      out.push_back("IS LEFT OUT, which must not be: " + who(line));
  }
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out.empty() ? "none" : out;
}

std::vector<std::string> addresses(const RosterHead& head) {
  std::vector<std::string> out;
  for (const RosterRelay& relay : head.relays)
    out.insert(out.end(), relay.urls.begin(), relay.urls.end());
  return out;
}

std::vector<std::string> pins(const RosterHead& head) {
  std::vector<std::string> out;
  for (const RosterRelay& relay : head.relays)
    out.insert(out.end(), relay.pins.begin(), relay.pins.end());
  return out;
}

std::vector<std::string> logs(const RosterHead& head) {
  std::vector<std::string> out;
  for (const RosterLog& log : head.logs)
    out.push_back(log.key.text() + (log.final_checkpoint ? " (ended)" : ""));
  return out;
}

void compare_head(const RosterHead& before, const RosterHead& after,
                  std::vector<std::string>& out) {
  const auto compare = [&](const char* what, const std::string& old, const std::string& now) {
    if (old != now) out.push_back(std::string(what) + ": " + now + ", before " + old);
  };
  compare("organisation", before.organisation, after.organisation);
  compare("authority", before.authority.text(), after.authority.text());
  compare("next authority", before.successor ? before.successor->text() : "none",
          after.successor ? after.successor->text() : "none");
  compare("addresses of the relay", joined(addresses(before)), joined(addresses(after)));
  compare("TLS keys of the relay", joined(pins(before)), joined(pins(after)));
  compare("logs", joined(logs(before)), joined(logs(after)));
  compare("witnesses", joined(before.witnesses), joined(after.witnesses));
  compare("witnesses needed", std::to_string(before.quorum), std::to_string(after.quorum));
}

}  // namespace

std::vector<std::string> roster_changes(const Roster& before, const Roster& after) {
  std::vector<std::string> out;
  compare_members(before, after, out);
  compare_head(before.head, after.head, out);
  return out;
}

}  // namespace depone
