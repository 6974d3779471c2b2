#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/time.h"
#include "store/vault.h"

namespace depone {

// Bundles that this vault took in.

struct IncomingBundle {
  std::string sha256;
  std::string sender;  // bundle key
  std::string chain;
  std::uint64_t sequence = 0;
  std::optional<std::string> previous;
  std::uint64_t number = 0;  // the sender's number for us
  std::optional<std::uint64_t> log_index;
  Time opened;
};

bool was_opened(Vault& vault, std::string_view sha256);
// `revisions`: ids of what it held. Inside a Tx.
void add_incoming(Vault& vault, const IncomingBundle& bundle,
                  const std::vector<std::string>& revisions = {});
std::optional<IncomingBundle> incoming(Vault& vault, std::string_view sha256);
// Another bundle of this sender with the same previous (a second vault or a stolen seed), where
// there is one. Bundles without a previous one are no siblings.
std::optional<std::string> sibling(Vault& vault, const IncomingBundle& bundle);
// Numbers below `number` that this vault never got from that sender's chain.
std::uint64_t missing_numbers(Vault& vault, std::string_view sender, std::string_view chain,
                              std::uint64_t number);

// Bundles of the mailbox that could not be opened: kept to be tried again, and for status.
struct FailedBundle {
  std::string sha256;
  std::uint64_t log_index = 0;
  std::string entry;    // the log entry's bytes
  std::string problem;  // why, in words
  std::string tried;    // with what (roster and program version); "": to be tried again in any case
};
void add_failed(Vault& vault, const FailedBundle& bundle);  // in place of what was there
std::vector<FailedBundle> failed_bundles(Vault& vault);     // by log index
void remove_failed(Vault& vault, std::string_view sha256);  // fine where it is not there

// Removes files of inbox/ whose bundle is in (names: the bundle's SHA-256, alone or with an ending
// such as ".age" or
// ".age.part") and what FileSink left. Downloads under way stay, to be gone on with.
void sweep_inbox(Vault& vault);

}  // namespace depone
