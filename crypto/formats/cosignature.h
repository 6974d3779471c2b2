#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/time.h"
#include "crypto/note.h"

namespace depone {

// Cosignatures of witnesses on a checkpoint (c2sp.org/tlog-cosignature, Ed25519, type 04): a
// witness states that at this time it had seen the log only grow up to this tree. Signed is
// "cosignature/v1" LF "time <seconds>" LF and the note's text; the signature's bytes are the time,
// 8 bytes big-endian, and the 64 of Ed25519. (Type 06, ML-DSA-44, is not known here: its lines are
// kept and ignored.)

// "<name>+<8 hex>+<base64 of 04 and 32 bytes>" (crypto/vkey.h).
struct WitnessKey {
  std::string name;
  std::uint32_t id = 0;
  Ed25519Public key{};
  static WitnessKey make(std::string_view name, const Ed25519Public& key);  // Code::invalid
  static std::optional<WitnessKey> parse(std::string_view text);            // type 04 only
  std::string text() const;
  bool operator==(const WitnessKey&) const = default;
};

struct Cosignature {
  WitnessKey witness;
  Time time;
};

// The line of a witness for a note whose text is a checkpoint. Code::malformed where it is none,
// invalid for a time that is not between 1970 and 9999.
NoteSignature cosign(std::string_view checkpoint_text, const WitnessKey& name,
                     const Ed25519Key& key, Time time);

// What these witnesses stated about the note, in the order of its lines. Lines of all other keys,
// the same key under another name included, are ignored; a wrong one of a known key spoils the
// note: Code::bad_signature, which names the witness. Not judged: the log's own signature, and
// whether a time lies ahead.
std::vector<Cosignature> check_cosignatures(const Note& note,
                                            std::span<const WitnessKey> witnesses);

// How many different witnesses these are of: by key, since what an Ed25519 witness signs does not
// hold its name.
std::size_t count_witnesses(std::span<const Cosignature> cosignatures);

}  // namespace depone
