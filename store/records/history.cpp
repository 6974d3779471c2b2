#include "store/records/history.h"

#include <algorithm>
#include <map>
#include <set>

#include "crypto/error.h"
#include "store/enrolment.h"
#include "store/records/ancestry.h"
#include "store/records/custody.h"
#include "store/records/records.h"
#include "store/records/rows.h"

namespace depone {

namespace {

constexpr std::size_t kShortestPrefix = 4;

struct Making {
  Time time;
  std::string member;
  std::string action;
};

bool makes_revisions(std::string_view action) {
  return action == "collected" || action == "imported" || action == "attached" ||
         action == "revised" || action == "withdrawn";
}

// Every event that tells of a revision's making, by revision.
std::multimap<std::string, Making> makings(Vault& vault, std::string_view record) {
  std::multimap<std::string, Making> found;
  for (const auto& chain : custody_of(vault, record)) {
    for (const CustodyEvent& event : chain) {
      if (event.hidden || !makes_revisions(event.action)) continue;
      const auto named = event.detail.find("revision");
      const std::string revision = named != event.detail.end() && named->is_string()
                                       ? named->get<std::string>()
                                       : event.object.value_or("");
      found.emplace(revision, Making{event.time, event.member, event.action});
    }
  }
  return found;
}

// What the author's own chain says comes before what another's does.
const Making* making_of(const std::multimap<std::string, Making>& found,
                        const std::string& revision, const std::string& member) {
  const auto [first, last] = found.equal_range(revision);
  if (first == last) return nullptr;
  const auto by_author =
      std::find_if(first, last, [&](const auto& one) { return one.second.member == member; });
  return by_author == last ? &first->second : &by_author->second;
}

class Authors {
 public:
  explicit Authors(Vault& vault)
      : own_key_(vault.identity().bundle_key().text()),
        own_member_(vault.setting("member_id").value_or("")),
        roster_(newest_roster(vault)) {}

  Author of(const std::string& key) const {
    Author author{key, "", "", key == own_key_};
    const auto parsed = minisign::PublicKey::parse(key);
    const MemberLine* line = roster_ && parsed ? roster_->by_bundle_key(*parsed) : nullptr;
    if (line != nullptr) {
      author.member = line->id;
      author.name = line->name;
    }
    author.own = author.own || (!own_member_.empty() && author.member == own_member_);
    if (author.own && author.member.empty()) author.member = own_member_;
    return author;
  }

 private:
  std::string own_key_;
  std::string own_member_;
  std::optional<Roster> roster_;
};

std::vector<std::string> held_longest_first(Vault& vault, std::string_view record) {
  Statement& rows = vault.db()
                        .cached("SELECT id FROM revisions WHERE record = ? ORDER BY number")
                        .with(record_number(vault, record));
  std::vector<std::string> ids;
  while (rows.step()) ids.push_back(rows.text(0));
  rows.reset();
  return ids;
}

// Parents before children, otherwise the order that they came in. Ids are hashes, so there is no
// circle.
void sort_by_descent(std::vector<HistoryEntry>& entries) {
  std::map<std::string, std::size_t> at;
  for (std::size_t i = 0; i < entries.size(); ++i) at.emplace(entries[i].revision, i);
  std::vector<std::vector<std::size_t>> children(entries.size());
  std::vector<std::size_t> waits_for(entries.size(), 0);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const std::string& parent : entries[i].parents) {
      const auto found = at.find(parent);
      if (found == at.end()) continue;
      children[found->second].push_back(i);
      ++waits_for[i];
    }
  }
  std::set<std::size_t> ready;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (waits_for[i] == 0) ready.insert(i);
  }
  std::vector<HistoryEntry> sorted;
  sorted.reserve(entries.size());
  while (!ready.empty()) {
    const std::size_t next = ready.extract(ready.begin()).value();
    for (const std::size_t child : children[next]) {
      if (--waits_for[child] == 0) ready.insert(child);
    }
    sorted.push_back(std::move(entries[next]));
  }
  entries = std::move(sorted);
}

