#include "crypto/formats/checkpoint.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const Note note = Note::parse(text);
  must(note.bytes() == text);
  const Checkpoint checkpoint = Checkpoint::parse(note.text);
  must(note.text.starts_with(checkpoint.text()));
}
