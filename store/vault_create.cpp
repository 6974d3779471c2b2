#include "crypto/error.h"
#include "store/migrations.h"
#include "store/vault_state.h"
#include "store/work_directory.h"

namespace depone {

namespace {

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

void set(Database& db, std::string_view key, std::string_view value) {
  db.prepare("INSERT INTO settings(key, value) VALUES (?, ?)").with(key, value).run();
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
    set(db, "vault", hex(header.vault));
    set(db, "created", now.text());
    set(db, "chain", hex(random_array<8>()));
    set(db, "sequence", "0");
    tx.commit();
  }  // closed before the directory moves: SQLite holds on to paths
  write_headers(work, header);
}

}  // namespace

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

  WorkDirectory work(place);
  FileLock lock(work.path() / kLockName, 0);
  build(work.path(), header, key, seed, now);
  work.move_to_place();
  std::vector<FoundKey> keys;
  keys.push_back({0, key.clone()});
  try {
    return Vault(
        std::make_shared<State>(place, std::move(lock), std::move(header), std::move(keys)));
  } catch (...) {
    work.take_back();  // a vault that nobody was told of
    throw;
  }
}

}  // namespace depone
