#include "store/check_parts.h"

#include <algorithm>
#include <map>

#include "crypto/error.h"

namespace depone {

namespace {

struct Part {
  std::string_view tables;  // what their names begin with
  std::string_view words;
};

// The first that fits.
constexpr Part kParts[] = {
    {"words", "the search index: searching misses records, which are there all the same"},
    {"records", "the list of records"},
    {"revision", "revisions of records"},
    {"lines", "texts of records"},
    {"custody", "chains of custody"},
    {"record_contents", "which records an attachment is of"},
    {"record_links", "links between records, seen from where they lead"},
    {"attachments", "what opens attachments"},
    {"outgoing", "what was sealed and sent"},
    {"numbers", "what was sealed and sent"},
    {"incoming", "what was received"},
    {"mailbox", "what was received"},
    {"imported", "what was imported before: importing it again could add it twice"},
    {"rosters", "rosters"},
    {"refused_rosters", "rosters"},
    {"checkpoints", "what the relay's log was seen to hold"},
};

std::string words_for(const std::string& table) {
  for (const Part& part : kParts) {
    if (table.starts_with(part.tables)) return std::string(part.words);
  }
  return "what the vault notes for itself (" + table + ")";
}

bool reads(Database& db, const std::string& sql) {
  try {
    Statement rows = db.prepare(sql);
    while (rows.step()) {
    }
    return true;
  } catch (const Error& error) {
    // A virtual table or a partial index can't be read in this way, and is no damage.
    return error.code() != Code::damaged;
  }
}

}  // namespace

std::vector<std::string> unreadable_parts(Database& db) {
  std::map<std::string, std::vector<std::string>> indexes;  // of each table
  {
    Statement rows = db.prepare(
        "SELECT tbl_name, CASE type WHEN 'index' THEN name END FROM sqlite_master "
        "WHERE rootpage > 0");
    while (rows.step()) {
      auto& of_table = indexes[rows.text(0)];
      if (!rows.is_null(1)) of_table.push_back(rows.text(1));
    }
  }
  std::vector<std::string> parts;
  const auto note = [&](const std::string& part) {
    if (std::find(parts.begin(), parts.end(), part) == parts.end()) parts.push_back(part);
  };
  for (const auto& [table, names] : indexes) {
    if (!reads(db, "SELECT * FROM \"" + table + "\" NOT INDEXED")) note(words_for(table));
    for (const std::string& name : names) {
      if (!reads(db, "SELECT count(*) FROM \"" + table + "\" INDEXED BY \"" + name + "\""))
        note(words_for(table) + " (the index " + name + ")");
    }
  }
  return parts;
}

}  // namespace depone
