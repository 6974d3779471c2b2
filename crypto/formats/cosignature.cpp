#include "crypto/formats/cosignature.h"

#include <algorithm>
#include <set>

#include "crypto/error.h"
#include "crypto/formats/checkpoint.h"
#include "crypto/vkey.h"

namespace depone {
namespace {

constexpr std::size_t kTimeSize = 8;
constexpr std::uint64_t kLastTime = 253'402'300'799;  // 9999-12-31T23:59:59Z

std::string signed_message(std::string_view text, std::uint64_t time) {
  return "cosignature/v1\ntime " + std::to_string(time) + "\n" + std::string(text);
}

// Zero is no time at which anything was seen.
bool is_time(std::uint64_t seconds) { return seconds > 0 && seconds <= kLastTime; }

std::optional<Time> time_of(const NoteSignature& line, const WitnessKey& witness,
                            std::string_view text) {
  Ed25519Signature signature;
  if (line.signature.size() != kTimeSize + signature.size()) return std::nullopt;
  std::uint64_t time = 0;
  for (std::size_t i = 0; i < kTimeSize; ++i) time = time << 8 | line.signature[i];
  std::copy_n(line.signature.begin() + kTimeSize, signature.size(), signature.begin());
  if (!is_time(time)) return std::nullopt;
  if (!ed25519_verify(witness.key, as_bytes(signed_message(text, time)), signature))
    return std::nullopt;
  return Time{static_cast<std::int64_t>(time)};
}

}  // namespace

WitnessKey WitnessKey::make(std::string_view name, const Ed25519Public& key) {
  if (!vkey::is_own_name(name)) {
    throw Error(
        Code::invalid,
        "a witness's name has no spaces, no '+', no control characters and at most 255 bytes");
  }
  return {std::string(name), vkey::id_of(name, vkey::Type::cosignature, key), key};
}

std::optional<WitnessKey> WitnessKey::parse(std::string_view text) {
  const auto raw = vkey::parse(text);
  if (!raw) return std::nullopt;
  const auto key = vkey::ed25519_of(*raw, vkey::Type::cosignature);
  if (!key) return std::nullopt;
  return WitnessKey{std::string(raw->name), raw->id, *key};
}

std::string WitnessKey::text() const { return vkey::text_of(name, vkey::Type::cosignature, key); }

NoteSignature cosign(std::string_view checkpoint_text, const WitnessKey& name,
                     const Ed25519Key& key, Time time) {
  Checkpoint::parse(checkpoint_text);
  const auto seconds = static_cast<std::uint64_t>(time.seconds);
  if (!is_time(seconds)) throw Error(Code::invalid, "a cosignature's time is out of range");
  NoteSignature line{name.name, name.id, Bytes(kTimeSize)};
  for (std::size_t i = 0; i < kTimeSize; ++i)
    line.signature[i] = static_cast<std::uint8_t>(seconds >> 8 * (kTimeSize - 1 - i));
  const Ed25519Signature signature = key.sign(as_bytes(signed_message(checkpoint_text, seconds)));
  line.signature.insert(line.signature.end(), signature.begin(), signature.end());
  return line;
}

std::vector<Cosignature> check_cosignatures(const Note& note,
                                            std::span<const WitnessKey> witnesses) {
  std::vector<Cosignature> out;
  for (const NoteSignature& line : note.signatures) {
    const auto witness = std::find_if(witnesses.begin(), witnesses.end(), [&](const auto& known) {
      return known.name == line.name && known.id == line.id;
    });
    if (witness == witnesses.end()) continue;
    const auto time = time_of(line, *witness, note.text);
    if (!time) {
      throw Error(Code::bad_signature,
                  "the cosignature of a witness on the checkpoint does not hold: somebody altered "
                  "it, or the checkpoint",
                  witness->name);
    }
    out.push_back({*witness, *time});
  }
  return out;
}

std::size_t count_witnesses(std::span<const Cosignature> cosignatures) {
  std::set<Ed25519Public> keys;
  for (const Cosignature& cosignature : cosignatures) keys.insert(cosignature.witness.key);
  return keys.size();
}

}  // namespace depone
