#include "store/search.h"

#include <algorithm>

#include "crypto/error.h"
#include "store/evidence.h"
#include "store/list.h"
#include "store/record_rows.h"
#include "store/search_query.h"
#include "store/words.h"

namespace depone {

namespace {

constexpr std::size_t kMaxSnippets = 3;

// Words from a vocabulary and the record's own hashes and times say nothing about it; who the
// source is, is found only by those who ask for that.
bool is_searched(std::string_view kind, std::string_view path, const Json& value) {
  if (!value.is_string() || path == "created" || path.starts_with("source.identity")) return false;
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

struct FieldText {
  std::string path;
  std::string text;
};

// The texts that the index has, passages of one long text joined.
std::vector<FieldText> searched_texts(std::string_view kind, const FieldMap& fields) {
  std::vector<FieldText> texts;
  for (const auto& [path, value] : fields) {
    if (!is_searched(kind, path, value)) continue;
    const auto& text = value.get_ref<const std::string&>();
    const std::string whole = path.substr(0, path.rfind('.'));
    if (!is_long_text(whole)) {
      texts.push_back({path, text});
    } else if (!texts.empty() && texts.back().path == whole) {
      texts.back().text += "\n\n" + text;
    } else {
      texts.push_back({whole, text});
    }
  }
  return texts;
}

std::vector<std::string> snippets(const FieldMap& fields, std::string_view kind,
                                  const std::vector<SearchTerm>& terms) {
  std::vector<std::string> found;
  std::vector<FieldText> texts = searched_texts(kind, fields);
  std::stable_partition(texts.begin(), texts.end(),
                        [](const FieldText& field) { return field.path == "title"; });
  for (const FieldText& field : texts) {
    const std::string snippet = snippet_of(field.text, terms);
    if (!snippet.empty()) found.push_back(field.path + ": " + snippet);
    if (found.size() == kMaxSnippets) break;
  }
  return found;
}

}  // namespace

void index_record(Vault& vault, std::string_view record, std::string_view kind,
                  const FieldMap& fields) {
  std::string title;
  std::string body;
  for (const FieldText& field : searched_texts(kind, fields)) {
    if (field.path == "title") {
      title = field.text;
    } else {
      if (!body.empty()) body += kBetweenFields;
      body += field.text;
    }
  }
  vault.db()
      .cached("INSERT OR REPLACE INTO words(rowid, title, body) VALUES (?, ?, ?)")
      .with(record_number(vault, record), title, body)
      .run();
}

std::vector<SearchHit> search_records(Vault& vault, std::string_view query,
                                      const RecordFilter& filter) {
  const std::vector<SearchTerm> terms = parse_query(query);
  // A word in the title counts four times.
  Statement& rows = vault.db().cached(
      "SELECT " + summary_columns() +
      ", -w.rank, r.head FROM words w JOIN records r ON r.number = w.rowid WHERE " +
      record_conditions() +
      " AND w.words MATCH ?7 AND w.rank MATCH 'bm25(4.0, 1.0)' ORDER BY w.rank LIMIT ?6");
  bind_conditions(rows, filter).bind(7, fts5_expression(terms));
  std::vector<SearchHit> hits;
  std::vector<std::string> heads;
  while (rows.step()) {
    hits.push_back({summary_at(rows), rows.real(6), {}});
    heads.push_back(rows.text(7));
  }
  rows.reset();
  for (std::size_t i = 0; i < hits.size(); ++i) {
    hits[i].matched = snippets(get_revision(vault, heads[i]).fields(), hits[i].record.kind, terms);
  }
  return hits;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (Word& word : break_words(text)) words.push_back(std::move(word.text));
  return words;
}

}  // namespace depone
