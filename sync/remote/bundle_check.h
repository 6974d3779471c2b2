#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/cosignature.h"
#include "crypto/formats/manifest.h"
#include "crypto/formats/receipt.h"
#include "crypto/formats/roster.h"
#include "sync/remote/checks.h"

namespace depone {

// What can be checked of sealed bundles and receipts without a key that opens them. Nothing is
// thrown for what does not hold: it is a failed check with its reason.

// Whom to believe. Where no roster is there, `signer` names the key, or else the bundle's receipt.
struct Trust {
  const Roster* roster = nullptr;
  std::optional<minisign::PublicKey> signer;
  std::vector<VerifierKey> logs;
};

// Checks: name (a file name of 64 hex digits is the SHA-256), header (as a bundle's must be),
// signature, member, chain, log (its receipt).
struct BundleVerdict {
  std::string sha256;
  std::uint64_t size = 0;
  Checks checks;
  std::optional<minisign::PublicKey> key;  // that the signature was held against
  std::string member;                      // id; "" where not known
  const MemberLine* line = nullptr;        // in the roster given
  std::optional<BundleComment> comment;
  std::optional<std::uint64_t> index;  // in the log, where its receipt holds
};

// `name`: the file's name without ".age"; `receipt` null where there is none.
BundleVerdict check_bundle(Source& age, std::string_view name, std::string_view minisig,
                           const std::string* receipt, const Trust& trust);

// What only several together show, once each was checked: the links of their chains, and whether a
// revoked member's bundle is one that its roster line covers.
void check_together(std::span<BundleVerdict> bundles);

// Checks: receipt (checkpoint's signature, inclusion, the entry's own signature), witnesses, name,
// member, bundle.
struct ReceiptVerdict {
  Checks checks;
  std::optional<CheckedReceipt> receipt;
  std::string member;
  std::vector<Cosignature> cosignatures;  // of the roster's witnesses
};
// `name`: the file's name without ".tlog-proof"; `bundle`: digests of the file that it is said to
// be of.
ReceiptVerdict check_receipt_file(std::string_view bytes, std::string_view name,
                                  const std::optional<Digests>& bundle, const Trust& trust);

}  // namespace depone
