#include "store/search/index.h"

#include <optional>

#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/records/reading.h"
#include "store/records/rows.h"
#include "store/search/terms.h"
#include "store/search/words.h"

namespace depone {

namespace {

constexpr std::string_view kVersionSetting = "search_index";
constexpr std::string_view kDirtySetting = "search_removed";
constexpr int kLayout = 2;

// So that a leaf of FTS5's tree fills a page of SQLCipher's, of which 80 bytes are taken, and does
// not go on in a second one.
constexpr int kLeaf = 3'900;
// How much FTS5 collects before it writes. An import so writes a table's words a few times, and has
// little to merge; with more, what is collected no longer fits the processor's caches (measured: 1
// MiB 42 µs a record of 1 KiB, 4 and 8 MiB 30, 32 MiB 39).
constexpr int kCollected = 8 << 20;

constexpr std::int64_t kIdentity = -1;

const std::string& index_version() {
  static const std::string version = std::to_string(kLayout) + "." + words_version();
  return version;
}

std::string name_of(std::int64_t table) {
  return table == kIdentity ? std::string(kIdentityTable) : "words_" + std::to_string(table);
}

std::int64_t table_of(std::int64_t record) { return record / kShard; }

bool has_table(Vault& vault, std::int64_t table) {
  Statement& row = vault.db().cached("SELECT 1 FROM word_tables WHERE number = ?").with(table);
  const bool found = row.step();
  row.reset();
  return found;
}

void make_table(Vault& vault, std::int64_t table, const std::string& columns) {
  Database& db = vault.db();
  const std::string name = name_of(table);
  db.execute("CREATE VIRTUAL TABLE " + name + " USING fts5(" + columns +
             ", content='', contentless_delete=1, tokenize='depone')");
  const std::string set = "INSERT INTO " + name + "(" + name + ", rank) VALUES(";
  db.execute(set + "'pgsz', " + std::to_string(kLeaf) + ")");
  db.execute(set + "'hashsize', " + std::to_string(kCollected) + ")");
  db.cached("INSERT INTO word_tables(number) VALUES (?)").with(table).run();
}

void optimize(Vault& vault, std::int64_t table) {
  const std::string name = name_of(table);
  vault.db().execute("INSERT INTO " + name + "(" + name + ") VALUES('optimize')");
}

void make_words_table(Vault& vault, std::int64_t table) {
  make_table(vault, table, "title, body, place");
  // The one before is full: in one piece it is searched fastest.
  if (table > 0 && has_table(vault, table - 1)) optimize(vault, table - 1);
}

bool is_text(std::string_view kind, std::string_view path, const Json& value) {
  if (!value.is_string() || path == "created") return false;
  const FieldRule* rule = rule_of(kind, path);
  if (rule == nullptr) return true;  // of a later version
  switch (rule->type) {
    case FieldType::text:
    case FieldType::long_text:
    case FieldType::url:
      return true;
    default:
      return false;
  }
}

bool is_place(std::string_view path) {
  return path.starts_with("place.") || path.ends_with(".place") || path.ends_with(".place.name");
}

SearchedText::Column column_of(const FieldMap& fields, std::string_view path) {
  if (path == "title") return SearchedText::Column::title;
  if (is_identity(fields, path)) return SearchedText::Column::identity;
  return is_place(path) ? SearchedText::Column::place : SearchedText::Column::body;
}

void add_words(std::string& words, std::string_view text) {
  if (!words.empty()) append_word(words, kBetweenFields, false);
  std::optional<std::uint32_t> position;
  for (const Word& word : index_words(text)) {
    append_word(words, word.text, word.position == position);
    position = word.position;
  }
}

void remove_words(Vault& vault, std::int64_t table, std::int64_t record) {
  vault.db().cached("DELETE FROM " + name_of(table) + " WHERE rowid = ?").with(record).run();
}

std::vector<std::int64_t> all_tables(Vault& vault) {
  Statement& rows = vault.db().cached("SELECT number FROM word_tables ORDER BY number DESC");
  std::vector<std::int64_t> tables;
  while (rows.step()) tables.push_back(rows.integer(0));
  rows.reset();
  return tables;
}

void drop_tables(Vault& vault) {
  for (const std::int64_t table : all_tables(vault))
    vault.db().execute("DROP TABLE " + name_of(table));
  vault.db().execute("DELETE FROM word_tables");
}

}  // namespace

std::vector<SearchedText> searched_texts(std::string_view kind, const FieldMap& fields) {
  std::vector<SearchedText> texts;
  for (const auto& [path, value] : fields) {
    if (!is_text(kind, path, value)) continue;
    const auto& text = value.get_ref<const std::string&>();
    const std::string whole = path.substr(0, path.rfind('.'));
    if (!is_long_text(whole)) {
      texts.push_back({path, text, column_of(fields, path)});
    } else if (!texts.empty() && texts.back().path == whole) {
      texts.back().text += "\n\n" + text;
    } else {
      texts.push_back({whole, text, column_of(fields, whole)});
    }
  }
  return texts;
}

IndexedWords indexed_words(std::string_view kind, const FieldMap& fields) {
  IndexedWords words;
  for (const SearchedText& text : searched_texts(kind, fields)) {
    switch (text.column) {
      case SearchedText::Column::title:
        add_words(words.title, text.text);
        break;
      case SearchedText::Column::body:
        add_words(words.body, text.text);
        break;
      case SearchedText::Column::place:
        add_words(words.place, text.text);
        break;
      case SearchedText::Column::identity:
        add_words(words.identity, text.text);
        break;
    }
  }
  return words;
}

void index_words_of(Vault& vault, std::int64_t record, const IndexedWords& words, bool is_new) {
  const std::int64_t table = table_of(record);
  if (!has_table(vault, table)) make_words_table(vault, table);
  vault.db()
      .cached((is_new ? "INSERT INTO " : "INSERT OR REPLACE INTO ") + name_of(table) +
              "(rowid, title, body, place) VALUES (?, ?, ?, ?)")
      .with(record, words.title, words.body, words.place)
      .run();
  if (words.identity.empty() && (is_new || !has_table(vault, kIdentity))) return;
  if (!has_table(vault, kIdentity)) make_table(vault, kIdentity, "body");
  if (!is_new) remove_words(vault, kIdentity, record);
  if (words.identity.empty()) return;
  vault.db()
      .cached("INSERT INTO " + name_of(kIdentity) + "(rowid, body) VALUES (?, ?)")
      .with(record, words.identity)
      .run();
}

void index_record(Vault& vault, std::string_view record, std::string_view kind,
                  const FieldMap& fields) {
  ensure_index(vault);
  index_words_of(vault, record_number(vault, record), indexed_words(kind, fields), false);
}

void unindex_record(Vault& vault, std::int64_t record) {
  ensure_index(vault);
  std::string dirty = vault.setting(kDirtySetting).value_or("");
  for (const std::int64_t table : {table_of(record), kIdentity}) {
    if (!has_table(vault, table)) continue;
    remove_words(vault, table, record);
    const std::string line = std::to_string(table) + "\n";
    if (("\n" + dirty).find("\n" + line) == std::string::npos) dirty += line;
  }
  vault.set_setting(kDirtySetting, dirty);
}

void forget_removed_words(Vault& vault) {
  const std::string dirty = "\n" + vault.setting(kDirtySetting).value_or("");
  for (const std::int64_t table : all_tables(vault)) {
    if (dirty.find("\n" + std::to_string(table) + "\n") != std::string::npos)
      optimize(vault, table);
  }
  if (dirty.size() > 1) vault.set_setting(kDirtySetting, "");
}

bool has_removed_words(Vault& vault) { return !vault.setting(kDirtySetting).value_or("").empty(); }

std::vector<std::string> word_tables(Vault& vault) {
  std::vector<std::string> names;
  for (const std::int64_t table : all_tables(vault))
    if (table != kIdentity) names.push_back(name_of(table));
  return names;
}

bool has_identity_words(Vault& vault) { return has_table(vault, kIdentity); }

bool index_is_current(Vault& vault) { return vault.setting(kVersionSetting) == index_version(); }

void rebuild_index(Vault& vault,
                   const std::function<void(std::uint64_t done, std::uint64_t of)>& progress) {
  std::optional<Tx> tx;
  if (!vault.db().in_transaction()) tx.emplace(vault.db());
  drop_tables(vault);
  std::vector<std::pair<std::int64_t, std::string>> heads;
  {
    Statement& rows = vault.db().cached("SELECT number, head FROM records ORDER BY number");
    while (rows.step()) heads.emplace_back(rows.integer(0), rows.text(1));
    rows.reset();
  }
  std::uint64_t done = 0;
  for (const auto& [number, head] : heads) {
    if (progress) progress(done++, heads.size());
    std::optional<RevisionContent> content;
    try {
      content = get_revision(vault, head);
    } catch (const Error& error) {
      if (error.code() == Code::io) throw;
      continue;
    }
    const FieldMap fields = content->fields();
    const std::string& kind = content->revision.kind;
    index_words_of(vault, number, indexed_words(kind, fields), true);
    write_filter_columns(vault, number, content->revision, fields);
  }
  vault.set_setting(kVersionSetting, index_version());
  vault.set_setting(kDirtySetting, "");
  if (tx) tx->commit();
}

void ensure_index(Vault& vault) {
  if (!index_is_current(vault)) rebuild_index(vault, {});
}

}  // namespace depone
