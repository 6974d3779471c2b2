#include "store/export_view.h"

#include "store/evidence.h"
#include "store/reading.h"
#include "store/records.h"

namespace depone {

namespace {

constexpr std::string_view kAttachments = "attachments.";
constexpr std::string_view kIdentity = "source.identity";

std::string text_at(const FieldMap& fields, const std::string& path) {
  const auto found = fields.find(path);
  return found != fields.end() && found->second.is_string() ? found->second.get<std::string>() : "";
}

std::vector<ExportAttachment> attachments_in(const FieldMap& fields) {
  std::vector<ExportAttachment> attachments;
  for (const auto& [path, value] : fields) {
    if (!path.starts_with(kAttachments)) continue;
    const std::string element = path.substr(0, path.find('.', kAttachments.size()));
    if (!attachments.empty() && attachments.back().element == element) continue;
    ExportAttachment one;
    one.number = attachments.size() + 1;
    one.element = element;
    one.name = text_at(fields, element + ".name");
    one.sha256 = text_at(fields, element + ".sha256");
    const auto size = fields.find(element + ".size");
    if (size != fields.end() && size->second.is_number_unsigned())
      one.size = size->second.get<std::uint64_t>();
    attachments.push_back(std::move(one));
  }
  return attachments;
}

void erase_below(FieldMap& fields, const std::string& prefix) {
  std::erase_if(fields, [&](const auto& field) {
    return field.first.starts_with(prefix) &&
           (field.first.size() == prefix.size() || field.first[prefix.size()] == '.');
  });
}

}  // namespace

std::optional<ExportRecord> record_for(Vault& vault, std::string_view id,
                                       std::string_view member_class, Time now,
                                       std::string& reason) {
  const RecordView view = get_record(vault, id);
  if (view.heads.size() > 1) {
    reason = "it has more than one newest revision, which must be resolved first";
    return std::nullopt;
  }
  ExportRecord record{std::string(id), view.summary.kind, view.heads.front(), {}, {}, {}};
  record.fields = view.content.fields();
  const ConsentVerdict verdict = may_read(record.kind, record.fields, member_class, now);
  if (!verdict.record) {
    reason = verdict.reason;
    return std::nullopt;
  }
  record.attachments = attachments_in(record.fields);
  if (verdict.identity) return record;
  const std::set<std::string> identifying = identifying_contents(record.fields);
  const auto whole = record.fields;
  const auto before = record.fields.size();
  erase_below(record.fields, std::string(kIdentity));
  if (record.fields.size() != before)
    record.left_out.push_back("who the source is: " + verdict.reason);
  std::erase_if(record.attachments, [&](const ExportAttachment& attachment) {
    // A content that one attachment says identifies does so under every name.
    if (!is_identity(whole, attachment.element + ".name") &&
        !identifying.contains(attachment.sha256)) {
      return false;
    }
    record.left_out.push_back("attachment " + std::to_string(attachment.number) +
                              ", which can tell who the source is: " + verdict.reason);
    erase_below(record.fields, attachment.element);
    return true;
  });
  return record;
}

}  // namespace depone
