#include "crypto/note.h"

#include <algorithm>

#include "crypto/code_points.h"
#include "crypto/error.h"
#include "crypto/hash.h"

namespace depone {
namespace {

constexpr std::uint8_t kEd25519 = 0x01;
constexpr std::uint8_t kCosignature = 0x04;  // c2sp.org/tlog-cosignature
constexpr std::size_t kMaxSignatures = 100;
constexpr std::string_view kSignaturePrefix = "\xE2\x80\x94 ";  // em dash, space

std::uint32_t read_big_endian(ByteView bytes) {
  return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) |
         (std::uint32_t{bytes[2]} << 8) | bytes[3];
}

std::uint32_t key_id(std::string_view name, ByteView typed_key) {
  Sha256Hasher hasher;
  hasher.update(as_bytes(name));
  hasher.update(as_bytes("\n"));
  hasher.update(typed_key);
  const Sha256 digest = hasher.finish();
  return read_big_endian(digest);
}

ByteArray<33> typed(const Ed25519Public& key) {
  ByteArray<33> out;
  out[0] = kEd25519;
  std::copy(key.begin(), key.end(), out.begin() + 1);
  return out;
}

ByteArray<4> big_endian(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

// Not empty, no space of any kind, no plus sign, no control characters (c2sp.org/signed-note,
// "Format").
bool is_key_name(std::string_view name) {
  const auto points = code_points(name);
  return points && !points->empty() && name.size() <= 255 &&
         std::none_of(points->begin(), points->end(), [](char32_t point) {
           return point < 0x20 || point == '+' || point == 0x7f || is_unicode_space(point);
         });
}

// A verifier key taken apart: name, id, type and key.
struct RawKey {
  std::string_view name;
  ByteArray<4> id;
  Bytes typed_key;
  bool id_ok() const { return read_big_endian(id) == key_id(name, typed_key); }
};

std::optional<RawKey> parse_raw_key(std::string_view text) {
  // The base64 may hold '+': only the first two separate.
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || !is_key_name(text.substr(0, first))) return std::nullopt;
  const auto id = exactly<4>(from_hex(text.substr(first + 1, second - first - 1)));
  auto typed_key = from_base64(text.substr(second + 1));
  if (!id || !typed_key || typed_key->size() < 2) return std::nullopt;
  return RawKey{text.substr(0, first), *id, std::move(*typed_key)};
}

std::optional<Ed25519Public> ed25519_of(const RawKey& raw) {
  const auto key =
      exactly<32>(std::optional(Bytes(raw.typed_key.begin() + 1, raw.typed_key.end())));
  if (!key || !raw.id_ok() || !ed25519_valid(*key)) return std::nullopt;
  return key;
}

[[noreturn]] void fail(std::size_t line, const char* expected) {
  throw Error(Code::malformed,
              std::string("the signed note is not well-formed: expected ") + expected,
              "note line " + std::to_string(line));
}

}  // namespace

VerifierKey VerifierKey::make(std::string_view name, const Ed25519Public& key) {
  if (!is_key_name(name)) {
    throw Error(Code::invalid, "a log's origin has no spaces, no '+' and at most 255 bytes");
  }
  return {std::string(name), key_id(name, typed(key)), key};
}

std::optional<VerifierKey> VerifierKey::parse(std::string_view text) {
  const auto raw = parse_raw_key(text);
  if (!raw || raw->typed_key[0] != kEd25519) return std::nullopt;
  const auto key = ed25519_of(*raw);
  if (!key) return std::nullopt;
  return VerifierKey{std::string(raw->name), read_big_endian(raw->id), *key};
}

bool is_verifier_key(std::string_view text) {
  const auto raw = parse_raw_key(text);
  if (!raw) return false;
  const bool ed25519 = raw->typed_key[0] == kEd25519 || raw->typed_key[0] == kCosignature;
  return !ed25519 || ed25519_of(*raw).has_value();
}

std::string VerifierKey::text() const {
  return name + "+" + hex(big_endian(id)) + "+" + base64(typed(key));
}

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
    if (!is_key_name(name)) fail(number, "a key name");
    if (!raw || raw->size() < 5) fail(number, "a signature in base64");
    note.signatures.push_back(
        {std::string(name), read_big_endian(*raw), Bytes(raw->begin() + 4, raw->end())});
  }
  return note;
}

std::string Note::bytes() const {
  std::string out = text + "\n";
  for (const NoteSignature& signature : signatures) {
    Bytes raw(4);
    const ByteArray<4> id = big_endian(signature.id);
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
