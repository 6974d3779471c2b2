#include "store/records/field_edit.h"

#include <utility>

#include "crypto/error.h"
#include "store/records/records.h"

namespace depone {

namespace {

// The fields at or below a path stand together.
std::pair<FieldMap::const_iterator, FieldMap::const_iterator> part(const FieldMap& fields,
                                                                   std::string_view path) {
  const auto first = fields.lower_bound(path);
  auto last = first;
  while (last != fields.end() && last->first.starts_with(path) &&
         (last->first.size() == path.size() || last->first[path.size()] == '.')) {
    ++last;
  }
  return {first, last};
}

std::string below(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : std::string(path) + "." + std::string(name);
}

bool is_group(const Json& value) { return value.is_object() && !is_date(value); }

Json passages_of(std::string_view path, const Json& text) {
  if (!text.is_string())
    throw Error(Code::invalid, "this field must be one text; nothing was saved", std::string(path));
  return split_passages(text.get_ref<const std::string&>());
}

}  // namespace

FieldEdit::FieldEdit(FieldMap fields, const RevisionContent& base)
    : fields_(std::move(fields)), base_(base) {}

void FieldEdit::merge(const Json& patch) {
  for (const auto& [name, value] : patch.items()) set(name, value);
}

void FieldEdit::set(std::string_view path, const Json& value) {
  if (value.is_null() || value == "") {
    remove(path);
    return;
  }
  make_room(path);
  if (is_long_text(path)) {
    set_elements(path, passages_of(path, value));
  } else if (value.is_array()) {
    fields_.erase(std::string(path));  // text that stood where a list may stand too
    set_elements(path, value);
  } else if (is_group(value)) {
    fields_.erase(std::string(path));
    for (const auto& [name, member] : value.items()) set(below(path, name), member);
  } else {
    remove(path);
    fields_.emplace(path, value);
  }
}

bool FieldEdit::remove(std::string_view path) {
  const auto [first, last] = part(fields_, path);
  const bool found = first != last;
  fields_.erase(first, last);
  return found;
}

std::string FieldEdit::new_element(std::string_view list) const {
  return below(list, std::to_string(next_index(base_, fields_, list)));
}

std::vector<std::string> FieldEdit::elements(std::string_view list) const {
  std::vector<std::string> paths;
  const auto [first, last] = part(fields_, list);
  for (auto at = first; at != last; ++at) {
    if (at->first.size() == list.size()) continue;  // a text in the place of a list
    const std::string path = at->first.substr(0, at->first.find('.', list.size() + 1));
    if (paths.empty() || paths.back() != path) paths.push_back(path);
  }
  return paths;
}

void FieldEdit::make_room(std::string_view path) {
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    fields_.erase(std::string(path.substr(0, dot)));
  }
}

void FieldEdit::set_elements(std::string_view list, const Json& values) {
  const std::vector<std::string> present = elements(list);
  std::size_t used = 0;
  for (const Json& value : values) {
    if (value.is_null() || value == "") continue;
    const std::string path = used < present.size() ? present[used] : new_element(list);
    ++used;
    remove(path);
    set(path, value);
  }
  for (; used < present.size(); ++used) remove(present[used]);
}

}  // namespace depone
