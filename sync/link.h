#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "crypto/formats/checkpoint.h"
#include "store/enrolment.h"
#include "store/vault.h"
#include "sync/remote/relay_client.h"

namespace depone {

// How far a long job is: step ("push"), bytes or items done and in all.
using Progress = std::function<void(std::string_view step, std::uint64_t done, std::uint64_t of)>;

// The relay of this vault's newest roster (or invite), spoken to as this vault's member.
// Code::refused where the vault has not joined. The vault must outlive it.
std::unique_ptr<RelayClient> relay_of(Vault& vault, const Clock& clock);
// The address that relay_of speaks to; "" where the vault has not joined.
std::string relay_url(Vault& vault);

// The log that is written now: the last one of the roster without a final checkpoint; null where
// there is none.
const RosterLog* current_log(const RosterHead& head);

// "Now" for consent: the later of the clock and the newest signed time seen (docs/format.md).
Time judged_now(const Roster& roster, const Clock& clock);

// Keeps the checkpoint, which was verified, as the newest one seen of its log. Code::mismatch where
// one of the same size with another root is held: the relay shows different logs to different
// people, or at different times.
void note_checkpoint(Vault& vault, const Checkpoint& checkpoint, std::string_view note);

}  // namespace depone
