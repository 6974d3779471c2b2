#include <algorithm>

#include "crypto/error.h"
#include "store/copy_lock.h"
#include "store/log_scan.h"
#include "store/migration_copy.h"
#include "store/vault_state.h"

// The passphrase, and the key of the database, changed. At every moment either what was before or
// what comes after opens the vault.
namespace depone {

void Vault::write_header(const VaultHeader& next) {
  // The change is made once it is in one copy: of two valid ones the higher generation holds, and
  // opening makes the other good. So a disk that is full in between undoes nothing, and what is
  // said of it is true.
  try {
    replace_headers(state_->dir, next);
  } catch (const Error& error) {
    if (error.code() == Code::busy) throw;
    if (read_headers(state_->dir).header.file() != next.file()) throw;
    state_->notes.push_back(
        "the change is made, and written in one of the two copies of the vault's header; the other "
        "one could not be written. The next command that opens the vault tries it again");
  }
  state_->header = next;
}

void Vault::set_passphrase(ByteView new_passphrase, Argon2idCost cost) {
  const SecretBytes normal = normalise_passphrase(new_passphrase);
  VaultHeader next = state_->header;
  ++next.generation;
  const KeySlot slot = passphrase_slot(next, state_->key, normal.reveal(), cost);
  std::erase_if(next.slots, [&](const KeySlot& other) { return other.kind == slot.kind; });
  next.slots.insert(next.slots.begin(), slot);
  write_header(next);
}

// 1. The new database is made beside, whole and synced, and read back. 2. The header takes the
// slots of both keys. 3. The old database is closed, which leaves it without a log, and the new one
// takes its name. 4. The header keeps the slots of the new key only. Cut off before 2, what was
// made is a leftover that opening sweeps away; after 2, whichever database is there has its key in
// the header, and opening does 4 for that one.
void Vault::rekey(ByteView new_passphrase, Argon2idCost cost, const Seed& seed,
                  const PageProgress& progress) {
  State& state = *state_;
  const SecretBytes normal = normalise_passphrase(new_passphrase);
  if (!equal_secret(keys_with_seed(state.header, seed).front().key.reveal(), state.key.reveal())) {
    throw Error(Code::wrong_key, "this recovery sheet is not of this vault; nothing was changed");
  }
  const FileLock no_copies(state.dir / kCopyLockName, kCopyLockSeconds);
  DatabaseKey fresh = DatabaseKey::random();
  const VaultHeader both =
      with_both_keys(state.header, passphrase_slot(state.header, fresh, normal.reveal(), cost),
                     recovery_slot(state.header, fresh, seed));

  const fs::path made = state.dir / (std::string(kPartialPrefix) + random_name());
  state.db.reencrypt_to(made, fresh, progress);
  if (!Database::damaged_pages(made, fresh).empty()) {
    remove_file(made);
    throw Error(Code::io, "the new database was not written as it should be; nothing was changed");
  }
  write_header(both);
  // Both copies have to hold both keys before the database is another one.
  if (read_headers(state.dir).older) replace_headers(state.dir, both);
  state.db.close();
  rename_file(made, state.dir / kDatabaseName, true);
  try {
    state.db = open_database(state.dir, fresh, false);
  } catch (const Error& error) {
    throw Error(error.code(),
                "the vault has its new key and opens with the new passphrase, but not just now (" +
                    error.message() + ")",
                error.context());
  }
  state.key = std::move(fresh);
  write_header(with_one_key(both, 0));
  state.slot = 0;
  remove_migration_copies(state.dir);  // under the old key
  remove_kept_logs(state.dir);
}

void Vault::repair_header() { replace_headers(state_->dir, state_->header); }

}  // namespace depone
