#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/fields.h"

namespace depone {

// What differs between the fields of revisions.

// Fields with the passages of each long text joined under the text's own path: for people, who read
// texts and not passages. A passage that is not held is left out.
FieldMap whole_texts(const FieldMap& fields);

struct FieldChange {
  std::string path;
  std::optional<Json> before;  // nullopt: it was not there
  std::optional<Json> after;   // nullopt: it is gone
};
// In order of path, long texts whole.
std::vector<FieldChange> field_changes(const FieldMap& before, const FieldMap& after);

// What is decided about as one thing: a field, or a whole long text ("account.text" for each of its
// passages).
std::string unit_of(std::string_view path);

// A unit that is not the same everywhere, and its lines in those of the field maps that have it:
// there may be very many maps that have little.
struct FieldDifference {
  std::string path;
  std::map<std::size_t, FieldMap> lines;      // by the place of the map
  const FieldMap& in(std::size_t map) const;  // empty where it is absent
};
std::vector<FieldDifference> differences(const std::vector<FieldMap>& maps);

}  // namespace depone
