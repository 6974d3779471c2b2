#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/identity.h"
#include "crypto/kdf.h"
#include "crypto/secret.h"

namespace depone {

// vault.json: the public header with the wrapped database key (docs/format.md, "Vault directory").
// Bytes only; the vault reads and writes the two copies.

struct KeySlot {
  std::string kind;  // passphrase | recovery; others are kept as they are, in `raw`
  std::optional<ByteArray<16>> salt;  // passphrase only, like cost
  std::optional<Argon2idCost> cost;
  ByteArray<24> nonce{};
  Bytes box;
  std::string raw;  // JSON of a slot of a kind that is not known here
};

struct VaultHeader {
  ByteArray<16> vault{};
  std::uint64_t generation = 1;
  std::vector<KeySlot> slots;

  static VaultHeader parse(std::string_view file);  // both lines; Code::damaged, unsupported
  std::string file() const;
};

using DatabaseKey = Secret<32>;

KeySlot passphrase_slot(const VaultHeader& header, const DatabaseKey& key, ByteView passphrase,
                        Argon2idCost cost);
KeySlot recovery_slot(const VaultHeader& header, const DatabaseKey& key, const Seed& seed);

// Every key that a slot of the kind gives. While the database's key is changed the header has two
// for a moment, the slots of the new one before those of the old one; so the new one is first.
// Code::wrong_key where no slot of that kind opens, or where there are none any more (`panic`).
// Parameters of Argon2id beyond kArgon2idCeiling never get here: parse() refuses them, and
// passphrase_slot() too (Code::invalid).
struct FoundKey {
  std::size_t slot = 0;
  DatabaseKey key;
};
std::vector<FoundKey> keys_with_passphrase(const VaultHeader& header, ByteView passphrase);
std::vector<FoundKey> keys_with_seed(const VaultHeader& header, const Seed& seed);
// The header between the two, and what it comes to once it is known which key the database has:
// `slot` is one that gave it. One generation later each. Code::unsupported where a slot is of a
// kind that is not known here, for nobody could wrap the new key for it.
VaultHeader with_both_keys(const VaultHeader& header, KeySlot passphrase, KeySlot recovery);
bool holds_two_keys(const VaultHeader& header);
VaultHeader with_one_key(const VaultHeader& both, std::size_t slot);

// The cost that takes at least a second on this machine, at least the floor.
Argon2idCost calibrate_argon2id();

}  // namespace depone
