#include "crypto/formats/checkpoint.h"

#include "crypto/error.h"

namespace depone {
namespace {

// A tree whose proofs have more than 63 hashes is none that anybody made.
constexpr std::uint64_t kMaxSize = (std::uint64_t{1} << 63) - 1;

[[noreturn]] void fail(std::size_t line, const char* expected) {
  throw Error(Code::malformed,
              std::string("the checkpoint is not well-formed: expected ") + expected,
              "checkpoint line " + std::to_string(line));
}

}  // namespace

Checkpoint Checkpoint::parse(std::string_view note_text) {
  const auto lines = lines_of(note_text);
  if (!lines || lines->size() < 3) fail(1, "origin, size and root hash, each on a line");
  for (std::size_t i = 0; i < lines->size(); ++i) {
    if ((*lines)[i].empty()) fail(i + 1, "a line that is not empty");
  }
  const auto size = from_decimal((*lines)[1], kMaxSize);
  if (!size) fail(2, "the size in decimal, at most 2^63-1");
  const auto root = exactly<32>(from_base64((*lines)[2]));
  if (!root) fail(3, "the root hash in base64");
  return {std::string((*lines)[0]), *size, *root};
}

std::string Checkpoint::text() const {
  return origin + "\n" + std::to_string(size) + "\n" + base64(root) + "\n";
}

Checkpoint open_checkpoint(std::string_view note, const VerifierKey& key) {
  const Note parsed = Note::parse(note);
  if (!parsed.signed_by(key)) {
    throw Error(Code::bad_signature, "the checkpoint is not signed by the log's key", key.name);
  }
  Checkpoint checkpoint = Checkpoint::parse(parsed.text);
  if (checkpoint.origin != key.name) {
    throw Error(Code::mismatch, "the checkpoint is of another log than its key", key.name);
  }
  return checkpoint;
}

}  // namespace depone
