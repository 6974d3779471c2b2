#pragma once

#include "crypto/formats/receipt.h"
#include "sync/relay/backup.h"
#include "sync/relay/check.h"
#include "sync/relay/keys.h"
#include "sync/relay/log.h"
#include "sync/relay/restored.h"
#include "tests/sync/relay/service_fixture.h"

namespace depone::testing {

// A relay with a desk and a monitor, its backup and what is restored from it.
struct BackupFixture : ServiceFixture {
  using ServiceFixture::ServiceFixture;
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);
  fs::path target = temp / "backup";
  fs::path restored = temp / "restored";

  relay::BackupReport back_up(const relay::BackupProgress& progress = {}) {
    return relay::back_up(*relay, target, now, progress);
  }
  relay::RestoreReport restore() { return relay::restore_backup(target, restored, now); }
  // The relay is lost, and its backup takes its place, marked.
  void put_back() {
    service.reset();
    relay.reset();
    fs::remove_all(dir());
    relay::restore_backup(target, dir(), now);
    relay.emplace(dir());
  }
  std::string newest_note() { return relay->ledger().head().note; }
  Ed25519Key log_key() const {
    return Ed25519Key::from_seed(relay::read_key_file(dir() / "keys", relay::KeyFile::log));
  }
  fs::path object(const fs::path& at, const Sealed& sealed) const {
    return at / "blobs" / relay::bundle_blob(sealed.sha256);
  }
  // Names beside the relay's directory that nobody asked for.
  std::vector<std::string> left_over() const {
    std::vector<std::string> names = names_in(temp.path());
    std::erase_if(names, [](const std::string& name) { return !name.starts_with(kPartialPrefix); });
    return names;
  }
};

inline void flip_byte(const fs::path& file) {
  Bytes bytes = read_file(file, 1 << 24);
  bytes[bytes.size() / 2] ^= 1;
  write_file(file, bytes);
}

}  // namespace depone::testing
