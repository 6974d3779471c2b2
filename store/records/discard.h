#pragma once

#include <string>
#include <string_view>

#include "store/vault.h"

namespace depone {

// Removing a record for good: its revisions, lines, words in the index, custody, and the content of
// attachments that no other record names.

// Why this record can't be removed, in words: it is in a bundle, or came from somebody else. "": it
// can be. Code::not_found.
std::string discard_refusal(Vault& vault, std::string_view record);

struct Discarded {
  std::uint64_t revisions = 0;
  std::uint64_t contents = 0;  // files of attachments that went with it
};
// Code::refused with discard_refusal(). Makes its own transaction; the files go after its commit
// (what a crash leaves of them, when the vault is next opened), and so do the words, and copies
// that the vault keeps of its database and log (finish_discard). What was deleted is overwritten in
// the database, its log and its index; backups made before still hold it.
Discarded discard_record(Vault& vault, std::string_view record);
// Brings a removal to its end that was interrupted after its commit: until then the index holds
// words of the record, and copies the record. For every opening of the vault.
void finish_discard(Vault& vault);

}  // namespace depone
