#include "store/import/fields.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "crypto/error.h"

namespace depone {

namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::string_view kAttachments = "attachments";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

std::vector<std::string_view> parts_of(std::string_view value, const std::string& separator,
                                       bool exact = false) {
  std::vector<std::string_view> parts;
  const auto keep = [&](std::string_view part) {
    if (!exact) part = trimmed(part);
    if (!part.empty()) parts.push_back(part);
  };
  if (separator.empty()) {
    keep(value);
    return parts;
  }
  const bool spaces = separator == " ";
  while (true) {
    const std::size_t end = spaces ? value.find_first_of(kSpaces) : value.find(separator);
    keep(value.substr(0, end));
    if (end == std::string_view::npos) return parts;
    value.remove_prefix(end + (spaces ? 1 : separator.size()));
  }
}

std::optional<Json> number_in(std::string_view text, bool whole) {
  const char* const end = text.data() + text.size();
  if (whole) {
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return Json(value);
  }
  // A whole number stays one: 5 and 5.0 are different texts in a record.
  std::int64_t integer = 0;
  if (const auto [stop, error] = std::from_chars(text.data(), end, integer);
      error == std::errc{} && stop == end) {
    return integer < 0 ? Json(integer) : Json(static_cast<std::uint64_t>(integer));
  }
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return Json(value);
}

// As people write it; as forms do, with a time behind it, which the field does not hold; or as the
// field itself, where the other ways could not say it.
std::optional<Json> date_in(std::string_view text) {
  if (text.starts_with('{')) {
    try {
      Json date = parse_json(text, "date", 1000);
      if (is_date(date)) return date;
    } catch (const Error&) {
    }
    return std::nullopt;
  }
  constexpr std::size_t kDay = 10;
  if (text.size() > kDay && text[kDay] == 'T') text = text.substr(0, kDay);
  return parse_written_date(text);
}

// The text as a value of the field's type; nullopt where it can't be one.
std::optional<Json> value_in(const FieldRule& rule, std::string_view text) {
  switch (rule.type) {
    case FieldType::date:
      return date_in(text);
    case FieldType::integer:
      return number_in(text, true);
    case FieldType::number:
      return number_in(text, false);
    case FieldType::boolean:
      if (text == "true" || text == "yes" || text == "1") return Json(true);
      if (text == "false" || text == "no" || text == "0") return Json(false);
      return std::nullopt;
    case FieldType::choice:
    case FieldType::class_name:
      if (!rule.words->has(text)) return std::nullopt;
      return Json(text);
    default:
      return Json(text);
  }
}

// Whether anything stands at or below "tags.3".
bool is_taken(const FieldMap& fields, const std::string& element) {
  const auto at = fields.lower_bound(element);
  return at != fields.end() && at->first.starts_with(element) &&
         (at->first.size() == element.size() || at->first[element.size()] == '.');
}

}  // namespace

ImportSlot::ImportSlot(std::string_view kind, const std::string& column, const ImportTarget& target,
                       const std::string& array)
    : path_(target.path), target_(target) {
  const auto refuse = [&](const std::string& why) {
    throw Error(Code::invalid, why + "; nothing was imported", "column " + column);
  };
  const std::string prefix = array.empty() ? "" : array + ".0.";
  const auto rule = [&](const std::string& path) { return rule_of(kind, prefix + path); };
  const bool is_group = !target.each.empty();
  if (path_.empty()) {
    what_ = Kind::left_out;
    return;
  }
  if (array == kAttachments && path_ == "file") {
    what_ = Kind::media;
    return;
  }
  if (array.empty() && path_ == kAttachments) {
    what_ = is_group ? Kind::media_group : Kind::media;
    return;
  }
  if (target.identifies) refuse("only attachments take \"identifies\"");
  const bool is_attachment = path_.starts_with("attachments.") && array.empty();
  if (is_attachment && target.exact && path_.ends_with(".file")) {
    what_ = Kind::media;
    return;
  }
  if (path_ == "created" || (is_attachment && !target.exact) ||
      (array == kAttachments && (path_ == "sha256" || path_ == "size"))) {
    refuse("the field " + path_ + " is set by the program");
  }
  if (array.empty() && path_ == "place" && rule("place.latitude") != nullptr && !is_group) {
    what_ = Kind::point;
    return;
  }
  if (is_group) {
    if (!array.empty() && path_.find('.') != std::string::npos)
      refuse("a repeat within a repeat fills a list of the record: it takes a path of one name");
    const auto& rules = field_rules(kind);
    const bool is_list_of_groups =
        is_field_path(path_) && std::any_of(rules.begin(), rules.end(), [&](const FieldRule& r) {
          return r.pattern.starts_with(path_ + ".#.");
        });
    if (!is_list_of_groups) refuse("there is no list of groups " + path_);
    what_ = Kind::group;
    return;
  }
  const bool is_list = rule(path_) == nullptr && rule(path_ + ".0") != nullptr;
  rule_ = rule(is_list ? path_ + ".0" : path_);
  if (!is_field_path(prefix + path_) || rule_ == nullptr) {
    refuse("there is no field " + (prefix.empty() ? "" : array + ".#.") + path_ + " in " +
           (kind == "incident" ? "an incident" : "a testimony"));
  }
  if (!target.split.empty() && !is_list)
    refuse("the field " + path_ + " is no list: it takes no \"split\"");
  what_ = is_list ? Kind::list : Kind::field;
}

