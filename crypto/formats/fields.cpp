#include "crypto/formats/fields.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "crypto/error.h"

namespace depone {
namespace {

constexpr std::uint64_t kMaxIndex = (std::uint64_t{1} << 31) - 1;
constexpr std::size_t kMaxSegments = 12;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_index(std::string_view segment) { return from_decimal(segment, kMaxIndex).has_value(); }
// "sha256" is the one name with digits that the format has (attachments.0.sha256).
bool is_name(std::string_view segment) {
  if (segment == "sha256") return true;
  return !segment.empty() && segment.size() <= 64 &&
         std::all_of(segment.begin(), segment.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

bool leap(unsigned year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

bool is_calendar_date(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  std::array<unsigned, 3> parts{};
  std::size_t part = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 4 || i == 7) {
      if (text[i] != '-') return false;
      ++part;
    } else {
      if (!is_digit(text[i])) return false;
      parts[part] = parts[part] * 10 + static_cast<unsigned>(text[i] - '0');
    }
  }
  const unsigned year = parts[0];
  const unsigned month = part >= 1 ? parts[1] : 1;
  const unsigned day = part >= 2 ? parts[2] : 1;
  constexpr std::array<unsigned, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year == 0 || month < 1 || month > 12) return false;
  return day >= 1 && day <= kDays[month - 1] + (month == 2 && leap(year) ? 1 : 0);
}

// An object that was meant as a date. A source of information has a "date" and a "type" too: there
// the date is an object.
bool looks_like_date(const Json& value) {
  return value.is_object() && value.size() == 2 && value.contains("date") &&
         value.contains("type") && !value["date"].is_structured();
}

bool is_number(const Json& value) {
  constexpr std::int64_t kMax = (std::int64_t{1} << 53) - 1;
  if (value.is_number_unsigned())
    return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(kMax);
  if (value.is_number_integer())
    return value.get<std::int64_t>() <= kMax && value.get<std::int64_t>() >= -kMax;
  return value.is_number_float() && std::isfinite(value.get<double>());
}

// Where in `path` the passage index of a long text stands, or would: after its path and a dot; npos
// where it is none.
std::size_t below_long_text(std::string_view path) {
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    if (is_long_text(path.substr(0, dot))) return dot + 1;
  }
  return std::string_view::npos;
}

[[noreturn]] void refuse(const std::string& path, const char* why) {
  throw Error(Code::invalid, std::string("this field can't be kept: ") + why, path);
}

void flatten_long_text(const Json& value, const std::string& path, FieldMap& out) {
  if (!value.is_string()) refuse(path, "it holds one long text");
  const std::vector<std::string> passages = split_passages(value.get_ref<const std::string&>());
  for (std::size_t i = 0; i < passages.size(); ++i)
    out.emplace(path + "." + std::to_string(i), passages[i]);
}

void flatten_into(const Json& value, const std::string& path, FieldMap& out) {
  if (value.is_null()) return;
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.empty()) return;
    if (!is_utf8(as_bytes(text))) refuse(path, "it is not UTF-8");
    if (text.find('\0') != std::string::npos) refuse(path, "it holds a zero character");
  }
  if (!path.empty() && !is_field_path(path)) {
    refuse(path.substr(0, 200),
           "names are small letters and underscores, at most 64, in at most 12 levels");
  }
  if (is_long_text(path)) {
    flatten_long_text(value, path, out);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      flatten_into(value[i], path + "." + std::to_string(i), out);
  } else if (looks_like_date(value)) {
    if (!is_date(value)) {
      refuse(path,
             "a date is {\"date\": \"YYYY[-MM[-DD]]\", \"type\": \"exact|estimate|unknown day|"
             "unknown month and day\"} and must exist");
    }
    // One order of keys, whatever was given.
    out.emplace(path, Json{{"date", value["date"]}, {"type", value["type"]}});
  } else if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      if (!is_name(key))
        refuse((path.empty() ? "" : path + ".") + key.substr(0, 100),
               "names are small letters and underscores");
      flatten_into(member, path.empty() ? key : path + "." + key, out);
    }
  } else {
    if (!is_scalar_or_date(value)) refuse(path, "numbers are finite, whole ones at most 2^53-1");
    out.emplace(path, value);
  }
}

using Iterator = FieldMap::const_iterator;

std::string join_passages(Iterator begin, Iterator end) {
  std::string text;
  for (auto it = begin; it != end; ++it) {
    if (it != begin) text += "\n\n";
    text += it->second.get_ref<const std::string&>();
  }
  return text;
}

