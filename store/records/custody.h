#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/custody.h"
#include "store/vault.h"

namespace depone {

// Custody chains of the vault's records: this vault's own, and those that came with a record.

// Adds one event to this vault's own chain of the record. Inside a Tx.
void add_custody(Vault& vault, std::string_view record, std::string_view action,
                 std::optional<std::string> object, const Json& detail, Time now);
// The event that add_custody would add, not added: its line goes into a bundle that is made before
// the transaction.
CustodyEvent next_custody(Vault& vault, std::string_view record, std::string_view action,
                          std::optional<std::string> object, const Json& detail, Time now);
// The same for a record that has no event yet, by its number; the event starts the chain.
void start_custody(Vault& vault, std::int64_t record, const CustodyEvent& event);
// Who this vault's events say it was.
std::string custody_member(Vault& vault);
// Adds such an event. Code::mismatch where it is no longer the next one of this vault's chain.
// Inside a Tx.
void append_custody(Vault& vault, std::string_view record, const CustodyEvent& event);
// All chains, oldest holder first; this vault's own last (absent where it has no event yet).
std::vector<std::vector<CustodyEvent>> custody_of(Vault& vault, std::string_view record);
std::string custody_file(Vault& vault, std::string_view record);  // as custody.jsonl
// Takes in chains that came with a bundle: known ones may only have grown. Code::mismatch where one
// was rewritten. Inside a Tx.
void merge_custody(Vault& vault, std::string_view record, std::string_view file);

// Whether looking at a record is an event of its custody (`viewed`): off until switched on.
bool keeps_viewed(Vault& vault);
void keep_viewed(Vault& vault, bool on);
// Such an event where they are kept. `object`: the revision that was shown, or a content that was
// taken out, with detail.revision then. Makes its own transaction.
void note_viewed(Vault& vault, std::string_view record, std::string_view object, const Json& detail,
                 Time now);

}  // namespace depone
