#include "store/records/records.h"

#include <algorithm>
#include <set>
#include <utility>

#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/records/custody.h"
#include "store/records/lines.h"
#include "store/records/list.h"
#include "store/records/new_record.h"
#include "store/records/rows.h"
#include "store/search/index.h"

namespace depone {

namespace {

constexpr std::size_t kShortestPrefix = 4;

std::string updated_at(Vault& vault, std::string_view record, const std::string& head,
                       const std::string& otherwise) {
  std::optional<Time> newest;
  for (const auto& chain : custody_of(vault, record)) {
    for (const CustodyEvent& event : chain) {
      if (event.hidden) continue;
      const auto revision = event.detail.find("revision");
      const bool about_head =
          event.object == head || (revision != event.detail.end() && *revision == head);
      const bool makes_it = event.action == "collected" || event.action == "imported" ||
                            event.action == "attached" || event.action == "revised" ||
                            event.action == "withdrawn";
      if (about_head && makes_it && (!newest || event.time > *newest)) newest = event.time;
    }
  }
  return newest ? newest->text() : otherwise;
}

RecordSummary summary_of(Vault& vault, std::string_view record) {
  Statement& row = vault.db()
                       .cached("SELECT " + summary_columns() + " FROM records r WHERE r.id = ?")
                       .with(record);
  if (!row.step())
    throw Error(Code::not_found, "there is no such record in this vault", std::string(record));
  RecordSummary summary = summary_at(row);
  row.reset();
  return summary;
}

bool changes_identity(const FieldMap& before, const FieldMap& after) {
  const auto part = [](const FieldMap& fields) {
    FieldMap identity;
    for (const auto& [path, value] : fields) {
      if (path.starts_with("source.identity")) identity.emplace(path, value);
    }
    return identity;
  };
  return part(before) != part(after);
}

// Checked and kept, but for its custody.
RevisionContent revision_after(Vault& vault, const RevisionContent& parent,
                               const FieldMap& fields) {
  const std::string& record = parent.revision.record;
  const FieldMap before = parent.fields();
  if (!parent.complete() && changes_identity(before, fields)) {
    throw Error(
        Code::refused,
        "who the source is can only be edited by a member who may read it; nothing was changed",
        record);
  }
  check_fields(parent.revision.kind, fields, &before);
  const RevisionContent* const parents[] = {&parent};
  const RevisionContent next =
      make_revision(record, parent.revision.kind, fields, vault.identity().bundle_key(), parents);
  const std::int64_t number = record_number(vault, record);
  insert_revision(vault, number, next);
  const std::vector<std::string> heads = heads_of(vault, number);
  const bool alone = heads.size() == 1;
  update_record_row(vault, number, alone ? next : get_revision(vault, heads.front()), heads.size());
  return next;
}

// The number of its record, and whether the record was here before. Code::mismatch where it is of
// another kind.
std::pair<std::int64_t, bool> record_for(Vault& vault, const RevisionContent& content) {
  Statement& row = vault.db()
                       .cached("SELECT number, kind FROM records WHERE id = ?")
                       .with(content.revision.record);
  if (!row.step()) {
    row.reset();
    insert_record_row(vault, content);
    return {record_number(vault, content.revision.record), false};
  }
  const std::int64_t number = row.integer(0);
  const bool same_kind = row.text(1) == content.revision.kind;
  row.reset();
  if (!same_kind) {
    throw Error(
        Code::mismatch,
        "a revision says that this record is of another kind than it was; nothing was imported",
        content.revision.record);
  }
  return {number, true};
}

}  // namespace

std::string create_record(Vault& vault, std::string_view kind, FieldMap fields,
                          std::string_view action, const Json& detail, Time now, std::string id) {
  NewRecord record =
      RecordMaker(vault, kind, action, now).make(std::move(fields), detail, std::move(id));
  ensure_index(vault);
  begin_record(vault, record);
  const NewRecord* const all[] = {&record};
  complete_records(vault, all);
  return record.content.revision.record;
}

std::string revise_record(Vault& vault, std::string_view record, const FieldMap& fields,
                          std::string_view action, Json detail, Time now,
                          const std::optional<std::string>& object) {
  const std::vector<std::string> heads = heads_of(vault, record_number(vault, record));
  if (heads.size() != 1) {
    throw Error(
        Code::refused,
        "this record has more than one newest revision: `depone show` says what they differ "
        "in, `depone resolve` ends it; nothing was changed",
        std::string(record));
  }
  const RevisionContent next = revision_after(vault, get_revision(vault, heads.front()), fields);
  if (object) detail["revision"] = next.id();
  add_custody(vault, record, action, object ? *object : next.id(), detail, now);
  return next.id();
}

std::string revise_revision(Vault& vault, const RevisionContent& parent, const FieldMap& fields,
                            Time now) {
  const RevisionContent next = revision_after(vault, parent, fields);
  add_custody(vault, parent.revision.record, "revised", next.id(), Json::object(), now);
  return next.id();
}

std::uint64_t next_index(const RevisionContent& content, const FieldMap& fields,
                         std::string_view array) {
  constexpr std::uint64_t kFirstRandom = 1u << 20;
  constexpr std::uint64_t kLastRandom = 0x7fff'ffff;
  const std::string prefix = std::string(array) + ".";
  const auto index_of = [&](const std::string& path) {
    const std::string_view rest = std::string_view(path).substr(prefix.size());
    return from_decimal(rest.substr(0, rest.find('.')), kLastRandom);
  };
  // Paths stand in the order of their indexes.
  const auto from = [&](std::uint64_t index) {
    const auto at = fields.lower_bound(prefix + std::to_string(index));
    return at != fields.end() && at->first.starts_with(prefix) ? index_of(at->first) : std::nullopt;
  };
  if (content.complete()) {
    auto at = fields.upper_bound(prefix + std::to_string(kLastRandom) + ".\xff");
    if (at == fields.begin()) return 0;
    --at;
    const auto highest = at->first.starts_with(prefix) ? index_of(at->first) : std::nullopt;
    if (!highest || *highest < kLastRandom) return highest ? *highest + 1 : 0;
  }
  while (true) {
    const auto bytes = random_array<4>();
    std::uint64_t index = 0;
    for (const std::uint8_t byte : bytes) index = (index << 8) | byte;
    index &= kLastRandom;
    if (index >= kFirstRandom && from(index) != index) return index;
  }
}

std::string resolve_record(Vault& vault, std::string_view id_or_prefix) {
  std::string prefix(id_or_prefix);
  std::transform(prefix.begin(), prefix.end(), prefix.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool is_form =
      prefix.find_first_not_of("0123456789abcdef-") == std::string::npos && prefix.size() <= 36;
  if (!is_form || prefix.size() < kShortestPrefix) {
    throw Error(
        is_form ? Code::invalid : Code::not_found,
        "a record is named by its id, or by the first 4 or more characters of it; `depone list` "
        "shows them",
        prefix);
  }
  Statement& rows =
      vault.db()
          .cached("SELECT id FROM records WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT 2")
          .with(prefix);
  std::vector<std::string> found;
  while (rows.step()) found.push_back(rows.text(0));
  rows.reset();
  if (found.empty()) throw Error(Code::not_found, "there is no such record in this vault", prefix);
  if (found.size() > 1) {
    throw Error(Code::invalid, "more than one record begins with this: give more of the id",
                prefix);
  }
  return found.front();
}

RecordView get_record(Vault& vault, std::string_view record) {
  RecordView view;
  view.summary = summary_of(vault, record);
  view.heads = heads_of(vault, record_number(vault, record));
  if (view.heads.empty()) {
    throw Error(Code::damaged, "no revision of this record is in the vault", std::string(record));
  }
  view.content = get_revision(vault, view.heads.front());
  const FieldMap fields = view.content.fields();
  if (is_kind(view.summary.kind)) view.summary.missing = missing_fields(view.summary.kind, fields);
  if (const auto created = fields.find("created");
      created != fields.end() && created->second.is_string()) {
    view.created = created->second.get<std::string>();
  }
  view.updated = updated_at(vault, record, view.heads.front(), view.created);
  return view;
}

std::vector<std::string> revisions_of(Vault& vault, std::string_view record) {
  Statement& rows = vault.db()
                        .cached(
                            "SELECT v.id FROM revisions v JOIN records r ON r.number = v.record "
                            "WHERE r.id = ? ORDER BY v.id")
                        .with(record);
  std::vector<std::string> ids;
  while (rows.step()) ids.push_back(rows.text(0));
  rows.reset();
  return ids;
}

bool has_revision(Vault& vault, std::string_view revision) {
  Statement& row = vault.db().cached("SELECT 1 FROM revisions WHERE id = ?").with(revision);
  const bool found = row.step();
  row.reset();
  return found;
}

RevisionContent get_revision(Vault& vault, std::string_view revision) {
  const std::string id(revision);
  return std::move(get_revisions(vault, {&id, 1}).front());
}

std::vector<RevisionContent> get_revisions(Vault& vault, std::span<const std::string> revisions) {
  struct Wanted {
    Sha256 commitment;
    std::size_t by;  // of `found`
    bool is_here = false;
  };
  std::vector<RevisionContent> found;
  std::map<std::int64_t, std::vector<Wanted>> wanted;  // by record
  for (const std::string& revision : revisions) {
    Statement& row =
        vault.db().cached("SELECT record, json FROM revisions WHERE id = ?").with(revision);
    if (!row.step())
      throw Error(Code::not_found, "there is no such revision in this vault", revision);
    const std::int64_t record = row.integer(0);
    std::string json = row.text(1);
    row.reset();
    Revision parsed = Revision::parse(json);
    for (const Sha256& commitment : parsed.commitments)
      wanted[record].push_back({commitment, found.size()});
    found.push_back({std::move(json), std::move(parsed), {}});
  }
  const auto before = [](const Wanted& a, const Wanted& b) { return a.commitment < b.commitment; };
  for (auto& [record, all] : wanted) {
    std::sort(all.begin(), all.end(), before);
    each_held_line(vault, record, [&, &all = all](const Sha256& commitment, std::string_view line) {
      const auto [first, last] =
          std::equal_range(all.begin(), all.end(), Wanted{commitment, 0}, before);
      if (first == last) return;
      const Line parsed = Line::parse(line);
      for (auto one = first; one != last; ++one) {
        if (!std::exchange(one->is_here, true)) found[one->by].lines.push_back(parsed);
      }
    });
  }
  for (RevisionContent& content : found) {
    std::sort(content.lines.begin(), content.lines.end(),
              [](const Line& a, const Line& b) { return PathLess{}(a.path, b.path); });
  }
  return found;
}

void receive_revisions(Vault& vault, std::span<const RevisionContent> contents) {
  std::set<std::int64_t> stale;
  std::map<std::int64_t, std::set<Sha256>> held;  // of each record, read once
  for (const RevisionContent& content : contents) {
    const auto [number, was_here] = record_for(vault, content);
    const auto [lines, is_first] = held.try_emplace(number);
    if (is_first) lines->second = held_commitments(vault, number);
    insert_revision(vault, number, content, lines->second);
    if (was_here) stale.insert(number);
  }
  for (const std::int64_t number : stale) {
    const std::vector<std::string> heads = heads_of(vault, number);
    if (!heads.empty())
      update_record_row(vault, number, get_revision(vault, heads.front()), heads.size());
  }
}

Sha256 import_digest(std::string_view kind, const FieldMap& fields) {
  std::string text = std::string(kind) + "\n";
  for (const auto& [path, value] : fields) text += path + " " + dump_json(value) + "\n";
  return sha256(text);
}

std::optional<std::string> imported_record(Vault& vault, const Sha256& digest) {
  Statement& row = vault.db()
                       .cached(
                           "SELECT r.id FROM imported i JOIN records r ON r.number = i.record "
                           "WHERE i.digest = ?")
                       .with(ByteView(digest));
  std::optional<std::string> id;
  if (row.step()) id = row.text(0);
  row.reset();
  return id;
}

bool was_imported(Vault& vault, const Sha256& digest) {
  Statement& row =
      vault.db().cached("SELECT 1 FROM imported WHERE digest = ?").with(ByteView(digest));
  const bool found = row.step();
  row.reset();
  return found;
}

void note_import(Vault& vault, const Sha256& digest, std::int64_t record) {
  vault.db()
      .cached("INSERT OR IGNORE INTO imported(digest, record) VALUES (?, ?)")
      .with(ByteView(digest), record)
      .run();
}

void note_import(Vault& vault, const Sha256& digest, std::string_view record) {
  note_import(vault, digest, record_number(vault, record));
}

}  // namespace depone