// The value under `path`, whose fields are [begin, end): their paths go on at `offset`.
Json build(Iterator begin, Iterator end, const std::string& path, std::size_t offset) {
  if (begin->first.size() < offset) return begin->second;
  if (is_long_text(path)) return join_passages(begin, end);
  Json object = Json::object();
  Json array = Json::array();
  bool names = false;
  for (auto it = begin; it != end;) {
    const std::size_t size = it->first.find('.', offset) == std::string::npos
                                 ? it->first.size() - offset
                                 : it->first.find('.', offset) - offset;
    const std::string segment = it->first.substr(offset, size);
    const std::string below = it->first.substr(0, offset + size);
    const auto inside = [&](const std::string& full) {
      return full.starts_with(below) && (full.size() == below.size() || full[below.size()] == '.');
    };
    const auto after =
        std::find_if_not(it, end, [&](const auto& field) { return inside(field.first); });
    Json value = build(it, after, below, below.size() + 1);
    if (is_index(segment)) {
      array.push_back(value);
    } else {
      names = true;
    }
    object.emplace(segment, std::move(value));
    it = after;
  }
  // Where there are names beside indexes it is no list: nothing is left out of what is shown.
  return names ? object : array;
}

}  // namespace

bool PathLess::operator()(std::string_view a, std::string_view b) const {
  while (true) {
    const std::string_view x = a.substr(0, a.find('.'));
    const std::string_view y = b.substr(0, b.find('.'));
    if (x != y) {
      const bool numbers = !x.empty() && !y.empty() && is_digit(x[0]) && is_digit(y[0]);
      if (numbers && x.size() != y.size()) return x.size() < y.size();
      return x < y;
    }
    if (x.size() == a.size() || y.size() == b.size()) return a.size() < b.size();
    a.remove_prefix(x.size() + 1);
    b.remove_prefix(y.size() + 1);
  }
}

bool is_field_path(std::string_view path) {
  if (path.empty() || path.size() > 512) return false;
  const std::vector<std::string_view> segments = split(path, '.');
  if (segments.size() > kMaxSegments || !is_name(segments[0])) return false;
  return std::all_of(segments.begin(), segments.end(),
                     [](std::string_view s) { return is_name(s) || is_index(s); });
}

bool is_date(const Json& value) {
  if (!looks_like_date(value)) return false;
  if (!value["date"].is_string() || !value["type"].is_string()) return false;
  const auto& type = value["type"].get_ref<const std::string&>();
  return is_calendar_date(value["date"].get_ref<const std::string&>()) &&
         (type == "exact" || type == "estimate" || type == "unknown day" ||
          type == "unknown month and day");
}

bool is_scalar_or_date(const Json& value) {
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return value.is_boolean() || is_number(value) || is_date(value);
}

bool is_field(std::string_view path, const Json& value) {
  if (!is_field_path(path) || !is_scalar_or_date(value) || is_long_text(path)) return false;
  const std::size_t passage = below_long_text(path);
  return passage == std::string_view::npos || (is_index(path.substr(passage)) && value.is_string());
}

FieldMap flatten(const Json& nested) {
  if (!nested.is_object()) throw Error(Code::invalid, "the fields of a record are a JSON object");
  FieldMap out;
  flatten_into(nested, "", out);
  return out;
}

Json nest(const FieldMap& fields) {
  check_paths(fields);
  if (fields.empty()) return Json::object();
  return build(fields.begin(), fields.end(), "", 0);
}

bool is_long_text(std::string_view path) {
  if (path == "account.text" || path == "description") return true;
  constexpr std::string_view kPrefix = "account.translations.";
  constexpr std::string_view kSuffix = ".text";
  return path.starts_with(kPrefix) && path.ends_with(kSuffix) &&
         path.size() > kPrefix.size() + kSuffix.size() &&
         is_index(path.substr(kPrefix.size(), path.size() - kPrefix.size() - kSuffix.size()));
}

// From the left, at each LF LF with text before it since the last split, and text after it.
std::vector<std::string> split_passages(std::string_view text) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  std::size_t at = 0;
  while (at + 2 < text.size()) {
    if (at > begin && text[at] == '\n' && text[at + 1] == '\n') {
      out.emplace_back(text.substr(begin, at - begin));
      begin = at + 2;
      at = begin;
    } else {
      ++at;
    }
  }
  out.emplace_back(text.substr(begin));
  return out;
}

void check_paths(const FieldMap& fields) {
  // In PathLess order a path comes right before those that it is a prefix of.
  std::string_view before;
  for (const auto& [path, value] : fields) {
    if (!is_field(path, value)) {
      throw Error(Code::malformed, "no field of this path and kind of value can be in a record",
                  path.substr(0, 200));
    }
    if (!before.empty() && path.size() > before.size() && path.starts_with(before) &&
        path[before.size()] == '.') {
      throw Error(Code::malformed, "one field's path is the beginning of another's", path);
    }
    before = path;
  }
}

}  // namespace depone
