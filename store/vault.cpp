#include "store/vault.h"

#include <sys/stat.h>

#include "crypto/error.h"
#include "store/copy_lock.h"
#include "store/inbox.h"
#include "store/log_scan.h"
#include "store/migration_copy.h"
#include "store/migrations.h"
#include "store/outbox.h"
#include "store/records/attachments.h"
#include "store/search/index.h"
#include "store/vault_state.h"

namespace depone {

// The settings, by the file that keeps them:
//   vault_create.cpp  vault (id, hex), created, chain, sequence
//   custody.cpp       custody_viewed
//   outbox.cpp        chain, sequence, last_bundle
//   enrolment.cpp     authority, earlier_authorities, invite, name, member_id
//   restore.cpp       restored

bool is_there(const fs::path& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

Database open_database(const fs::path& dir, const DatabaseKey& key, bool create) {
  Database db = Database::open(dir / kDatabaseName, key, create);
  register_tokenizer(db);
  return db;
}

std::pair<FoundKey, Database> open_with_one_of(const fs::path& dir, const VaultHeader& header,
                                               std::vector<FoundKey> keys) {
  for (FoundKey& found : keys) {
    try {
      Database db = open_database(dir, found.key, false);
      return {std::move(found), std::move(db)};
    } catch (const Error& error) {
      if (error.code() != Code::damaged || !holds_two_keys(header)) throw;
    }
  }
  throw Error(Code::wrong_key,
              "a change of this vault's key was interrupted, and the passphrase that holds is the "
              "other one: of the old and the new one, try the one that you did not give. The "
              "recovery sheet opens it too. Nothing was changed");
}

namespace {

[[noreturn]] void no_identity() {
  throw Error(Code::damaged,
              "the vault's keys are missing from its database or are damaged; nothing was changed",
              "vault.db");
}

Secret<32> seed_at(const Statement& row, int column) {
  const SecretBytes bytes = row.secret(column);
  if (bytes.size() != 32) no_identity();
  return Secret<32>::copy_of(bytes.reveal().first<32>());
}

std::vector<Identity> load_identities(Database& db) {
  std::vector<Identity> identities;
  Statement rows = db.prepare(
      "SELECT bundle, request, recipient, archive FROM identities ORDER BY generation DESC");
  while (rows.step()) {
    auto archive = age::HybridRecipient::parse(rows.text(3));
    if (!archive) no_identity();
    identities.push_back(
        Identity{Ed25519Key::from_seed(seed_at(rows, 0)), Ed25519Key::from_seed(seed_at(rows, 1)),
                 age::HybridIdentity::from_seed(seed_at(rows, 2)), std::move(*archive)});
  }
  if (identities.empty()) no_identity();
  return identities;
}

void write_setting(Database& db, std::string_view key, std::string_view value) {
  db.cached(
        "INSERT INTO settings(key, value) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = "
        "excluded.value")
      .with(key, value)
      .run();
}

FileLock lock_vault(const fs::path& place) {
  if (!is_there(place / kHeaderName) && !is_there(place / kHeaderCopyName) &&
      !is_there(place / kDatabaseName)) {
    throw Error(Code::not_found, "there is no vault at " + place.string());
  }
  return FileLock(place / kLockName, kLockSeconds);
}

}  // namespace

Vault::State::State(fs::path where, FileLock held, VaultHeader found, std::vector<FoundKey> keys)
    : State(where, std::move(held), found, open_with_one_of(where, found, std::move(keys))) {}

Vault::State::State(fs::path where, FileLock held, VaultHeader found,
                    std::pair<FoundKey, Database> opened)
    : dir(std::move(where)),
      lock(std::move(held)),
      header(std::move(found)),
      slot(opened.first.slot),
      key(std::move(opened.first.key)),
      db(std::move(opened.second)) {
  if (schema_version(db) == 0) {
    throw Error(Code::damaged, "the vault's database is empty; nothing was changed",
                (dir / kDatabaseName).string());
  }
  migrate_with_copy(dir, db, key, vault_migrations(), notes);
  identities = load_identities(db);
}

Vault::Vault(std::shared_ptr<State> state) : state_(std::move(state)) {}
Vault::Vault(Vault&&) noexcept = default;
Vault& Vault::operator=(Vault&&) noexcept = default;
Vault::~Vault() = default;
Vault Vault::share() const { return Vault(state_); }

std::shared_ptr<Vault::State> Vault::unlock(const fs::path& dir, const KeyOpener& opener) {
  const fs::path place = plain_path(dir);
  FileLock lock = lock_vault(place);
  FoundHeader found = read_headers(place);
  std::vector<FoundKey> keys = opener(found.header);
  if (!is_there(place / kDatabaseName)) {
    throw Error(Code::damaged,
                "the vault's database is missing. Put it back from a backup; nothing was changed",
                (place / kDatabaseName).string());
  }
  const std::string kept_log = keep_damaged_log(place);
  auto state =
      std::make_shared<State>(place, std::move(lock), std::move(found.header), std::move(keys));
  if (!kept_log.empty()) {
    state->db.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    state->notes.push_back(
        "the disk damaged the log of the newest changes: some of what was done last in this vault "
        "can't be read any more and is missing. Look at what you did last, and compare with a "
        "backup. The damaged log is kept, encrypted, as " +
        kept_log);
  }
  if (!found.damaged.empty()) {
    state->notes.push_back("one of the two copies of the vault's header, " + found.damaged +
                           ", is damaged or missing; the other one holds. `depone check --repair` "
                           "makes it good");
  }
  return state;
}

Vault Vault::open(const fs::path& dir, ByteView passphrase) {
  const SecretBytes normal = normalise_passphrase(passphrase);
  Vault vault(unlock(dir, [&](const VaultHeader& header) {
    return keys_with_passphrase(header, normal.reveal());
  }));
  vault.settle();
  return vault;
}

Vault Vault::open_with_recovery(const fs::path& dir, const Seed& seed) {
  Vault vault(unlock(dir, [&](const VaultHeader& header) { return keys_with_seed(header, seed); }));
  vault.settle();
  return vault;
}

void Vault::settle() {
  State& state = *state_;
  if (holds_two_keys(state.header)) {
    write_header(with_one_key(state.header, state.slot));
    state.slot %= 2;
  } else if (const FoundHeader found = read_headers(state.dir);
             found.older && found.header.generation == state.header.generation) {
    replace_headers(state.dir, state.header);
  }
  for (const char* name : {"attachments", "outbox", "inbox"}) make_directory(state.dir / name);
  try {
    sweep_attachments(*this);
    sweep_outbox(*this);
    sweep_inbox(*this);
  } catch (const Error& error) {
    // What can be read is to be had all the same.
    if (error.code() != Code::damaged) throw;
    state.notes.push_back(
        "a page of the database is damaged; what it does not hit can be read. `depone check` says "
        "what it hits");
  }
  // What a write of the header or of a new database left when it was cut off.
  // SQLite keeps a journal beside the latter.
  constexpr std::string_view kJournal = "-journal";
  for (const std::string& name : names_in(state.dir)) {
    std::string_view made = name;
    if (made.ends_with(kJournal)) made.remove_suffix(kJournal.size());
    if (is_partial_name(made)) remove_file(state.dir / name);
  }
  sweep_migration_copies(state.dir);
}

const fs::path& Vault::dir() const { return state_->dir; }
std::string Vault::id() const { return hex(state_->header.vault); }
Database& Vault::db() { return state_->db; }
const Identity& Vault::identity() const { return state_->identities.front(); }
const DatabaseKey& Vault::database_key() const { return state_->key; }
const std::vector<std::string>& Vault::notes() const { return state_->notes; }

std::vector<const age::HybridIdentity*> Vault::recipient_identities() const {
  std::vector<const age::HybridIdentity*> out;
  for (const Identity& identity : state_->identities) out.push_back(&identity.recipient);
  return out;
}

std::optional<std::string> Vault::setting(std::string_view key) {
  Statement& row = state_->db.cached("SELECT value FROM settings WHERE key = ?").with(key);
  if (!row.step()) return std::nullopt;
  std::string value = row.text(0);
  row.reset();
  return value;
}

void Vault::set_setting(std::string_view key, std::string_view value) {
  write_setting(state_->db, key, value);
}

fs::path Vault::attachments_dir() const { return state_->dir / "attachments"; }
fs::path Vault::outbox_dir() const { return state_->dir / "outbox"; }
fs::path Vault::inbox_dir() const { return state_->dir / "inbox"; }

}  // namespace depone
