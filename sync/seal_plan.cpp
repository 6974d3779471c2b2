#include "sync/seal_plan.h"

#include <algorithm>
#include <set>

#include "crypto/error.h"
#include "crypto/tar.h"
#include "store/evidence/evidence.h"
#include "store/outbox.h"
#include "store/records/records.h"
#include "store/unsealed.h"
#include "sync/limits.h"

namespace depone {

namespace {

Reader reader_of(const MemberLine& line) {
  auto recipient = age::HybridRecipient::parse(line.recipient);
  if (!recipient)
    throw Error(Code::malformed, "the roster's recipient of a member is not one", line.id);
  return {&line, std::move(*recipient)};
}

std::vector<const MemberLine*> newest_lines(const Roster& roster) {
  std::vector<const MemberLine*> lines;
  std::set<std::string> ids;
  for (const MemberLine& line : roster.members) {
    if (ids.insert(line.id).second) lines.push_back(roster.newest(line.id));
  }
  std::sort(lines.begin(), lines.end(),
            [](const MemberLine* a, const MemberLine* b) { return a->id < b->id; });
  return lines;
}

void check_named(const MemberLine& line, std::string_view self) {
  if (line.id == self)
    throw Error(Code::refused, "that is this vault's own member; name another reader", line.id);
  if (!line.active())
    throw Error(Code::refused, "this member is no longer one; nothing is sealed to it", line.id);
  if (line.recipient.empty()) {
    throw Error(Code::refused, "an auditor holds no key that opens bundles; nothing was sealed",
                line.id);
  }
}

struct Candidate {
  std::vector<RevisionContent> revisions;  // ascending by id
  std::vector<std::string> ids;
  std::vector<const RevisionContent*> heads;
};

Candidate load(Vault& vault, std::string_view record) {
  Candidate out;
  out.ids = revisions_of(vault, record);
  std::set<std::string> parents;
  out.revisions = get_revisions(vault, out.ids);
  for (const RevisionContent& content : out.revisions)
    parents.insert(content.revision.parents.begin(), content.revision.parents.end());
  for (std::size_t i = 0; i < out.ids.size(); ++i) {
    if (!parents.contains(out.ids[i])) out.heads.push_back(&out.revisions[i]);
  }
  return out;
}

// The member whose key made the revision; "" where the roster does not say.
std::string author_of(const Roster& roster, const RevisionContent& revision) {
  const auto key = minisign::PublicKey::parse(revision.revision.author);
  const MemberLine* line = key ? roster.by_bundle_key(*key) : nullptr;
  return line == nullptr ? "" : line->id;
}

std::string named(const Reader& reader) {
  return reader.line->id + " (class " + reader.line->member_class + ")";
}

// Which of a record's revisions each reader has: sent before, or his own.
class Known {
 public:
  Known(Vault& vault, const Roster& roster, std::string_view record, const Candidate& candidate,
        const std::vector<Reader>& readers) {
    for (const Reader& reader : readers) {
      const auto sent = revisions_sealed_to(vault, record, reader.line->id);
      std::set<std::string> ids(sent.begin(), sent.end());
      for (std::size_t i = 0; i < candidate.ids.size(); ++i) {
        if (author_of(roster, candidate.revisions[i]) == reader.line->id)
          ids.insert(candidate.ids[i]);
      }
      of_.push_back(std::move(ids));
    }
  }
  bool has(std::size_t reader, const std::string& revision) const {
    return of_[reader].contains(revision);
  }
  bool has_all(std::size_t reader, const Candidate& candidate) const {
    return std::all_of(candidate.ids.begin(), candidate.ids.end(),
                       [&](const std::string& id) { return has(reader, id); });
  }

