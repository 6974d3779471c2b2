#include <algorithm>

#include "crypto/error.h"
#include "crypto/hash.h"
#include "store/work_directory.h"
#include "sync/relay/backup.h"
#include "sync/relay/backup_manifest.h"
#include "sync/relay/backup_parts.h"
#include "sync/relay/blobs_dir.h"
#include "sync/relay/keys.h"
#include "sync/relay/ledger_sqlcipher.h"
#include "sync/relay/restored.h"

namespace depone::relay {

namespace {

constexpr std::size_t kPiece = 1u << 20;

std::uint64_t bytes_of(const BackupManifest& manifest) {
  std::uint64_t bytes = manifest.bytes;
  for (const BackupFile& file : manifest.files) bytes += file.size;
  return bytes;
}

void copy_file(const fs::path& backup, const BackupFile& file, NewTree& tree) {
  FileSource source(backup / file.path);
  NewTree::NewFile to(tree, file.path);
  SecretBytes buffer(kPiece);
  Sha256Hasher hasher;
  while (const std::size_t got = source.read(buffer.reveal())) {
    const ByteView bytes = buffer.reveal().first(got);
    hasher.update(bytes);
    to.write(bytes);
  }
  if (hex(hasher.finish()) != file.sha256) {
    throw Error(Code::mismatch,
                "this is not what was put into the backup: the backup is damaged; nothing was "
                "restored. Take another backup",
                (backup / file.path).string());
  }
  to.finish();
}

void copy_files(const fs::path& backup, const BackupManifest& manifest, NewTree& tree) {
  for (const BackupFile& file : manifest.files) {
    try {
      copy_file(backup, file, tree);
    } catch (const Error& error) {
      if (error.code() != Code::not_found) throw;
      throw Error(Code::mismatch,
                  "this is missing in the backup; nothing was restored. Take another backup",
                  (backup / file.path).string());
    }
  }
}

// `bytes`: of the bundles in it.
CopiedBundles copy_bundles_of(const fs::path& backup, const Config& config, std::uint64_t bytes,
                              NewTree& tree, const BackupProgress& progress) {
  const auto ledger =
      LedgerSqlcipher::open(tree.root() / config.ledger,
                            read_key_file(tree.root() / config.keys, KeyFile::ledger), false);
  BlobsDir from(backup / config.blobs);
  tree.make_directory(config.blobs);
  return copy_bundles(*ledger, from, tree, config.blobs, [&](std::uint64_t done) {
    if (progress) progress("bundles", done, std::max(done, bytes));
  });
}

}  // namespace

RestoreReport restore_backup(const fs::path& backup, const fs::path& dir, Time now,
                             const BackupProgress& progress) {
  const fs::path place = plain_path(dir);
  const BackupManifest manifest = BackupManifest::read(backup);
  refuse_where_taken(place);
  refuse_within(place, backup, "a backup stays as it is: restore it to a directory outside of it");
  check_room(place.parent_path(), bytes_of(manifest), manifest.bundles, 0);

  WorkDirectory work(place, "relay");
  NewTree tree(work.path());
  copy_files(backup, manifest, tree);
  const Config config = Config::read(work.path() / "relay.toml");
  CopiedBundles copied = copy_bundles_of(backup, config, manifest.bytes, tree, progress);
  tree.make_directory(config.staging);
  tree.add(kRestoredMark, as_bytes(RestoredMark{manifest.made, now, manifest.entries}.json()));
  tree.sync();
  work.move_to_place();
  return {manifest.made, manifest.entries,          copied.bundles,
          copied.bytes,  std::move(copied.missing), files_outside(config)};
}

}  // namespace depone::relay
