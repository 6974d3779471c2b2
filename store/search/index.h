#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/fields.h"
#include "store/vault.h"

namespace depone {

// The index of the search: FTS5 inside the encrypted database, without the text itself, which is in
// `lines`. A table words_N for each kShard record numbers, made when it is first needed: a search
// starts at the newest records and may stop before the oldest, and no write ever has to merge more
// than one table's words. Who the source is stands in a table of its own, identity_words.
//
// FTS5 gets words, not text: store/search/words.h has broken it already, on any thread.
inline constexpr std::int64_t kShard = 16'384;
inline constexpr std::string_view kIdentityTable = "identity_words";

// A text of the record as it is indexed and shown in a match: passages of one long text joined.
struct SearchedText {
  enum class Column { title, body, place, identity };
  std::string path;
  std::string text;
  Column column = Column::body;
};
// Words from a vocabulary and the record's own hashes and times say nothing about it: they are not
// in.
std::vector<SearchedText> searched_texts(std::string_view kind, const FieldMap& fields);

// A record's words, for FTS5. Needs no vault: may be made on another thread.
struct IndexedWords {
  std::string title, body, place, identity;
};
IndexedWords indexed_words(std::string_view kind, const FieldMap& fields);

// Puts a record's words into the index, in place of what was there (`is_new`: nothing was). Inside
// a Tx.
void index_words_of(Vault& vault, std::int64_t record, const IndexedWords& words, bool is_new);
// The same from its fields. Inside a Tx.
void index_record(Vault& vault, std::string_view record, std::string_view kind,
                  const FieldMap& fields);

// Takes a record's words out. Inside a Tx.
void unindex_record(Vault& vault, std::int64_t record);
// Until then the index only skips them: this writes the tables anew that they stood in.
void forget_removed_words(Vault& vault);
bool has_removed_words(Vault& vault);  // whether it is still to be done

// The tables of words, newest records first.
std::vector<std::string> word_tables(Vault& vault);
bool has_identity_words(Vault& vault);

// Whether the index was made by what makes it now (store/search/words.h, words_version): if not, it
// must be made anew before it is searched or added to.
bool index_is_current(Vault& vault);
// Makes it anew, in one transaction (its own, or the one that is open). Records that cannot be read
// are left out: `check` names them.
void rebuild_index(Vault& vault,
                   const std::function<void(std::uint64_t done, std::uint64_t of)>& progress);
// Both.
void ensure_index(Vault& vault);

// Registers the tokenizer and the ranking; vault.cpp calls it for every connection.
void register_tokenizer(Database& db);

}  // namespace depone
