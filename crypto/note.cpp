#include "crypto/note.h"

#include <algorithm>

#include "crypto/error.h"
#include "crypto/vkey.h"

namespace depone {
namespace {

constexpr std::size_t kMaxSignatures = 100;
constexpr std::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // em dash, space

[[noreturn]] void fail(std::size_t line, const char* expected) {
  throw Error(Code::malformed,
              std::string("the signed note is not well-formed: expected ") + expected,
              "note line " + std::to_string(line));
}

}  // namespace

VerifierKey VerifierKey::make(std::string_view name, const Ed25519Public& key) {
  if (!vkey::is_own_name(name)) {
    throw Error(
        Code::invalid,
        "a log's origin has no spaces, no '+', no control characters and at most 255 bytes");
  }
  return {std::string(name), vkey::id_of(name, vkey::Type::ed25519, key), key};
}

std::optional<VerifierKey> VerifierKey::parse(std::string_view text) {
  const auto raw = vkey::parse(text);
  if (!raw) return std::nullopt;
  const auto key = vkey::ed25519_of(*raw, vkey::Type::ed25519);
  if (!key) return std::nullopt;
  return VerifierKey{std::string(raw->name), raw->id, *key};
}

bool is_verifier_key(std::string_view text) {
  const auto raw = vkey::parse(text);
  if (!raw) return false;
  for (const vkey::Type type : {vkey::Type::ed25519, vkey::Type::cosignature}) {
    if (raw->typed_key[0] == static_cast<std::uint8_t>(type)) {
      return vkey::ed25519_of(*raw, type).has_value();
    }
  }
  return true;
}

std::string VerifierKey::text() const { return vkey::text_of(name, vkey::Type::ed25519, key); }

Note Note::parse(std::string_view bytes) {
  if (bytes.size() > kMaxNoteSize)
    throw Error(Code::malformed, "the signed note is too large", "note");
  if (!is_utf8(as_bytes(bytes)))
    throw Error(Code::malformed, "the signed note is not UTF-8", "note");
  for (const char c : bytes) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n') {
      throw Error(Code::malformed, "the signed note holds a control character", "note");
    }
  }
  // The text ends at the last empty line.
  const std::size_t blank = bytes.rfind("\n\n");
  if (blank == std::string_view::npos) {
    throw Error(Code::malformed, "the signed note has no empty line before its signatures", "note");
  }
  Note note;
  note.text = std::string(bytes.substr(0, blank + 1));
  const std::size_t first_line =
      static_cast<std::size_t>(std::count(note.text.begin(), note.text.end(), '\n')) + 2;
  const auto lines = lines_of(bytes.substr(blank + 2));
  if (!lines) fail(first_line, "every signature line to end in LF");
  if (lines->empty() || lines->size() > kMaxSignatures) fail(first_line, "1 to 100 signatures");
  for (std::size_t i = 0; i < lines->size(); ++i) {
    std::string_view line = (*lines)[i];
    const std::size_t number = first_line + i;
    if (!line.starts_with(kSignaturePrefix)) fail(number, "a signature line to begin with a dash");
    line.remove_prefix(kSignaturePrefix.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) fail(number, "a name and a signature");
    const std::string_view name = line.substr(0, space);
    const std::optional<Bytes> raw = from_base64(line.substr(space + 1));
    if (!vkey::is_key_name(name)) fail(number, "a key name");
    if (!raw || raw->size() < 5) fail(number, "a signature in base64");
    note.signatures.push_back(
        {std::string(name), vkey::id_from(*raw), Bytes(raw->begin() + 4, raw->end())});
  }
  return note;
}

std::string Note::bytes() const {
  std::string out = text + "\n";
  for (const NoteSignature& signature : signatures) {
    Bytes raw(4);
    const ByteArray<4> id = vkey::id_bytes(signature.id);
    std::copy(id.begin(), id.end(), raw.begin());
    raw.insert(raw.end(), signature.signature.begin(), signature.signature.end());
    out += kSignaturePrefix;
    out += signature.name + " " + base64(raw) + "\n";
  }
  return out;
}

bool Note::signed_by(const VerifierKey& key) const {
  // A wrong signature by a known key spoils the note, whatever others there are.
  bool good = false;
  for (const NoteSignature& signature : signatures) {
    if (signature.name != key.name || signature.id != key.id) continue;
    if (signature.signature.size() != std::tuple_size_v<Ed25519Signature>) return false;
    Ed25519Signature raw;
    std::copy(signature.signature.begin(), signature.signature.end(), raw.begin());
    if (!ed25519_verify(key.key, as_bytes(text), raw)) return false;
    good = true;
  }
  return good;
}

Note sign_note(std::string_view text, const VerifierKey& name, const Ed25519Key& key) {
  if (!text.ends_with('\n')) throw Error(Code::invalid, "the text of a signed note ends in LF");
  const Ed25519Signature signature = key.sign(as_bytes(text));
  return {std::string(text), {{name.name, name.id, Bytes(signature.begin(), signature.end())}}};
}

}  // namespace depone
