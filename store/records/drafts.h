#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/revision.h"
#include "store/records/records.h"

namespace depone {

// Interviews that are not finished: fields of a record to be, or changes to one that is there.
// Drafts are encrypted as everything in the vault, are never sealed, and are not searched.
struct Draft {
  std::string id;  // of the record that it becomes, or that it edits
  std::string kind;
  Time begun;
  Time updated;
  std::string place;     // where the interview stands; the interview's own words
  RevisionContent base;  // the revision edited; without lines for a new record
  FieldMap fields;       // the whole record as it would be

  bool is_edit() const { return !base.json.empty(); }
};

// For all of these: inside no Tx (they make their own), except where said.

// A draft without fields. It is not kept before its first save_draft().
Draft begin_draft(std::string_view kind, Time now);
// A draft on the newest revision of a record. Code::refused where there is more than one; where an
// edit of the record was begun before, that one.
Draft begin_edit(Vault& vault, std::string_view record, Time now);

// Makes `fields` and `place` the draft's, durable when it returns: what differs from draft.fields
// is written.
void save_draft(Vault& vault, Draft& draft, const FieldMap& fields, std::string_view place,
                Time now);

// Code::not_found; damaged where what was kept can't be read.
Draft get_draft(Vault& vault, std::string_view id);
// The draft whose id this is or begins (4 characters or more); nullopt where there is none,
// Code::invalid where there are several.
std::optional<std::string> find_draft(Vault& vault, std::string_view id_or_prefix);
// What a person names who does not say whether it is a record or a draft. An edit has the id of its
// record. Nothing but the id is read of it.
struct Named {
  std::string id;
  bool record = false;
  bool draft = false;
  std::string draft_kind;
  bool draft_is_edit = false;
};
// As resolve_record(); Code::invalid too where a record and another one's draft begin with this.
Named find_record_or_draft(Vault& vault, std::string_view id_or_prefix);
// The one to go on with: the draft named, or the only one where `id_or_prefix` is "". Code::usage
// where there are several to choose from, not_found.
std::string draft_to_resume(Vault& vault, std::string_view id_or_prefix);

// Newest first, as lists show them (state draft): those of new records, with `edits` those of
// records that are there too.
struct DraftList {
  std::vector<RecordSummary> drafts;
  std::vector<std::string> damaged;  // ids of those that can't be read
};
DraftList list_drafts(Vault& vault, const RecordFilter& filter, bool edits);
struct DraftCounts {
  std::uint64_t made = 0;    // of new records
  std::uint64_t edited = 0;  // of records that are there
};
DraftCounts count_drafts(Vault& vault);

// Whether the revision that the draft edits is still the newest.
bool is_current(Vault& vault, const Draft& draft);
// Puts an edit on the record's newest revision: the draft's changes over that. Where both have
// changed the same thing (store/records/rebase.h) nothing is done, and `both` names it: finished,
// the draft can only stand beside that revision. Code::refused where there is more than one newest
// revision.
struct Rebase {
  RevisionContent newest;
  std::vector<std::string> both;
};
Rebase rebase_draft(Vault& vault, Draft& draft, Time now);

// Makes the draft a record (custody: collected, or `revised` for an edit) and removes it, in one
// transaction. Checked by evidence.h; Code::refused where it is an edit of what is no longer the
// newest revision. Returns the revision's id.
std::string finish_draft(Vault& vault, const Draft& draft, Time now);
// The same for such an edit: the revision follows the one that the edit was begun on. Where another
// one does too this is a conflict, which is shown and which resolve.h ends.
std::string finish_beside(Vault& vault, const Draft& draft, Time now);
// Removes it for good. Code::not_found. Inside a Tx or not.
void discard_draft(Vault& vault, std::string_view id);

}  // namespace depone
