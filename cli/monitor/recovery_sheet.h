#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "crypto/formats/time.h"
#include "crypto/identity.h"

namespace depone::cli {

// What a person keeps on paper. The seed never leaves guarded memory but through write().
class RecoverySheet {
 public:
  RecoverySheet(const Seed& seed, std::string bundle_key, std::string fingerprint, Time made);
  void write(const std::function<void(ByteView)>& out) const;

 private:
  SecretBytes seed_;  // as text
  std::string bundle_key_;
  std::string fingerprint_;
  Time made_;
};

}  // namespace depone::cli
