#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/revision.h"
#include "crypto/formats/time.h"
#include "store/vault.h"

namespace depone {

// draft, local, sealed, delivered, refused, received (docs: cli.md)
using RecordState = std::string;

struct RecordSummary {
  std::string id;
  std::string kind;
  std::string title;
  std::string date;
  RecordState state;
  bool complete = false;             // all needed fields are there
  std::vector<std::string> missing;  // filled by get() only
  bool conflict = false;             // it has more than one newest revision
};

struct RecordView {
  RecordSummary summary;
  std::vector<std::string> heads;  // revision ids; more than one is a conflict
  RevisionContent content;         // of the newest head held longest (heads[0])
  std::string created;             // field `created`
  std::string updated;  // time of the newest custody event that names heads[0]; else created
};

// Dates with less than a day are in a range that they overlap.
struct RecordFilter {
  std::optional<std::string> kind = {};
  std::optional<std::string> state = {};
  std::optional<std::string> tag = {};
  std::optional<std::string> from = {};  // date, inclusive: "2026", "2026-11", "2026-11-24"
  std::optional<std::string> to = {};
  std::optional<std::string> place = {};   // words in the name of a place
  std::optional<std::string> author = {};  // who made the newest revision (store/records/filter.h)
  std::size_t limit = 0;                   // 0: all
};

// A new record with its first revision, indexed, with custody `action` (collected or imported;
// object: the revision). `fields` lacks `created`: it is set here (Code::invalid otherwise).
// Checked by evidence.h. Returns the record id: `id`, or a new one where that is "". Inside a Tx.
std::string create_record(Vault& vault, std::string_view kind, FieldMap fields,
                          std::string_view action, const Json& detail, Time now,
                          std::string id = {});
// The next revision on the record's head (Code::refused where it has more than one), custody
// `action` (attached or revised; object: the revision unless `object` says otherwise,
// detail.revision then). `fields` is the whole record, but for lines that are not held here.
// Changed fields are checked by evidence.h; Code::refused for a change of source.identity by a
// vault that does not hold all lines. Inside a Tx. Returns the revision id.
std::string revise_record(Vault& vault, std::string_view record, const FieldMap& fields,
                          std::string_view action, Json detail, Time now,
                          const std::optional<std::string>& object = std::nullopt);
// The same (custody `revised`) on this revision, whether or not another one follows it already: two
// that follow one are a conflict.
std::string revise_revision(Vault& vault, const RevisionContent& parent, const FieldMap& fields,
                            Time now);
// The index for a new element of an array ("attachments") of `fields`, which are those of `content`
// and more: the next one, or a random one where `content` has lines that are not held here.
std::uint64_t next_index(const RevisionContent& content, const FieldMap& fields,
                         std::string_view array);

// A full id from an id or an unambiguous beginning of at least 4 characters. Code::not_found,
// invalid.
std::string resolve_record(Vault& vault, std::string_view id_or_prefix);
RecordView get_record(Vault& vault, std::string_view record);
std::vector<RecordSummary> list_records(Vault& vault, const RecordFilter& filter);  // newest first

std::vector<std::string> revisions_of(Vault& vault, std::string_view record);  // ids, ascending
RevisionContent get_revision(Vault& vault, std::string_view revision);
// Many of one record, in that order: its lines are read once for all of them.
std::vector<RevisionContent> get_revisions(Vault& vault, std::span<const std::string> revisions);
bool has_revision(Vault& vault, std::string_view revision);

// Takes in revisions that came in a bundle (already checked by check_revision); lines that are new
// for a known revision are added. Heads, title, date and index follow, once a record, however many
// revisions of it came. Inside a Tx.
void receive_revisions(Vault& vault, std::span<const RevisionContent> contents);
inline void receive_revision(Vault& vault, const RevisionContent& content) {
  receive_revisions(vault, {&content, 1});
}

// The SHA-256 by which an import knows what it brought before, and the record that it became.
Sha256 import_digest(std::string_view kind, const FieldMap& fields);
std::optional<std::string> imported_record(Vault& vault, const Sha256& digest);
bool was_imported(Vault& vault, const Sha256& digest);
void note_import(Vault& vault, const Sha256& digest, std::string_view record);  // inside a Tx
void note_import(Vault& vault, const Sha256& digest, std::int64_t record);      // by its number

// Counts by state, for status.
struct StateCounts {
  std::uint64_t draft = 0, local = 0, sealed = 0, delivered = 0, refused = 0, received = 0;
};
StateCounts count_states(Vault& vault);

}  // namespace depone
