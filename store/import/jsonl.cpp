#include "store/import/jsonl.h"

#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/import/text_lines.h"

namespace depone {

namespace {

bool is_whole_record(const Json& object) {
  return object.contains("fields") && object.at("fields").is_object() && object.contains("kind");
}

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Takes the attachments out of the fields; the files that go with them are in `files`.
void take_attachments(ImportItem& item, Json& fields, const Json& files) {
  const auto found = fields.find("attachments");
  if (found == fields.end()) return;
  if (!found->is_array()) throw Error(Code::invalid, "the attachments are no list", "attachments");
  Json kept = Json::array();
  for (std::size_t i = 0; i < found->size(); ++i) {
    Json& attachment = (*found)[i];
    if (!attachment.is_object())
      throw Error(Code::invalid, "an attachment is no object", "attachments." + std::to_string(i));
    const std::string file =
        i < files.size() && files[i].is_object() ? text_at(files[i], "file") : "";
    if (file.empty()) {
      item.warnings.push_back("attachment " + std::to_string(i + 1) +
                              ": no file goes with it, so it was left out");
      continue;
    }
    item.media.push_back(
        {"attachments." + std::to_string(kept.size()), file, text_at(attachment, "sha256")});
    for (const char* set_here : {"file", "size", "sha256"}) attachment.erase(set_here);
    kept.push_back(std::move(attachment));
  }
  fields["attachments"] = std::move(kept);
}

}  // namespace

ImportItem item_of_json(const Json& object, std::string_view kind) {
  if (!object.is_object()) throw Error(Code::invalid, "this is not one JSON object");
  ImportItem item;
  const bool whole = is_whole_record(object);
  if (whole && object.at("kind") != kind) {
    throw Error(Code::invalid, "this record is of another kind than --kind says");
  }
  Json fields = whole ? object.at("fields") : object;
  const Json files = whole ? object.value("attachments", Json::array())
                           : fields.value("attachments", Json::array());
  fields.erase("created");  // when this record is made is for the vault to say
  take_attachments(item, fields, files);
  item.fields = flatten(fields);
  read_written_dates(kind, item.fields);
  check_fields(kind, item.fields);
  return item;
}

std::vector<ImportIssue> read_jsonl(Source& source, std::string_view kind,
                                    const std::function<void(ImportItem)>& take) {
  std::vector<ImportIssue> errors;
  TextLines lines(source);
  for (std::string_view line; lines.next(line);) {
    if (line.find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
    ImportItem item;
    try {
      item = item_of_json(parse_json(line, "line", kMaxTextLine), kind);
    } catch (const Error& error) {
      add_error(errors, {lines.number(), "", error.what()});
      continue;
    }
    item.line = lines.number();
    take(std::move(item));
  }
  return errors;
}

}  // namespace depone
