#pragma once

#include <string>
#include <string_view>

#include "crypto/formats/checkpoint.h"
#include "crypto/formats/entry.h"
#include "crypto/merkle.h"

namespace depone {

// A receipt: c2sp.org/tlog-proof@v1 whose extra is the base64 of the entry (docs/format.md,
// "Receipt").
struct Receipt {
  std::string entry;  // bytes of the leaf
  std::uint64_t index = 0;
  merkle::Path path;
  std::string checkpoint;  // the signed note
  static Receipt parse(std::string_view bytes);
  std::string text() const;
};

// Checks the checkpoint's signature by one of `logs`, the inclusion proof and the entry's own
// signature; gives the checkpoint and the entry. Code::bad_signature, mismatch, malformed: each
// says what failed.
struct CheckedReceipt {
  Checkpoint checkpoint;
  VerifierKey log;
  Entry entry;
  std::uint64_t index;
};
CheckedReceipt check_receipt(const Receipt& receipt, std::span<const VerifierKey> logs);

inline constexpr std::size_t kMaxReceipt = 1u << 20;

}  // namespace depone
