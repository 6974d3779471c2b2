#include "cli/interview/answer.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "cli/context.h"
#include "cli/text.h"
#include "crypto/error.h"

namespace depone::cli {

namespace {

constexpr std::array<std::pair<std::string_view, Sign>, 14> kSigns{{{"?", Sign::help},
                                                                    {"？", Sign::help},
                                                                    {"؟", Sign::help},
                                                                    {"<", Sign::back},
                                                                    {"＜", Sign::back},
                                                                    {"!", Sign::stop},
                                                                    {"！", Sign::stop},
                                                                    {">", Sign::review},
                                                                    {"＞", Sign::review},
                                                                    {"-", Sign::remove},
                                                                    {"－", Sign::remove},
                                                                    {"−", Sign::remove},
                                                                    {"+", Sign::add},
                                                                    {"＋", Sign::add}}};

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

[[noreturn]] void wrong(const FieldRule& rule) {
  throw Error(Code::invalid, "This takes " + expected_of(rule) + ".");
}

std::string two_digits(std::string_view text) {
  return text.size() == 1 ? "0" + std::string(text) : std::string(text);
}

// 2026.11.2, 2026/11/2, 2026년 11월 2일, 2026年11月2日: the year first, then what is known.
std::string with_hyphens(std::string_view text) {
  std::vector<std::string> groups(1);
  for (const char c : text) {
    if (c >= '0' && c <= '9')
      groups.back() += c;
    else if (!groups.back().empty())
      groups.emplace_back();
  }
  if (groups.back().empty()) groups.pop_back();
  const bool fits = !groups.empty() && groups.size() <= 3 && groups[0].size() == 4 &&
                    std::all_of(groups.begin() + 1, groups.end(),
                                [](const std::string& group) { return group.size() <= 2; });
  if (!fits) return std::string(text);
  std::string date = groups[0];
  for (std::size_t i = 1; i < groups.size(); ++i) date += "-" + two_digits(groups[i]);
  return date;
}

// Whether nothing but a date stands there: digits and what parts them.
bool is_bare_date(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    constexpr std::u32string_view kBetween = U" -./,年月日년월일";
    const bool digit = c.code >= U'0' && c.code <= U'9';
    if (!digit && kBetween.find(c.code) == std::u32string_view::npos) return false;
    at += c.length;
  }
  return true;
}

Json date_in(const FieldRule& rule, std::string_view line) {
  std::string text = with_plain_digits(trimmed(line));
  if (is_bare_date(text)) text = with_hyphens(text);
  if (const auto date = parse_written_date(text)) return *date;
  wrong(rule);
}

Json number_value(const FieldRule& rule, std::string_view line) {
  const std::string text = with_plain_digits(trimmed(line));
  const char* const end = text.data() + text.size();
  if (rule.type == FieldType::integer) {
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end) wrong(rule);
    return value;
  }
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) wrong(rule);
  return value;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// A term by its number, its word, or a beginning that only one has.
const Term* term_in(const Vocabulary& words, std::string_view line) {
  if (const auto number = number_in(line, words.terms.size())) return &words.terms[*number - 1];
  const std::string text = lower(trimmed(line));
  const Term* found = nullptr;
  std::size_t begun = 0;
  for (const Term& term : words.terms) {
    if (lower(term.value) == text) return &term;
    if (!text.empty() && lower(term.value).starts_with(text)) {
      found = &term;
      ++begun;
    }
  }
  return begun == 1 && !words.open ? found : nullptr;
}

bool is_number(std::string_view line) {
  const std::string text = with_plain_digits(trimmed(line));
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Json word_in(const FieldRule& rule, std::string_view line) {
  if (const Term* term = term_in(*rule.words, line)) return term->value;
  // A number that no word has is a slip, not somebody's own words.
  if (!rule.words->open || is_number(line)) wrong(rule);
  return answer_in(line);
}

}  // namespace

