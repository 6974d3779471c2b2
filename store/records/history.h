#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/time.h"
#include "store/records/field_diff.h"
#include "store/vault.h"

namespace depone {

// The revisions of a record, as people ask about them: who made which, when, and what it changed.

// Who holds a key, as far as this vault's roster and the vault itself know.
struct Author {
  std::string key;     // bundle key
  std::string member;  // id; "" where nobody here knows
  std::string name;    // pseudonym; "" likewise
  bool own = false;    // this vault's member
};

struct HistoryEntry {
  std::string revision;
  std::vector<std::string> parents;  // revision ids; those not in the vault too
  Author author;
  std::optional<Time> time;  // of the custody event that tells of its making; of a first one else
                             // `created`
  std::string action;        // collected, imported, attached, revised, withdrawn; "" not known
  bool newest = false;       // no other one follows it
  bool early = false;        // dated before a parent: a clock was wrong
  std::size_t hidden = 0;    // lines that this vault was not given
};
// A revision stands behind all its parents; otherwise the one held longest first. Code::not_found.
std::vector<HistoryEntry> history_of(Vault& vault, std::string_view record);

// A revision of this record from its id or an unambiguous beginning of at least 4 characters.
// Code::not_found, invalid.
std::string resolve_revision(Vault& vault, std::string_view record, std::string_view prefix);

struct RevisionChanges {
  std::optional<std::string> from;  // nullopt: from nothing
  std::string to;
  std::vector<FieldChange> fields;  // of the lines that this vault holds
  std::size_t hidden_gone = 0;      // commitments without a line here that `to` has no longer
  std::size_t hidden_come = 0;      // … that are new in it
};
RevisionChanges compare_revisions(Vault& vault, const std::optional<std::string>& from,
                                  const std::string& to);
// Against each parent that is in the vault; against nothing where there is none.
std::vector<RevisionChanges> changes_of(Vault& vault, const HistoryEntry& entry);

// What differs between these revisions (the heads of a conflict), in the lines held here.
std::vector<FieldDifference> differences_between(Vault& vault,
                                                 const std::vector<std::string>& revisions);

}  // namespace depone
