#include "store/export/copy.h"

namespace depone {

FieldMap fields_with_copies(const ExportRecord& record, const std::vector<ExportedCopy>& copies) {
  FieldMap fields = record.fields;
  for (const ExportedCopy& copy : copies) {
    if (copy.file.empty() || copy.sha256 == copy.original) continue;
    fields.insert_or_assign(copy.element + ".size", copy.size);
    fields.insert_or_assign(copy.element + ".sha256", copy.sha256);
    fields.insert_or_assign(copy.element + ".status", "working copy");
    std::string done = copy.done + " (from " + copy.original + ")";
    const auto before = fields.find(copy.element + ".transformation");
    if (before != fields.end() && before->second.is_string())
      done = before->second.get<std::string>() + "; " + done;
    fields.insert_or_assign(copy.element + ".transformation", done);
  }
  return fields;
}

std::string export_line(const ExportRecord& record, const std::vector<ExportedCopy>& copies,
                        std::string_view member_class) {
  Json attachments = Json::array();
  for (const ExportedCopy& copy : copies) {
    const bool left = !copy.file.empty();
    attachments.push_back({{"number", copy.number},
                           {"file", left ? Json(copy.file) : Json(nullptr)},
                           {"sha256", left ? Json(copy.sha256) : Json(nullptr)},
                           {"size", left ? Json(copy.size) : Json(nullptr)},
                           {"original", copy.original},
                           {"cleaned", copy.cleaned},
                           {"transformation", copy.done}});
  }
  return dump_json({{"format", "depone/export/1"},
                    {"id", record.id},
                    {"kind", record.kind},
                    {"revision", record.revision},
                    {"class", member_class},
                    {"fields", nest(fields_with_copies(record, copies))},
                    {"attachments", attachments}});
}

}  // namespace depone
