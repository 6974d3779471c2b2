#include "store/records/rebase.h"

#include <map>
#include <set>

#include "crypto/error.h"
#include "store/records/records.h"

namespace depone {

namespace {

constexpr std::string_view kConsent = "consent";

using Things = std::map<std::string, FieldMap, PathLess>;

Things things_of(const FieldMap& fields) {
  Things things;
  for (const auto& [path, value] : fields) things[thing_of(path)].emplace(path, value);
  return things;
}

const FieldMap& lines_of(const Things& things, const std::string& thing) {
  static const FieldMap none;
  const auto found = things.find(thing);
  return found == things.end() ? none : found->second;
}

std::set<std::string, PathLess> changed(const Things& before, const Things& after) {
  std::set<std::string, PathLess> names;
  for (const Things* things : {&before, &after}) {
    for (const auto& [name, lines] : *things) {
      if (lines_of(before, name) != lines_of(after, name)) names.insert(name);
    }
  }
  return names;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "acts" of "acts.3"; "" where the thing is no element of a list.
std::string list_of(const std::string& thing) {
  const std::size_t dot = thing.rfind('.');
  return dot == std::string::npos || !is_digit(thing[dot + 1]) ? "" : thing.substr(0, dot);
}

}  // namespace

std::string thing_of(std::string_view path) {
  const std::string_view first = path.substr(0, path.find('.'));
  if (first == kConsent) return std::string(first);
  for (std::size_t at = path.find('.'); at != std::string_view::npos; at = path.find('.', at + 1)) {
    if (!is_digit(path[at + 1])) continue;
    if (is_long_text(path.substr(0, at))) return std::string(path.substr(0, at));
    return std::string(path.substr(0, path.find('.', at + 1)));
  }
  return std::string(first);
}

Rebased rebase_fields(const FieldMap& before, const FieldMap& mine, const RevisionContent& newest) {
  const FieldMap theirs = newest.fields();
  const Things old = things_of(before);
  const Things own = things_of(mine);
  const Things other = things_of(theirs);
  const auto changed_there = changed(old, other);
  Rebased out{theirs, {}};
  std::vector<std::string> added;  // by both, at the same index
  for (const std::string& thing : changed(old, own)) {
    const FieldMap& lines = lines_of(own, thing);
    if (changed_there.contains(thing) && lines != lines_of(other, thing)) {
      const bool is_new = lines_of(old, thing).empty() && !list_of(thing).empty();
      (is_new ? added : out.both).push_back(thing);
      continue;
    }
    for (const auto& [path, value] : lines_of(other, thing)) out.fields.erase(path);
    out.fields.insert(lines.begin(), lines.end());
  }
  for (const std::string& thing : added) {
    const std::string list = list_of(thing);
    const std::string at = list + "." + std::to_string(next_index(newest, out.fields, list));
    for (const auto& [path, value] : lines_of(own, thing))
      out.fields.emplace(at + path.substr(thing.size()), value);
  }
  try {
    check_paths(out.fields);
  } catch (const Error& error) {  // a text on one side where there are fields on the other
    out.both.push_back(thing_of(error.context()));
  }
  if (!out.both.empty()) out.fields.clear();
  return out;
}

}  // namespace depone
