#include "store/records/reading.h"

#include <algorithm>
#include <array>

#include "store/enrolment.h"
#include "store/evidence/evidence.h"
#include "store/records/records.h"
#include "store/records/rows.h"

namespace depone {

namespace {

constexpr std::array<std::string_view, 6> kClasses{"desk",    "legal", "medical",
                                                   "partner", "court", "public"};
constexpr std::string_view kAttachments = "attachments.";

// "attachments.3" of a path below it, "" of any other.
std::string_view attachment_of(std::string_view path) {
  if (!path.starts_with(kAttachments)) return "";
  return path.substr(0, path.find('.', kAttachments.size()));
}

bool identifies(const FieldMap& fields, std::string_view attachment) {
  const auto said = fields.find(std::string(attachment) + ".identifies");
  return said == fields.end() || said->second != false;
}

bool is_known_class(const std::optional<Roster>& roster, std::string_view name) {
  if (std::find(kClasses.begin(), kClasses.end(), name) != kClasses.end()) return true;
  return roster && std::any_of(roster->members.begin(), roster->members.end(),
                               [&](const MemberLine& line) { return line.member_class == name; });
}

}  // namespace

Readable readable_by(Vault& vault, std::string_view record, std::string_view reader_class,
                     Time clock) {
  return readable_by(vault, newest_roster(vault), record, reader_class, clock);
}

Readable readable_by(Vault& vault, const std::optional<Roster>& roster, std::string_view record,
                     std::string_view reader_class, Time clock) {
  Readable may{true, true, "", roster ? std::max(clock, roster->head.issued) : clock};
  const std::vector<std::string> heads = heads_of(vault, record_number(vault, record));
  if (heads.empty()) return {false, false, "no revision of it is in this vault", may.judged};
  if (!is_known_class(roster, reader_class)) {
    return {false, false, "there is no class of readers of this name", may.judged};
  }
  for (const RevisionContent& content : get_revisions(vault, heads)) {
    const ConsentVerdict verdict =
        may_read(content.revision.kind, content.fields(), reader_class, may.judged);
    if (may.reason.empty() || (may.record && !verdict.record)) may.reason = verdict.reason;
    may.record = may.record && verdict.record;
    may.identity = may.identity && verdict.identity;
  }
  return may;
}

bool is_identity(const FieldMap& fields, std::string_view path) {
  if (path == "source.identity" || path.starts_with("source.identity.")) return true;
  const std::string_view attachment = attachment_of(path);
  return !attachment.empty() && identifies(fields, attachment);
}

std::set<std::string> identifying_contents(const FieldMap& fields) {
  std::set<std::string> contents;
  for (auto at = fields.lower_bound(kAttachments.substr(0, kAttachments.size() - 1));
       at != fields.end() && at->first.starts_with(kAttachments); ++at) {
    if (at->first.ends_with(".sha256") && at->second.is_string() &&
        identifies(fields, attachment_of(at->first))) {
      contents.insert(at->second.get<std::string>());
    }
  }
  return contents;
}

FieldMap readable_fields(const FieldMap& fields, const Readable& may) {
  FieldMap out;
  if (!may.record) return out;
  const std::set<std::string> held_back =
      may.identity ? std::set<std::string>{} : identifying_contents(fields);
  const auto of_held_back = [&](std::string_view path) {
    const auto sha256 = fields.find(std::string(attachment_of(path)) + ".sha256");
    return sha256 != fields.end() && sha256->second.is_string() &&
           held_back.contains(sha256->second.get<std::string>());
  };
  // What was made from such a content may name it by its hash, which whoever has it would know.
  const auto names_held_back = [&](const Json& value) {
    if (!value.is_string()) return false;
    const auto& text = value.get_ref<const std::string&>();
    return std::any_of(held_back.begin(), held_back.end(), [&](const std::string& sha256) {
      return text.find(sha256) != std::string::npos;
    });
  };
  for (const auto& [path, value] : fields) {
    if (may.identity ||
        (!is_identity(fields, path) && !of_held_back(path) && !names_held_back(value)))
      out.emplace(path, value);
  }
  return out;
}

}  // namespace depone
