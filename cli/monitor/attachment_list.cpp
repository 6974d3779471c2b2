#include "cli/monitor/attachment_list.h"

#include <algorithm>
#include <utility>

#include "cli/text.h"

namespace depone::cli {

namespace {

constexpr std::string_view kPrefix = "attachments.";

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

ListedAttachment listed(std::string index, const FieldMap& fields) {
  ListedAttachment attachment;
  attachment.index = std::move(index);
  attachment.fields = nest(fields);
  attachment.name = text_at(attachment.fields, "name");
  attachment.type = text_at(attachment.fields, "type");
  attachment.sha256 = text_at(attachment.fields, "sha256");
  if (const auto size = attachment.fields.find("size");
      size != attachment.fields.end() && size->is_number_unsigned()) {
    attachment.size = size->get<std::uint64_t>();
  }
  return attachment;
}

}  // namespace

std::vector<ListedAttachment> attachments_of(const FieldMap& fields) {
  std::vector<ListedAttachment> attachments;
  std::string index;
  FieldMap one;
  const auto finish = [&] {
    if (!one.empty()) attachments.push_back(listed(index, one));
    one.clear();
  };
  for (const auto& [path, value] : fields) {
    if (!path.starts_with(kPrefix)) continue;
    const std::string rest = path.substr(kPrefix.size());
    const std::size_t dot = rest.find('.');
    if (dot == std::string::npos) continue;
    if (rest.substr(0, dot) != index) finish();
    index = rest.substr(0, dot);
    one.emplace(rest.substr(dot + 1), value);
  }
  finish();
  return attachments;
}

std::string safe_file_name(const std::string& name, std::size_t number) {
  constexpr std::size_t kLongest = 200;
  std::string safe;
  for (std::size_t at = 0; at < name.size();) {
    const Character c = character_at(name, at);
    const bool bad = !c.valid || steers_terminal(c.code) || c.code == '/' || c.code == '\\';
    const std::string piece = bad ? "_" : name.substr(at, c.length);
    if (safe.size() + piece.size() > kLongest) break;
    safe += piece;
    at += c.length;
  }
  while (safe.starts_with('.') || safe.starts_with('-')) safe.erase(0, 1);
  return safe.empty() ? "attachment-" + std::to_string(number) : safe;
}

}  // namespace depone::cli
