#include "sync/bundle_import.h"

#include <set>

#include "crypto/error.h"
#include "crypto/formats/revision.h"
#include "store/records/custody.h"
#include "store/records/records.h"

namespace depone {

namespace {

// A revision is the sender's own, of whichever of his keys, or one that this vault has already.
void check_author(Vault& vault, const Roster& roster, const StagedRevision& staged,
                  const Revision& revision, std::string_view sender) {
  const auto key = minisign::PublicKey::parse(revision.author);
  if (!key) throw Error(Code::malformed, "the revision's author is not a key", staged.revision);
  const MemberLine* author = roster.by_bundle_key(*key);
  if (author != nullptr && author->id == sender) return;
  if (has_revision(vault, staged.revision)) return;
  if (staged.origin) {
    throw Error(Code::unsupported,
                "the revision was made by another member than the one who sent it, and this "
                "version can't check the proof "
                "of that yet. The bundle was left where it is",
                staged.revision);
  }
  throw Error(Code::mismatch,
              "the revision was made by another member than the one who sent it, and the proof of "
              "its authorship is missing",
              staged.revision);
}

RevisionContent checked(Vault& vault, const Roster& roster, const StagedRevision& staged,
                        std::string_view sender) {
  try {
    RevisionContent content = check_revision(staged.json, staged.lines);
    if (content.id() != staged.revision) {
      throw Error(Code::mismatch,
                  "the file of the revision does not have the hash that it is named by");
    }
    if (content.revision.record != staged.record) {
      throw Error(Code::mismatch,
                  "the revision belongs to another record than the one that it was filed under");
    }
    check_author(vault, roster, staged, content.revision, sender);
    return content;
  } catch (const Error& error) {
    throw error.context().empty() ? error.in("revision " + staged.revision) : error;
  }
}

std::vector<RevisionContent> check_all(Vault& vault, const Roster& roster,
                                       const StagedBundle& staged, std::string_view sender) {
  std::vector<RevisionContent> contents;
  contents.reserve(staged.revisions.size());
  for (const StagedRevision& revision : staged.revisions)
    contents.push_back(checked(vault, roster, revision, sender));
  return contents;
}

// Custody of records that never came has nothing to stand on: a later bundle brings the chain
// again, whole.
std::vector<std::string> take_custody(Vault& vault, const StagedBundle& staged) {
  std::vector<std::string> notes;
  std::set<std::string> with_revisions;
  for (const StagedRevision& revision : staged.revisions) with_revisions.insert(revision.record);
  for (const auto& [record, file] : staged.custody) {
    if (!with_revisions.contains(record) && revisions_of(vault, record).empty()) {
      parse_custody(file);
      notes.push_back("custody came for a record that this vault never got: " + record);
      continue;
    }
    merge_custody(vault, record, file);
  }
  return notes;
}

std::vector<std::string> chain_notes(Vault& vault, const IncomingBundle& incoming,
                                     std::string_view sender) {
  std::vector<std::string> notes;
  if (const std::uint64_t missing =
          missing_numbers(vault, incoming.sender, incoming.chain, incoming.number);
      missing > 0) {
    notes.push_back(std::to_string(missing) +
                    (missing == 1 ? " earlier bundle of " : " earlier bundles of ") +
                    std::string(sender) + " for this vault did not come before this one");
  }
  if (const auto other = sibling(vault, incoming)) {
    notes.push_back(std::string(sender) +
                    " sent two bundles that follow the same one (the other is " + *other +
                    "): a second vault or a stolen seed; ask the member, over another channel");
  }
  return notes;
}

}  // namespace

ImportResult import_bundle(Vault& vault, const Roster& roster, StagedBundle staged,
                           const IncomingBundle& incoming, std::string_view sender, Time now) {
  const std::vector<RevisionContent> contents = check_all(vault, roster, staged, sender);
  ImportResult result;
  std::set<std::string> records;
  std::vector<std::string> revisions;
  Tx tx(vault.db());
  receive_revisions(vault, contents);
  for (const RevisionContent& content : contents) {
    records.insert(content.revision.record);
    revisions.push_back(content.id());
  }
  result.notes = take_custody(vault, staged);
  Json detail = Json::object();
  detail["from"] = std::string(sender);
  for (const std::string& record : records)
    add_custody(vault, record, "received", incoming.sha256, detail, now);
  for (StagedContent& content : staged.attachments) content.keep(vault);
  for (std::string& note : chain_notes(vault, incoming, sender))
    result.notes.push_back(std::move(note));
  add_incoming(vault, incoming, revisions);
  tx.commit();
  for (StagedContent& content : staged.attachments) content.done();
  result.records = records.size();
  return result;
}

}  // namespace depone
