#include "store/keyslots.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "crypto/error.h"
#include "crypto/hash.h"
#include "crypto/json.h"

namespace depone {

namespace {

constexpr std::string_view kFormat = "depone/vault/1";
constexpr std::string_view kPassphrase = "passphrase";
constexpr std::string_view kRecovery = "recovery";
constexpr std::size_t kBoxSize = 32 + 16;
constexpr std::size_t kMaxSlots = 64;
constexpr std::uint64_t kMinMemory = 8192;  // crypto_pwhash_argon2id_MEMLIMIT_MIN

bool acceptable(const Argon2idCost& cost) {
  return cost.opslimit >= 1 && cost.opslimit <= kArgon2idCeiling.opslimit &&
         cost.memlimit >= kMinMemory && cost.memlimit <= kArgon2idCeiling.memlimit;
}

[[noreturn]] void damaged(const std::string& why) {
  throw Error(Code::damaged,
              "this header of the vault is damaged: " + why + "; nothing was changed",
              "vault.json");
}

template <std::size_t N>
ByteArray<N> bytes_at(const JsonObject& object, std::string_view key) {
  const auto bytes = exactly<N>(from_hex(object.string(key)));
  if (!bytes) object.fail(key, "hex of " + std::to_string(N) + " bytes");
  return *bytes;
}

KeySlot parse_slot(const Json& value) {
  KeySlot slot;
  slot.kind = JsonObject(value, "key slot", {"kind"}, UnknownKeys::ignore).string("kind", 64);
  if (slot.kind != kPassphrase && slot.kind != kRecovery) {
    slot.raw = dump_json(value);
    return slot;
  }
  const bool passphrase = slot.kind == kPassphrase;
  const JsonObject object =
      passphrase
          ? JsonObject(value, "key slot", {"kind", "salt", "opslimit", "memlimit", "nonce", "box"})
          : JsonObject(value, "key slot", {"kind", "nonce", "box"});
  if (passphrase) {
    slot.salt = bytes_at<16>(object, "salt");
    slot.cost = Argon2idCost{object.integer("opslimit"), object.integer("memlimit")};
    if (!acceptable(*slot.cost)) object.fail("opslimit", "at most 64 passes over at most 4 GiB");
  }
  slot.nonce = bytes_at<24>(object, "nonce");
  const auto box = bytes_at<kBoxSize>(object, "box");
  slot.box.assign(box.begin(), box.end());
  return slot;
}

Json slot_json(const KeySlot& slot) {
  if (!slot.raw.empty()) return Json::parse(slot.raw);
  Json json;
  json["kind"] = slot.kind;
  if (slot.salt) json["salt"] = hex(*slot.salt);
  if (slot.cost) {
    json["opslimit"] = slot.cost->opslimit;
    json["memlimit"] = slot.cost->memlimit;
  }
  json["nonce"] = hex(slot.nonce);
  json["box"] = hex(slot.box);
  return json;
}

VaultHeader parse_header(std::string_view line) {
  const Json json = parse_json(line, "vault.json", 1u << 20);
  JsonObject(json, "vault.json", {"format"}, UnknownKeys::ignore).format(kFormat);
  const JsonObject object(json, "vault.json", {"format", "vault", "generation", "slots"});
  VaultHeader header;
  header.vault = bytes_at<16>(object, "vault");
  header.generation = object.integer("generation");
  for (const Json& slot : object.array("slots", kMaxSlots))
    header.slots.push_back(parse_slot(slot));
  // Each costs a key derivation; there are two while the database's key is changed.
  const auto passphrases =
      std::count_if(header.slots.begin(), header.slots.end(),
                    [](const KeySlot& slot) { return slot.kind == kPassphrase; });
  if (passphrases > 2) object.fail("slots", "at most two of the kind passphrase");
  return header;
}

std::string additional_data(const VaultHeader& header, const KeySlot& slot) {
  return std::string(kFormat) + " " + hex(header.vault) + " " + slot.kind + " " +
         (slot.salt ? hex(*slot.salt) : "-") + " " +
         (slot.cost ? std::to_string(slot.cost->opslimit) : "-") + " " +
         (slot.cost ? std::to_string(slot.cost->memlimit) : "-");
}

void wrap(const VaultHeader& header, KeySlot& slot, const Secret<32>& wrapping,
          const DatabaseKey& key) {
  slot.nonce = random_array<24>();
  slot.box =
      xchacha20poly1305_seal(wrapping, slot.nonce, key.reveal(), additional_data(header, slot));
}

std::optional<DatabaseKey> unwrap(const VaultHeader& header, const KeySlot& slot,
                                  const Secret<32>& wrapping) {
  const auto plain =
      xchacha20poly1305_open(wrapping, slot.nonce, slot.box, additional_data(header, slot));
  if (!plain || plain->size() != 32) return std::nullopt;
  return DatabaseKey::copy_of(plain->reveal().first<32>());
}

}  // namespace

VaultHeader VaultHeader::parse(std::string_view file) {
  const auto lines = lines_of(file);
  if (!lines || lines->size() != 2) damaged("it is not two lines");
  const auto written = sha256_from_hex((*lines)[1]);
  if (!written || *written != sha256((*lines)[0])) damaged("its hash does not hold");
  try {
    return parse_header((*lines)[0]);
  } catch (const Error& error) {
    if (error.code() == Code::unsupported) throw;
    damaged(error.message());
  }
}

std::string VaultHeader::file() const {
  Json json;
  json["format"] = kFormat;
  json["vault"] = hex(vault);
  json["generation"] = generation;
  json["slots"] = Json::array();
  for (const KeySlot& slot : slots) json["slots"].push_back(slot_json(slot));
  const std::string line = dump_json(json);
  return line + "\n" + hex(sha256(line)) + "\n";
}

KeySlot passphrase_slot(const VaultHeader& header, const DatabaseKey& key, ByteView passphrase,
                        Argon2idCost cost) {
  if (!acceptable(cost)) {
    throw Error(Code::invalid, "a passphrase takes at most 64 passes over at most 4 GiB of memory");
  }
  KeySlot slot;
  slot.kind = kPassphrase;
  slot.salt = random_array<16>();
  slot.cost = cost;
  wrap(header, slot, argon2id(passphrase, *slot.salt, cost), key);
  return slot;
}

KeySlot recovery_slot(const VaultHeader& header, const DatabaseKey& key, const Seed& seed) {
  KeySlot slot;
  slot.kind = kRecovery;
  wrap(header, slot, vault_recovery_key(seed, header.vault), key);
  return slot;
}

namespace {

constexpr std::size_t kPair = 2;  // a passphrase slot and a recovery slot

template <typename Derive>
std::vector<FoundKey> keys_of(const VaultHeader& header, std::string_view kind,
                              const std::string& otherwise, const Derive& wrapping_key) {
  if (header.slots.empty()) {
    throw Error(Code::wrong_key,
                "the keys of this vault were destroyed (`depone panic`): no passphrase and no "
                "recovery sheet opens it any more. A backup made before still opens");
  }
  std::vector<FoundKey> found;
  for (std::size_t i = 0; i < header.slots.size(); ++i) {
    const KeySlot& slot = header.slots[i];
    if (slot.kind != kind) continue;
    if (auto key = unwrap(header, slot, wrapping_key(slot))) found.push_back({i, std::move(*key)});
  }
  if (found.empty()) throw Error(Code::wrong_key, otherwise);
  return found;
}

}  // namespace

std::vector<FoundKey> keys_with_passphrase(const VaultHeader& header, ByteView passphrase) {
  return keys_of(header, kPassphrase,
                 "this passphrase does not open the vault; nothing was changed",
                 [&](const KeySlot& slot) { return argon2id(passphrase, *slot.salt, *slot.cost); });
}

std::vector<FoundKey> keys_with_seed(const VaultHeader& header, const Seed& seed) {
  return keys_of(header, kRecovery, "this recovery sheet is not of this vault; nothing was changed",
                 [&](const KeySlot&) { return vault_recovery_key(seed, header.vault); });
}

VaultHeader with_both_keys(const VaultHeader& header, KeySlot passphrase, KeySlot recovery) {
  for (const KeySlot& slot : header.slots) {
    if (slot.raw.empty()) continue;
    throw Error(Code::unsupported,
                "a newer version of the program gave this vault a key slot that this one can't "
                "make anew; nothing was changed",
                "vault.json");
  }
  VaultHeader both = header;
  ++both.generation;
  both.slots.insert(both.slots.begin(), {std::move(passphrase), std::move(recovery)});
  return both;
}

bool holds_two_keys(const VaultHeader& header) {
  if (header.slots.size() != 2 * kPair) return false;
  for (std::size_t i = 0; i < header.slots.size(); ++i) {
    if (header.slots[i].kind != (i % kPair == 0 ? kPassphrase : kRecovery)) return false;
  }
  return true;
}

VaultHeader with_one_key(const VaultHeader& both, std::size_t slot) {
  VaultHeader one = both;
  ++one.generation;
  const auto first = both.slots.begin() + static_cast<std::ptrdiff_t>(slot / kPair * kPair);
  one.slots.assign(first, first + kPair);
  return one;
}

Argon2idCost calibrate_argon2id() {
  constexpr std::string_view kAny = "calibration";
  Argon2idCost cost = kArgon2idFloor;
  while (cost.opslimit < kArgon2idCeiling.opslimit) {
    const auto begin = std::chrono::steady_clock::now();
    argon2id(as_bytes(kAny), ByteArray<16>{}, cost);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (seconds >= 1.0) break;
    const auto enough =
        static_cast<std::uint64_t>(std::ceil(static_cast<double>(cost.opslimit) / seconds));
    cost.opslimit = std::clamp(enough, cost.opslimit + 1, kArgon2idCeiling.opslimit);
  }
  return cost;
}

}  // namespace depone
