#include "store/export/view.h"

#include <algorithm>

#include "store/records/reading.h"
#include "store/records/records.h"

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

}  // namespace

std::optional<ExportRecord> record_for(Vault& vault, const std::optional<Roster>& roster,
                                       std::string_view id, std::string_view member_class, Time now,
                                       std::string& reason) {
  const RecordView view = get_record(vault, id);
  if (view.heads.size() > 1) {
    reason = "it has more than one newest revision, which must be resolved first";
    return std::nullopt;
  }
  const Readable may = readable_by(vault, roster, id, member_class, now);
  if (!may.record) {
    reason = may.reason;
    return std::nullopt;
  }
  const FieldMap whole = view.content.fields();
  ExportRecord record{std::string(id),       view.summary.kind,
                      view.heads.front(),    readable_fields(whole, may),
                      attachments_in(whole), {}};
  const auto is_source = [](const auto& field) { return field.first.starts_with(kIdentity); };
  if (std::any_of(whole.begin(), whole.end(), is_source) &&
      std::none_of(record.fields.begin(), record.fields.end(), is_source)) {
    record.left_out.push_back("who the source is: " + may.reason);
  }
  std::erase_if(record.attachments, [&](const ExportAttachment& attachment) {
    if (record.fields.contains(attachment.element + ".sha256")) return false;
    record.left_out.push_back("attachment " + std::to_string(attachment.number) +
                              ", which can tell who the source is: " + may.reason);
    return true;
  });
  return record;
}

}  // namespace depone