 private:
  std::vector<std::set<std::string>> of_;
};

std::string consent_refusal(const Candidate& candidate,
                            const std::vector<const RevisionContent*>& going,
                            const std::vector<Reader>& readers, Time now) {
  for (const Reader& reader : readers) {
    for (const RevisionContent* head : candidate.heads) {
      const FieldMap fields = head->fields();
      const std::string& kind = head->revision.kind;
      const ConsentVerdict verdict = may_read(kind, fields, reader.line->member_class, now);
      if (!verdict.record) return named(reader) + " may not read it: " + verdict.reason;
      if (verdict.identity) continue;
      const bool identity =
          std::any_of(going.begin(), going.end(), [&](const RevisionContent* revision) {
            return holds_identity(kind, revision->fields());
          });
      if (identity) {
        return named(reader) + " may not read the source's identity, which it holds" +
               (verdict.reason.empty() ? "" : ": " + verdict.reason) +
               ". Leaving it out for one class is not built yet";
      }
    }
  }
  return "";
}

std::string author_refusal(const Roster& roster, const std::vector<const RevisionContent*>& going,
                           const minisign::PublicKey& own, std::string_view self) {
  for (const RevisionContent* revision : going) {
    if (revision->revision.author == own.text() || author_of(roster, *revision) == self) continue;
    return "a revision of it was made by another member, and passing on what others made is not "
           "built yet";
  }
  return "";
}

std::vector<std::string> attachments_of(const RevisionContent& revision) {
  std::vector<std::string> hashes;
  for (const Line& line : revision.lines) {
    if (line.path.starts_with("attachments") && line.path.ends_with(".sha256") &&
        line.value.is_string()) {
      hashes.push_back(line.value.get<std::string>());
    }
  }
  return hashes;
}

struct Held {
  std::set<Sha256> lines;
  std::set<std::string> attachments;
};

// What a reader has in the revisions that he knows.
Held held_by(const Candidate& candidate, const Known& known, std::size_t reader) {
  Held held;
  for (std::size_t i = 0; i < candidate.ids.size(); ++i) {
    if (!known.has(reader, candidate.ids[i])) continue;
    for (const Line& line : candidate.revisions[i].lines) held.lines.insert(line.commitment());
    for (std::string& sha256 : attachments_of(candidate.revisions[i]))
      held.attachments.insert(std::move(sha256));
  }
  return held;
}

// Monitors are not sent again what they have: a captured laptop can fetch what it was sent.
std::string lines_for(const RevisionContent& revision, const std::vector<Held>& held,
                      bool only_monitors) {
  if (!only_monitors) return lines_file(revision.lines);
  std::vector<Line> lines;
  for (const Line& line : revision.lines) {
    const Sha256 commitment = line.commitment();
    const bool all_have_it = std::all_of(
        held.begin(), held.end(), [&](const Held& one) { return one.lines.contains(commitment); });
    if (!all_have_it) lines.push_back(line);
  }
  return lines_file(lines);
}

std::string fill(Vault& vault, RecordPlan& plan, const Candidate& candidate,
                 const std::vector<const RevisionContent*>& going, const Known& known,
                 const std::vector<Reader>& readers) {
  std::vector<Held> held;
  bool only_monitors = true;
  for (const std::size_t reader : plan.to) {
    held.push_back(held_by(candidate, known, reader));
    only_monitors = only_monitors && readers[reader].line->role == Role::monitor;
  }
  std::set<std::string> contents;
  for (const RevisionContent* revision : going) {
    plan.parcel.revisions.push_back(
        {revision->id(), revision->json, lines_for(*revision, held, only_monitors)});
    for (std::string& sha256 : attachments_of(*revision)) {
      bool lacking = false;
      for (std::size_t i = 0; i < plan.to.size() && !lacking; ++i) {
        lacking = !held[i].attachments.contains(sha256) &&
                  !attachment_was_sent_to(vault, sha256, readers[plan.to[i]].line->recipient);
      }
      if (lacking) contents.insert(std::move(sha256));
    }
  }
  for (const std::string& sha256 : contents) {
    if (!has_content(vault, sha256))
      return "the content of an attachment of it is not in this vault";
    plan.parcel.attachments.push_back({sha256, content_size(vault, sha256)});
  }
  return "";
}

std::string size_refusal(const Parcel& parcel, std::size_t recipients, std::uint64_t limit) {
  if (parcel_text(parcel) > kMaxText / 2 || parcel_members(parcel) > kMaxMembers / 2) {
    return "its text is more than one bundle can hold";
  }
  const std::uint64_t size =
      bundle_file_size(parcel_text(parcel) + parcel_content(parcel), recipients);
  if (size <= limit) return "";
  return "with its attachments it needs a bundle of " + std::to_string(size) +
         " bytes, more than the limit of " + std::to_string(limit) +
         " bytes for one; sending content in parts is not built yet";
}

}  // namespace

std::vector<Reader> readers_for(Vault& vault, const Roster& roster, std::string_view to) {
  const std::string self = vault.setting("member_id").value_or("");
  std::vector<Reader> readers;
  const MemberLine* member = to.empty() ? nullptr : roster.newest(to);
  if (member != nullptr) {
    check_named(*member, self);
    readers.push_back(reader_of(*member));
    return readers;
  }
  bool known = to.empty();
  for (const MemberLine* line : newest_lines(roster)) {
    if (to.empty() ? line->role != Role::desk : line->member_class != to) continue;
    known = true;
    if (line->id == self || !line->active() || line->recipient.empty()) continue;
    readers.push_back(reader_of(*line));
  }
  if (!known) {
    throw Error(Code::not_found,
                "the roster that this vault holds names no member and no class \"" +
                    std::string(to) + "\"");
  }
  if (readers.empty()) {
    throw Error(Code::refused,
                to.empty()
                    ? "there is no desk to seal to in the roster; nothing was sealed"
                    : "there is no active member of that class but this one; nothing was sealed");
  }
  return readers;
}

RecordPlan plan_record(Vault& vault, const Roster& roster, std::string_view record,
                       const std::vector<Reader>& readers, std::uint64_t bundle_limit, bool archive,
                       Time now) {
  RecordPlan plan;
  plan.parcel.record = record;
  const Candidate candidate = load(vault, record);
  const Known known(vault, roster, record, candidate, readers);
  for (std::size_t i = 0; i < readers.size(); ++i) {
    if (!known.has_all(i, candidate)) plan.to.push_back(i);
  }
  if (plan.to.empty()) return plan;
  std::vector<const RevisionContent*> going;
  for (std::size_t i = 0; i < candidate.ids.size(); ++i) {
    const bool all_have_it = std::all_of(plan.to.begin(), plan.to.end(), [&](std::size_t reader) {
      return known.has(reader, candidate.ids[i]);
    });
    if (!all_have_it) going.push_back(&candidate.revisions[i]);
  }
  plan.refusal = consent_refusal(candidate, going, readers, now);
  if (plan.refusal.empty()) {
    plan.refusal = author_refusal(roster, going, vault.identity().bundle_key(),
                                  vault.setting("member_id").value_or(""));
  }
  if (plan.refusal.empty()) plan.refusal = fill(vault, plan, candidate, going, known, readers);
  if (plan.refusal.empty()) {
    plan.refusal = size_refusal(plan.parcel, plan.to.size() + (archive ? 1 : 0), bundle_limit);
  }
  return plan;
}

}  // namespace depone
