#include "store/vault.h"

#include <sys/stat.h>

#include <cerrno>

#include "crypto/error.h"
#include "store/attachments.h"
#include "store/inbox.h"
#include "store/migrations.h"
#include "store/outbox.h"
#include "store/search_index.h"
#include "store/vault_header.h"

namespace depone {

namespace {

// The settings, by the file that keeps them:
//   vault.cpp      vault (id, hex), created
//   outbox.cpp     chain, sequence, last_bundle
//   enrolment.cpp  authority, earlier_authorities, invite, name, member_id
constexpr std::string_view kDatabaseName = "vault.db";
constexpr std::string_view kLockName = "lock";
constexpr unsigned kLockSeconds = 10;

bool is_there(const fs::path& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

fs::path plain_path(const fs::path& dir) {
  fs::path path = fs::absolute(dir).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

void make_parents(const fs::path& dir) {
  if (dir.empty() || fs::is_directory(dir)) return;
  make_parents(dir.parent_path());
  make_directory(dir);
}

void refuse_where_taken(const fs::path& dir) {
  if (!is_there(dir)) return;
  if (fs::is_symlink(fs::symlink_status(dir)) || !fs::is_directory(dir) || !fs::is_empty(dir)) {
    throw Error(
        Code::refused,
        "something is there already; it was left as it is. Choose another place for the vault",
        dir.string());
  }
}

Database open_database(const fs::path& dir, const DatabaseKey& key, bool create) {
  Database db = Database::open(dir / kDatabaseName, key, create);
  register_tokenizer(db);
  return db;
}

void insert_identity(Database& db, const Identity& identity, Time now) {
  const Secret<32> bundle = identity.bundle.seed();
  const Secret<32> request = identity.request.seed();
  db.prepare(
        "INSERT INTO identities(generation, bundle, request, recipient, archive, created) "
        "VALUES ((SELECT coalesce(max(generation), 0) + 1 FROM identities), ?, ?, ?, ?, ?)")
      .with(ByteView(bundle.reveal()), ByteView(request.reveal()),
            ByteView(identity.recipient.seed().reveal()), identity.archive.text(), now.text())
      .run();
}

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

// Fills a new directory: everything but the name under which it will be found.
void build(const fs::path& work, const VaultHeader& header, const DatabaseKey& key,
           const Seed& seed, Time now) {
  for (const char* name : {"attachments", "outbox", "inbox"}) make_directory(work / name);
  {
    Database db = open_database(work, key, true);
    migrate(db, vault_migrations());
    Tx tx(db);
    insert_identity(db, Identity::from_seed(seed), now);
    write_setting(db, "vault", hex(header.vault));
    write_setting(db, "created", now.text());
    write_setting(db, "chain", hex(random_array<8>()));
    write_setting(db, "sequence", "0");
    tx.commit();
  }  // closed before the directory moves: SQLite holds on to paths
  write_headers(work, header);
}

// A directory of ours, gone with all that is in it unless it was moved into place.
class WorkDirectory {
 public:
  explicit WorkDirectory(fs::path path) : path_(std::move(path)) { make_directory(path_); }
  WorkDirectory(const WorkDirectory&) = delete;
  WorkDirectory& operator=(const WorkDirectory&) = delete;
  ~WorkDirectory() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }
  void move_to(const fs::path& dir) {
    // Replaces an empty directory, and nothing else.
    if (::rename(path_.c_str(), dir.c_str()) != 0) {
      if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) {
        throw Error(Code::refused, "something is there already; it was left as it is",
                    dir.string());
      }
      throw_errno("making the vault", dir);
    }
    path_.clear();
    sync_directory(dir.parent_path());
  }

 private:
  fs::path path_;
};

}  // namespace

struct Vault::State {
  State(fs::path where, FileLock held, VaultHeader found, const DatabaseKey& key)
      : dir(std::move(where)),
        lock(std::move(held)),
        header(std::move(found)),
        db(open_database(dir, key, false)) {
    if (Statement version = db.prepare("PRAGMA user_version");
        !version.step() || version.integer(0) == 0) {
      throw Error(Code::damaged, "the vault's database is empty; nothing was changed",
                  (dir / kDatabaseName).string());
    }
    migrate(db, vault_migrations());
    identities = load_identities(db);
  }

