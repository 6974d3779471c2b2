#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/formats/time.h"
#include "crypto/identity.h"
#include "crypto/kdf.h"
#include "store/file.h"
#include "store/keyslots.h"
#include "store/sql.h"

namespace depone {

// An open vault: the directory of docs/format.md, "Vault directory", its database and the identity.
// One process writes at a time (a lock file held while open; a second one waits up to ten seconds,
// then Code::busy).
class Vault {
 public:
  // A new vault; `passphrase` is normalised (NFC) here. Code::refused where something other than an
  // empty directory is there already. Built beside under a name of FileSink's form: complete or
  // absent after a crash. `cost` is not held to a floor here: programs pass calibrate_argon2id().
  static Vault create(const fs::path& dir, ByteView passphrase, Argon2idCost cost, const Seed& seed,
                      Time now);
  // Code::not_found (says where it looked), wrong_key, damaged, unsupported, busy. An older copy of
  // vault.json is made good from the newer one once the database is open, and a change of its key
  // that was interrupted is brought to its end; leftovers of interrupted work are removed. A
  // damaged or missing copy of vault.json is survived, and left for repair_header(). A database of
  // an older version is migrated, after a verified copy of it was made beside it
  // (store/migration_copy.h).
  static Vault open(const fs::path& dir, ByteView passphrase);
  static Vault open_with_recovery(const fs::path& dir, const Seed& seed);
  Vault(Vault&&) noexcept;
  Vault& operator=(Vault&&) noexcept;
  ~Vault();
  // Another handle of the same open vault, which closes with the last of them.
  Vault share() const;

  const fs::path& dir() const;
  std::string id() const;  // hex
  Database& db();
  // The current identity, and those before it (for opening what was sealed to them), newest first.
  const Identity& identity() const;
  std::vector<const age::HybridIdentity*> recipient_identities() const;

  const DatabaseKey& database_key() const;  // for copies of the database
  // What opening did or found that its owner should hear of, in sentences.
  const std::vector<std::string>& notes() const;

  // Rewraps the database key under a new passphrase. Crash-safe: the old or the new one opens it,
  // and once this has returned the new one does.
  void set_passphrase(ByteView new_passphrase, Argon2idCost cost);
  // Encrypts the whole database under a new key, wrapped for this passphrase and this seed.
  // Code::wrong_key where the seed is not the vault's. Crash-safe in the same way; the recovery
  // seed opens it at every moment. What attachments are encrypted under is in the database and
  // stays.
  void rekey(ByteView new_passphrase, Argon2idCost cost, const Seed& seed,
             const PageProgress& progress = {});
  // Writes both copies of vault.json anew from what this vault was opened with.
  void repair_header();

  // One value of the vault's own settings (the table is small; keys are listed in vault.cpp).
  std::optional<std::string> setting(std::string_view key);
  void set_setting(std::string_view key, std::string_view value);

  fs::path attachments_dir() const;
  fs::path outbox_dir() const;
  fs::path inbox_dir() const;  // bundles on their way in, as they are: ciphertext

 private:
  struct State;
  using KeyOpener = std::function<std::vector<FoundKey>(const VaultHeader&)>;
  explicit Vault(std::shared_ptr<State> state);
  static std::shared_ptr<State> unlock(const fs::path& dir, const KeyOpener& opener);
  void write_header(const VaultHeader& next);
  void settle();  // what opening still has to bring to its end
  std::shared_ptr<State> state_;
};

// NFC of a passphrase typed by a person, in guarded memory. Code::invalid where it is not UTF-8 or
// is empty.
SecretBytes normalise_passphrase(ByteView typed);

}  // namespace depone
