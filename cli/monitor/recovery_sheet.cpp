#include "cli/monitor/recovery_sheet.h"

#include <algorithm>

#include "crypto/seed_entry.h"

namespace depone::cli {

namespace {

constexpr std::string_view kPrefix = "DEPONE-SEED-1";

}  // namespace

RecoverySheet::RecoverySheet(const Seed& seed, std::string bundle_key, std::string fingerprint,
                             Time made)
    : seed_(seed_text(seed)),
      bundle_key_(std::move(bundle_key)),
      fingerprint_(std::move(fingerprint)),
      made_(made) {}

void RecoverySheet::write(const std::function<void(ByteView)>& out) const {
  const auto say = [&](std::string_view text) { out(as_bytes(text)); };
  say("DEPONE RECOVERY SHEET\n\n"
      "Whoever holds this sheet can become this member on another machine, and read\n"
      "what was sealed to it. It is shown this once and kept nowhere. Keep it on paper,\n"
      "apart from the laptop, where nobody else will find it; do not photograph it.\n"
      "Without it, a forgotten passphrase means that what is only in the vault is lost.\n\n"
      "The passphrase is forgotten:          depone passwd --recovery\n"
      "A backup, and no passphrase for it:   depone restore FILE --recovery\n"
      "A new key for the whole vault:        depone passwd --rekey\n"
      "To see that this sheet opens it:      depone check --recovery\n\n"
      "Seed, in one line:\n\n");
  out(seed_.reveal());
  say("\n\nThe same in groups, for reading and for typing (capitals or not; no 1, B, I, O\n"
      "after the first line; mistakes are noticed and their place is named):\n\n");
  say(kPrefix);
  const ByteView groups = seed_.reveal().subspan(std::min(kPrefix.size(), seed_.size()));
  for (std::size_t at = 0; at < groups.size(); at += kSeedGroup) {
    say(at % (kSeedGroup * kSeedGroupsInLine) == 0 ? "\n  " : " ");
    out(groups.subspan(at, std::min(kSeedGroup, groups.size() - at)));
  }
  say("\n\nfingerprint  " + fingerprint_ + "\nbundle key   " + bundle_key_ + "\nmade         " +
      made_.text() +
      "\nrelay        (printed by `depone join`, with the authority's key: keep both)\n");
}

}  // namespace depone::cli