  fs::path dir;
  FileLock lock;
  VaultHeader header;
  Database db;
  std::vector<Identity> identities;  // newest first
};

Vault::Vault(std::unique_ptr<State> state) : state_(std::move(state)) {}
Vault::Vault(Vault&&) noexcept = default;
Vault& Vault::operator=(Vault&&) noexcept = default;
Vault::~Vault() = default;

Vault Vault::create(const fs::path& dir, ByteView passphrase, Argon2idCost cost, const Seed& seed,
                    Time now) {
  const fs::path place = plain_path(dir);
  const SecretBytes normal = normalise_passphrase(passphrase);
  refuse_where_taken(place);
  make_parents(place.parent_path());

  const DatabaseKey key = DatabaseKey::random();
  VaultHeader header;
  header.vault = random_array<16>();
  header.slots.push_back(passphrase_slot(header, key, normal.reveal(), cost));
  header.slots.push_back(recovery_slot(header, key, seed));

  WorkDirectory work(place.parent_path() / (std::string(kPartialPrefix) + random_name()));
  FileLock lock(work.path() / kLockName, 0);
  build(work.path(), header, key, seed, now);
  sync_directory(work.path());
  work.move_to(place);
  return Vault(std::make_unique<State>(place, std::move(lock), std::move(header), key));
}

namespace {

FileLock lock_vault(const fs::path& place) {
  if (!is_there(place / kHeaderName) && !is_there(place / kHeaderCopyName) &&
      !is_there(place / kDatabaseName)) {
    throw Error(Code::not_found, "there is no vault at " + place.string());
  }
  return FileLock(place / kLockName, kLockSeconds);
}

}  // namespace

std::unique_ptr<Vault::State> Vault::unlock(const fs::path& dir, const KeyOpener& opener) {
  const fs::path place = plain_path(dir);
  FileLock lock = lock_vault(place);
  FoundHeader found = read_headers(place);
  const DatabaseKey key = opener(found.header);
  if (!is_there(place / kDatabaseName)) {
    throw Error(Code::damaged,
                "the vault's database is missing. Put it back from a backup; nothing was changed",
                (place / kDatabaseName).string());
  }
  auto state = std::make_unique<State>(place, std::move(lock), std::move(found.header), key);
  if (found.repair) write_headers(place, state->header);
  for (const char* name : {"attachments", "outbox", "inbox"}) make_directory(place / name);
  return state;
}

Vault Vault::open(const fs::path& dir, ByteView passphrase) {
  const SecretBytes normal = normalise_passphrase(passphrase);
  Vault vault(unlock(dir, [&](const VaultHeader& header) {
    return open_with_passphrase(header, normal.reveal());
  }));
  vault.sweep();
  return vault;
}

Vault Vault::open_with_recovery(const fs::path& dir, const Seed& seed) {
  Vault vault(unlock(dir, [&](const VaultHeader& header) { return open_with_seed(header, seed); }));
  vault.sweep();
  return vault;
}

void Vault::sweep() {
  sweep_attachments(*this);
  sweep_outbox(*this);
  sweep_inbox(*this);
  // What a write of the header left when it was cut off.
  for (const std::string& name : names_in(state_->dir)) {
    if (is_partial_name(name)) remove_file(state_->dir / name);
  }
}

const fs::path& Vault::dir() const { return state_->dir; }
std::string Vault::id() const { return hex(state_->header.vault); }
Database& Vault::db() { return state_->db; }
const Identity& Vault::identity() const { return state_->identities.front(); }

std::vector<const age::HybridIdentity*> Vault::recipient_identities() const {
  std::vector<const age::HybridIdentity*> out;
  for (const Identity& identity : state_->identities) out.push_back(&identity.recipient);
  return out;
}

void Vault::change_passphrase(ByteView old_passphrase, ByteView new_passphrase, Argon2idCost cost) {
  const SecretBytes old_normal = normalise_passphrase(old_passphrase);
  const SecretBytes new_normal = normalise_passphrase(new_passphrase);
  const DatabaseKey key = open_with_passphrase(state_->header, old_normal.reveal());
  VaultHeader next = state_->header;
  ++next.generation;
  const KeySlot slot = passphrase_slot(next, key, new_normal.reveal(), cost);
  std::erase_if(next.slots, [&](const KeySlot& other) { return other.kind == slot.kind; });
  next.slots.insert(next.slots.begin(), slot);
  write_headers(state_->dir, next);
  state_->header = std::move(next);
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
