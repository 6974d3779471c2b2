#pragma once

#include <optional>

#include "store/vault.h"

namespace depone::cli {

// The vault that `shell` keeps open from one command to the next. Locked, nothing of it is in
// memory: neither key nor identity nor what the database had read.
class VaultSession {
 public:
  explicit VaultSession(fs::path dir) : dir_(std::move(dir)) {}
  const fs::path& dir() const { return dir_; }
  bool is_open() const { return vault_.has_value(); }
  // Another handle of the open vault.
  Vault vault() const { return vault_->share(); }
  void open(Vault vault) { vault_ = std::move(vault); }
  void lock();

 private:
  fs::path dir_;
  std::optional<Vault> vault_;
};

}  // namespace depone::cli
