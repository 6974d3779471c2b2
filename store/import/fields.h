#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "store/evidence/evidence.h"
#include "store/import/item.h"
#include "store/import/map.h"

namespace depone {

// A target of a map, checked against the table of fields: where a text goes and what it becomes.
class ImportSlot {
 public:
  enum class Kind { left_out, field, list, group, media, media_group, point };

  // `column` names it in errors. `array`: the list of groups ("acts") whose elements this fills, ""
  // for the record itself. Code::invalid.
  ImportSlot(std::string_view kind, const std::string& column, const ImportTarget& target,
             const std::string& array = "");

  Kind what() const { return what_; }
  const std::string& path() const { return path_; }
  const ImportTarget& target() const { return target_; }

 private:
  friend class FieldBuilder;
  Kind what_;
  std::string path_;  // within the element, where there is one
  ImportTarget target_;
  const FieldRule* rule_ = nullptr;
};

// The fields of one record, put together from texts.
class FieldBuilder {
 public:
  explicit FieldBuilder(const FieldMap& always) : fields_(always) {}

  // `element`: "acts.0" where the slot is of a group, else "".
  void add(const ImportSlot& slot, std::string_view text, const std::string& element = "");
  // A point as forms write it: "latitude longitude altitude accuracy". What is empty is left out.
  void add_point(const ImportSlot& slot, std::string_view text);
  // The next free element of a list of groups: "acts.3".
  std::string new_element(const std::string& array);
  // A file that belongs to the record: unless one of this name is there already.
  void add_file(const std::string& name, std::optional<bool> identifies = std::nullopt);

  // Long texts in passages, everything checked. Code::invalid: no title, or what check_fields says.
  ImportItem finish(std::string_view kind) &&;

 private:
  void left_empty(const std::string& path);
  void add_media(const std::string& element, std::string file);

  FieldMap fields_;                                     // with whole texts
  std::unordered_map<std::string, std::size_t> taken_;  // elements of each list, all below
  std::vector<ImportedMedia> media_;
  std::unordered_set<std::string> files_;  // names of media_
  std::vector<std::string> warnings_;
};

}  // namespace depone
