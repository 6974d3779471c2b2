#pragma once

#include <memory>
#include <optional>
#include <string>

#include "crypto/io.h"
#include "store/vault.h"

namespace depone {

// Content of attachments: encrypted files under random names in attachments/, padded to their Padmé
// length; key, SHA-256 and size in the database. Deduplicated by content.

struct StoredContent {
  std::string sha256;  // hex, of the content
  std::uint64_t size;
};

// Content that is on disk, durable, but not yet in the database. Destroyed without done() it is
// gone again, unless a row names it by then: so it is declared before the Tx that calls keep().
class StagedContent {
 public:
  StagedContent(StagedContent&&) noexcept;
  StagedContent& operator=(StagedContent&&) noexcept;
  ~StagedContent();
  const StoredContent& content() const;
  // Inserts the row (or none where the content is there already). To be called inside a Tx, then
  // commit, then done().
  void keep(Vault& vault);
  // After the commit. Where the same content was there before, this copy of it is removed.
  void done();
  // The content, before it is kept: as open_content() gives it. Not after done().
  std::unique_ptr<Source> open() const;

 private:
  friend class ContentStager;
  StagedContent();
  struct State;
  std::unique_ptr<State> state_;
};

// Content that comes in pieces: written to disk encrypted, under a key that is only in memory until
// it is kept. Destroyed without finish() it is gone.
class ContentStager {
 public:
  explicit ContentStager(Vault& vault);
  ~ContentStager();
  ContentStager(ContentStager&&) noexcept;
  ContentStager& operator=(ContentStager&&) noexcept;
  void write(ByteView bytes);
  StagedContent finish();  // once

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Reads the source to its end, once, hashing.
StagedContent stage_content(Vault& vault, Source& source);

bool has_content(Vault& vault, std::string_view sha256);
// The content, its length exact, decrypted as read. Code::not_found, damaged. The read that would
// give the last byte throws Code::damaged instead where the SHA-256 is not the one in the database.
std::unique_ptr<Source> open_content(Vault& vault, std::string_view sha256);
std::uint64_t content_size(Vault& vault, std::string_view sha256);

// Removes files of attachments/ that no row names and that have the form of our names; run when a
// vault is opened. Anything else is left and reported by check.
void sweep_attachments(Vault& vault);

}  // namespace depone
