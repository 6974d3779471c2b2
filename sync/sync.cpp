#include "sync/sync.h"

#include <chrono>

#include "crypto/error.h"
#include "store/records/records.h"
#include "sync/roster_client.h"

namespace depone {

namespace {

double since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

template <typename T>
void append(std::vector<T>& to, std::vector<T>& from) {
  for (T& item : from) to.push_back(std::move(item));
}

void seal_round(Vault& vault, const Clock& clock, const Progress& progress, SyncResult& result) {
  const auto began = std::chrono::steady_clock::now();
  try {
    SealResult sealed = seal(vault, SealRequest{}, clock, progress);
    append(result.seal.bundles, sealed.bundles);
    result.seal.records += sealed.records;
    result.seal.refused = std::move(sealed.refused);
    result.seal.notes = std::move(sealed.notes);
  } catch (const Error& error) {
    // An organisation without a desk, or this vault is its only one: what is here stays here, the
    // rest goes on.
    if (error.code() != Code::refused) throw;
    if (count_states(vault).local > 0) result.notes.push_back(error.message());
  }
  result.seal_seconds += since(began);
}

void push_round(Vault& vault, RelayClient& relay, const Clock& clock, const Progress& progress,
                SyncResult& result) {
  const auto began = std::chrono::steady_clock::now();
  PushResult pushed = push(vault, relay, clock, progress);
  result.push.pushed += pushed.pushed;
  result.push.receipts += pushed.receipts;
  result.push.refused += pushed.refused;
  result.push.waiting = pushed.waiting;
  result.push.stopped = pushed.stopped;
  append(result.push.problems, pushed.problems);
  result.push_seconds += since(began);
}

}  // namespace

SyncResult sync_with_relay(Vault& vault, const Clock& clock, const Progress& progress) {
  const auto relay = relay_of(vault, clock);
  SyncResult result;
  refresh_roster(vault, *relay, clock);
  result.pull = pull(vault, *relay, clock, progress);
  seal_round(vault, clock, progress, result);
  push_round(vault, *relay, clock, progress, result);
  if (result.push.refused > 0 && !result.push.stopped) {
    seal_round(vault, clock, progress, result);
    push_round(vault, *relay, clock, progress, result);
  }
  result.bytes_sent = relay->bytes_sent();
  result.bytes_received = relay->bytes_received();
  result.clock_skew = relay->clock_skew();
  const auto roster = newest_roster(vault);
  result.roster = roster ? roster->head.version : 0;
  return result;
}

}  // namespace depone