Sign sign_of(std::string_view line) {
  if (trimmed(line).empty()) return Sign::nothing;
  for (const auto& [text, sign] : kSigns) {
    if (line == text) return sign;
  }
  return Sign::none;
}

std::string answer_in(std::string_view line) {
  if (line.starts_with(' ') && sign_of(line.substr(1)) != Sign::none) line.remove_prefix(1);
  return std::string(line);
}

std::string with_plain_digits(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    const int digit = c.valid ? u_charDigitValue(static_cast<UChar32>(c.code)) : -1;
    if (digit >= 0)
      out += static_cast<char>('0' + digit);
    else
      out.append(text, at, c.length);
    at += c.length;
  }
  return out;
}

std::optional<std::size_t> number_in(std::string_view line, std::size_t most) {
  const std::string text = with_plain_digits(trimmed(line));
  const auto number = from_decimal(text, most);
  if (!number || *number == 0) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

std::optional<std::vector<std::size_t>> numbers_in(std::string_view line, std::size_t most) {
  std::string text = with_plain_digits(line);
  std::replace(text.begin(), text.end(), ',', ' ');
  for (const std::string_view comma : {"،", "、", "，"}) {
    while (text.find(comma) != std::string::npos) text.replace(text.find(comma), comma.size(), " ");
  }
  std::vector<std::size_t> numbers;
  for (const std::string_view part : split(text, ' ')) {
    if (trimmed(part).empty()) continue;
    const auto number = number_in(part, most);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

Json value_of_answer(std::string_view kind, std::string_view path, std::string_view line) {
  const FieldRule* found = rule_of(kind, path);
  if (found == nullptr) throw Error(Code::invalid, "There is no such field.", std::string(path));
  const FieldRule& rule = *found;
  Json value;
  switch (rule.type) {
    case FieldType::date:
      value = date_in(rule, line);
      break;
    case FieldType::integer:
    case FieldType::number:
      value = number_value(rule, line);
      break;
    case FieldType::boolean: {
      static const Vocabulary yes_no{"", false, {{"yes"}, {"no"}}};
      const Term* term = term_in(yes_no, line);
      if (term == nullptr) wrong(rule);
      value = term->value == "yes";
      break;
    }
    default:
      value = rule.words != nullptr ? word_in(rule, line) : Json(answer_in(line));
  }
  check_field(kind, path, value);
  return value;
}

std::string expected_of(const FieldRule& rule) {
  switch (rule.type) {
    case FieldType::date:
      return "a date that exists: 2026-11-24, 2026-11 or 2026; with \"about\" before it where it "
             "is not certain";
    case FieldType::integer:
      return "a whole number";
    case FieldType::number:
      return "a number, such as 37.57";
    case FieldType::boolean:
      return "1 (yes) or 2 (no)";
    case FieldType::choice:
    case FieldType::class_name:
      return "a number from 1 to " + std::to_string(rule.words->terms.size()) +
             ", or the beginning of a word of the list";
    case FieldType::url:
      return "an address";
    case FieldType::sha256:
      return "a SHA-256 in hex";
    case FieldType::long_text:
      return "a text of any length";
    case FieldType::text:
      break;
  }
  if (rule.words == nullptr) return "a text in any language, on one line";
  return "a number from 1 to " + std::to_string(rule.words->terms.size()) +
         ", or words of your own";
}

std::string shown(const Json& value) {
  if (value.is_string()) return printable(value.get_ref<const std::string&>());
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (!value.is_object()) return dump_json(value);
  std::string text = value.value("date", "");
  if (const std::string type = value.value("type", ""); type != "exact") text += " (" + type + ")";
  return printable(text);
}

std::string as_line(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (printable(text) != text) return "";
    return sign_of(text) == Sign::none ? text : " " + text;
  }
  if (!value.is_object()) return shown(value);
  const std::string date = value.value("date", "");
  return value.value("type", "") == "estimate" ? "about " + date : date;
}

}  // namespace depone::cli
