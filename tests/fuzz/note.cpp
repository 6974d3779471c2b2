#include "crypto/formats/checkpoint.h"
#include "crypto/formats/cosignature.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  if (const auto witness = WitnessKey::parse(text)) must(witness->text() == text);
  const Note note = Note::parse(text);
  must(note.bytes() == text);
  // Every line is taken for a known witness's: no chance input is one.
  for (const NoteSignature& line : note.signatures) {
    const WitnessKey known{line.name, line.id, Ed25519Public{0x58, 0x66}};
    bool refused = false;
    fuzz::refuse_or([&] {
      refused = true;
      check_cosignatures(note, {&known, 1});
      refused = false;
    });
    must(refused);
  }
  const Checkpoint checkpoint = Checkpoint::parse(note.text);
  must(note.text.starts_with(checkpoint.text()));
}
