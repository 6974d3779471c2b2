#include "sync/relay/directory.h"

#include "crypto/error.h"
#include "sync/relay/blobs_dir.h"
#include "sync/relay/keys.h"
#include "sync/relay/ledger_sqlcipher.h"
#include "sync/relay/restored.h"
#include "sync/relay/sequencer.h"

namespace depone::relay {

Directory::Directory(const fs::path& path)
    : path_(refuse_backup(path)),
      config_(Config::read(path / "relay.toml")),
      settings_(config_),
      log_key_(Ed25519Key::from_seed(read_key_file(path / config_.keys, KeyFile::log))),
      ledger_(LedgerSqlcipher::open(path / config_.ledger, read_key_file(path / config_.keys, KeyFile::ledger), false)),
      blobs_(std::make_unique<BlobsDir>(path / config_.blobs)) {}

std::vector<std::string> Directory::read_settings_again() {
  const Config now = Config::read(path_ / "relay.toml");
  settings_.take(now);
  return config_.fixed_that_differ(now);
}

Secret<32> Directory::token_key() const { return read_key_file(path_ / config_.keys, KeyFile::token); }

TlsFiles Directory::tls_files() const {
  if (config_.tls_certificate.empty()) return {};
  return {path_ / config_.tls_certificate, path_ / config_.tls_key};
}

const Ed25519Key& Directory::log_key() const {
  refuse_while_restored(path_);
  return log_key_;
}

StoredRoster Directory::newest_roster() {
  auto roster = ledger_->roster(std::nullopt);
  if (!roster) {
    throw Error(Code::refused,
                "this relay has no roster yet. Sign " + (path_ / "roster-unsigned" / "roster.json").string() +
                    " where the authority's key is (depone-relay roster sign), bring the signature back beside it, and "
                    "run depone-relay roster publish " + path_.string());
  }
  return std::move(*roster);
}

void Directory::sequence() {
  const Ed25519Key& key = log_key();
  const auto lock = try_sequencer_lock();
  if (!lock) return;
  Sequencer sequencer(*ledger_, log_name(), key);
  while (sequencer.run_once() > 0) {
  }
}

}  // namespace depone::relay
