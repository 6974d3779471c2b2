#pragma once

#include <string>
#include <string_view>

#include "crypto/hash.h"
#include "crypto/note.h"

namespace depone {

// A log's tree head (c2sp.org/tlog-checkpoint): origin, size, base64 root, in a signed note.
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Sha256 root{};
  static Checkpoint parse(
      std::string_view note_text);  // the note's signed part; extension lines are ignored
  std::string text() const;
};

// Parses the note, checks the signature by `key` and that the origin is the key's name.
// Code::bad_signature, malformed.
Checkpoint open_checkpoint(std::string_view note, const VerifierKey& key);

}  // namespace depone
