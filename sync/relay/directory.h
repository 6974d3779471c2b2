#pragma once

#include <memory>
#include <optional>

#include "crypto/ed25519.h"
#include "crypto/note.h"
#include "sync/relay/blobs.h"
#include "sync/relay/config.h"
#include "sync/relay/ledger.h"
#include "sync/relay/settings.h"
#include "sync/relay/tls.h"

namespace depone::relay {

// A relay's directory, opened: configuration, keys, ledger, blobs. Several processes may have it open; who holds the
// sequencer's lock writes the log.
class Directory {
 public:
  // Code::not_found says how to make one; refused where it is a backup.
  explicit Directory(const fs::path& path);

  const fs::path& path() const { return path_; }
  const Config& config() const { return config_; }  // as it was at the start
  const Settings& settings() const { return settings_; }
  // Reads relay.toml again for settings(); returns the other keys that changed, which count from the next start.
  // Code::invalid, and nothing changes.
  std::vector<std::string> read_settings_again();
  Ledger& ledger() { return *ledger_; }
  Blobs& blobs() { return *blobs_; }
  fs::path staging() const { return path_ / config_.staging; }
  TlsFiles tls_files() const;  // none: plain HTTP
  Secret<32> token_key() const;
  // Code::refused while the directory is marked as restored (restored.h): nothing may be signed then.
  const Ed25519Key& log_key() const;
  VerifierKey log_name() const { return VerifierKey::make(config_.origin, log_key_.public_key()); }
  // The authority's secret key file, where it is beside the relay.
  fs::path authority_key() const { return path_ / "authority.key"; }
  bool has_authority_key() const { return fs::exists(authority_key()); }

  // The newest roster. Code::refused where none is published yet: says what to do.
  StoredRoster newest_roster();

  std::optional<FileLock> try_sequencer_lock() const { return FileLock::try_lock(path_ / "sequencer.lock"); }
  // For a command that left an entry in the ledger: makes it part of the log, unless a server runs, which does it.
  // Code::refused as log_key().
  void sequence();

 private:
  fs::path path_;
  Config config_;
  Settings settings_;
  Ed25519Key log_key_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Blobs> blobs_;
};

}  // namespace depone::relay
