#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/records.h"
#include "store/vault.h"

namespace depone {

// Full-text search over the newest head of each record: FTS5 in the encrypted database, words by
// ICU (break iterator, NFKC case folding, diacritics removed). source.identity is not in the index.

// For vault_migrations(): rowid is records.number. The text itself is in `lines`, so the index
// keeps none.
inline constexpr std::string_view kWordsTable =
    "CREATE VIRTUAL TABLE words USING fts5(title, body, content='', contentless_delete=1, "
    "tokenize='depone')";

struct SearchHit {
  RecordSummary record;
  double score = 0;  // higher is better
  std::vector<std::string>
      matched;  // "account.text: …snippet…": field and text around the match, as stored
};

// Every word must be there; a word ending in * is a prefix; "several words" in double quotes are a
// phrase. Code::invalid for a query without a word. Best first.
std::vector<SearchHit> search_records(Vault& vault, std::string_view query,
                                      const RecordFilter& filter);

// Puts a record's text into the index in place of what was there. Inside a Tx. (records.cpp calls
// it.)
void index_record(Vault& vault, std::string_view record, std::string_view kind,
                  const FieldMap& fields);
// Registers the tokenizer; vault.cpp calls it for every connection.
void register_tokenizer(Database& db);

// The words of a text as the index has them.
std::vector<std::string> words_of(std::string_view text);

}  // namespace depone