std::size_t missing_from(const std::set<Sha256>& these, const std::set<Sha256>& those) {
  return static_cast<std::size_t>(std::count_if(
      these.begin(), these.end(), [&](const Sha256& one) { return !those.contains(one); }));
}

}  // namespace

std::vector<HistoryEntry> history_of(Vault& vault, std::string_view record) {
  const std::vector<std::string> heads = heads_of(vault, record_number(vault, record));
  const std::multimap<std::string, Making> made = makings(vault, record);
  const Authors authors(vault);
  std::vector<HistoryEntry> entries;
  const std::vector<std::string> ids = held_longest_first(vault, record);
  const std::vector<RevisionContent> contents = get_revisions(vault, ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string& id = ids[i];
    const RevisionContent& content = contents[i];
    HistoryEntry entry;
    entry.revision = id;
    entry.parents = content.revision.parents;
    entry.author = authors.of(content.revision.author);
    entry.newest = std::find(heads.begin(), heads.end(), id) != heads.end();
    entry.hidden = content.revision.commitments.size() - content.lines.size();
    if (const Making* making = making_of(made, id, entry.author.member)) {
      entry.time = making->time;
      entry.action = making->action;
    } else if (entry.parents.empty()) {
      const FieldMap fields = content.fields();
      if (const auto at = fields.find("created"); at != fields.end() && at->second.is_string())
        entry.time = Time::parse(at->second.get_ref<const std::string&>());
    }
    entries.push_back(std::move(entry));
  }
  sort_by_descent(entries);
  std::map<std::string, std::optional<Time>> times;
  for (HistoryEntry& entry : entries) {
    for (const std::string& parent : entry.parents) {
      const auto before = times.find(parent);
      entry.early = entry.early || (before != times.end() && before->second && entry.time &&
                                    *entry.time < *before->second);
    }
    times.emplace(entry.revision, entry.time);
  }
  return entries;
}

std::string resolve_revision(Vault& vault, std::string_view record, std::string_view prefix) {
  std::string wanted(prefix);
  std::transform(wanted.begin(), wanted.end(), wanted.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool is_form =
      wanted.find_first_not_of("0123456789abcdef") == std::string::npos && wanted.size() <= 64;
  if (!is_form || wanted.size() < kShortestPrefix) {
    throw Error(is_form ? Code::invalid : Code::not_found,
                "a revision is named by its id, or by the first 4 or more characters of it; "
                "`depone history` shows them",
                wanted);
  }
  std::vector<std::string> found;
  for (std::string& id : revisions_of(vault, record)) {
    if (id.starts_with(wanted)) found.push_back(std::move(id));
  }
  if (found.empty())
    throw Error(Code::not_found, "this record has no such revision in this vault", wanted);
  if (found.size() > 1) {
    throw Error(Code::invalid, "more than one revision begins with this: give more of the id",
                wanted);
  }
  return found.front();
}

RevisionChanges compare_revisions(Vault& vault, const std::optional<std::string>& from,
                                  const std::string& to) {
  const RevisionContent after = get_revision(vault, to);
  FieldMap old;
  std::set<Sha256> hidden_before;
  if (from) {
    const RevisionContent before = get_revision(vault, *from);
    old = before.fields();
    hidden_before = hidden_in(before);
  }
  const std::set<Sha256> hidden_after = hidden_in(after);
  return {from, to, field_changes(old, after.fields()), missing_from(hidden_before, hidden_after),
          missing_from(hidden_after, hidden_before)};
}

std::vector<RevisionChanges> changes_of(Vault& vault, const HistoryEntry& entry) {
  std::vector<RevisionChanges> changes;
  for (const std::string& parent : entry.parents) {
    if (has_revision(vault, parent))
      changes.push_back(compare_revisions(vault, parent, entry.revision));
  }
  if (changes.empty()) changes.push_back(compare_revisions(vault, std::nullopt, entry.revision));
  return changes;
}

std::vector<FieldDifference> differences_between(Vault& vault,
                                                 const std::vector<std::string>& revisions) {
  std::vector<FieldMap> maps;
  for (const std::string& revision : revisions)
    maps.push_back(get_revision(vault, revision).fields());
  return differences(maps);
}

}  // namespace depone
