#pragma once

#include <string>
#include <string_view>

#include "crypto/formats/revision.h"

namespace depone {

// Changes to the fields of a record. `base` is the revision that it stands on (default: a new
// record, without lines); it must outlive the edit. What was there keeps its index, so that lines
// that do not change keep their salt; where `base` has lines that are not held here, what is added
// takes a random index (docs/format.md, "Revision"). Values are not checked: check_fields does.
class FieldEdit {
 public:
  FieldEdit(FieldMap fields, const RevisionContent& base);
  const FieldMap& fields() const { return fields_; }

  // A JSON Merge Patch (RFC 7396) on the nested form: what is not named stays, null takes away, a
  // list replaces a list element by element, a long text its passages.
  void merge(const Json& patch);
  // The same at one path. A value above it, which only a record from elsewhere can have, gives way.
  void set(std::string_view path, const Json& value);
  // Takes away the field or everything below it; false where there is nothing.
  bool remove(std::string_view path);
  // The path of an element that can be added to a list: "acts.2".
  std::string new_element(std::string_view list) const;
  // Paths of a list's elements, in order: "acts.0", "acts.1".
  std::vector<std::string> elements(std::string_view list) const;

 private:
  void set_elements(std::string_view list, const Json& values);
  // Takes a value away that stands where the path goes through: nothing can stand below it.
  void make_room(std::string_view path);
  FieldMap fields_;
  const RevisionContent& base_;
};

}  // namespace depone