void FieldBuilder::left_empty(const std::string& path) {
  warnings_.push_back(path + " could not be read as what this field holds and was left empty");
}

std::string FieldBuilder::new_element(const std::string& array) {
  for (std::size_t& index = taken_[array];; ++index) {
    std::string element = array + "." + std::to_string(index);
    if (!is_taken(fields_, element)) return element;
  }
}

void FieldBuilder::add(const ImportSlot& slot, std::string_view text, const std::string& element) {
  using enum ImportSlot::Kind;
  const std::string prefix = element.empty() ? "" : element + ".";
  if (slot.target_.exact && text.starts_with('\'')) text.remove_prefix(1);
  switch (slot.what_) {
    case left_out:
    case group:
    case media_group:
      return;
    case media:
      for (const std::string_view part : parts_of(text, slot.target_.split)) {
        if (slot.target_.exact)
          add_media(slot.path_.substr(0, slot.path_.rfind('.')), std::string(part));
        else if (element.empty())
          add_file(std::string(part), slot.target_.identifies);
        else
          add_media(element, std::string(part));
      }
      return;
    case point:
      add_point(slot, text);
      return;
    case field:
    case list:
      break;
  }
  const std::string base = prefix + slot.path_;
  for (std::string_view part : parts_of(text, slot.target_.split, slot.target_.exact)) {
    const auto said = slot.target_.values.find(std::string(part));
    if (said != slot.target_.values.end()) part = said->second;
    if (part.empty()) continue;
    const std::optional<Json> value = value_in(*slot.rule_, part);
    if (!value) {
      left_empty(base);
      continue;
    }
    const std::string path = slot.what_ == list ? new_element(base) : base;
    const auto [at, is_new] = fields_.emplace(path, *value);
    if (!is_new && value->is_string() && at->second.is_string()) {
      at->second = at->second.get<std::string>() + ", " + value->get<std::string>();
    }
  }
}

void FieldBuilder::add_point(const ImportSlot& slot, std::string_view text) {
  const std::vector<std::string_view> parts = parts_of(text, " ");
  if (parts.empty()) return;
  const auto latitude = number_in(parts[0], false);
  const auto longitude = parts.size() > 1 ? number_in(parts[1], false) : std::nullopt;
  if (!latitude || !longitude) return left_empty(slot.path_);
  fields_.emplace(slot.path_ + ".latitude", *latitude);
  fields_.emplace(slot.path_ + ".longitude", *longitude);
  if (parts.size() > 3) {
    if (const auto accuracy = number_in(parts[3], false); accuracy && *accuracy > 0)
      fields_.emplace(slot.path_ + ".precision", "± " + std::string(parts[3]) + " m");
  }
}

void FieldBuilder::add_media(const std::string& element, std::string file) {
  media_.push_back({element, std::move(file)});
  // A file may have nothing else in its element: the next one is not to take that element too.
  const std::size_t dot = element.rfind('.');
  if (const auto index = from_decimal(element.substr(dot + 1)); index && *index < kMaxFields) {
    std::size_t& next = taken_[element.substr(0, dot)];
    next = std::max<std::size_t>(next, *index + 1);
  }
}

void FieldBuilder::add_file(const std::string& name, std::optional<bool> identifies) {
  if (!files_.insert(name).second) return;
  if (files_.size() > kMaxFields)
    throw Error(Code::invalid, "there are more files than a record holds");
  const std::string element = new_element(std::string(kAttachments));
  if (identifies) fields_.emplace(element + ".identifies", *identifies);
  add_media(element, name);
}

ImportItem FieldBuilder::finish(std::string_view kind) && {
  ImportItem item;
  item.media = std::move(media_);
  item.warnings = std::move(warnings_);
  while (!fields_.empty()) {
    auto field = fields_.extract(fields_.begin());
    if (!is_long_text(field.key())) {
      item.fields.insert(item.fields.end(), std::move(field));
      continue;
    }
    const std::vector<std::string> passages =
        split_passages(field.mapped().get_ref<const std::string&>());
    for (std::size_t i = 0; i < passages.size(); ++i)
      item.fields.emplace(field.key() + "." + std::to_string(i), passages[i]);
  }
  if (!item.fields.contains("title")) throw Error(Code::invalid, "there is no title");
  check_fields(kind, item.fields);
  return item;
}

}  // namespace depone
