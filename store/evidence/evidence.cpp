#include "store/evidence/evidence.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "crypto/error.h"
#include "crypto/hash.h"
#include "store/evidence/rules.h"

namespace depone {

namespace {

struct Schema {
  explicit Schema(std::vector<FieldRule> own) : rules(std::move(own)) {
    for (FieldRule& rule : common_rules()) rules.push_back(std::move(rule));
    for (const FieldRule& rule : rules) by_pattern.emplace(rule.pattern, &rule);
  }
  std::vector<FieldRule> rules;
  std::unordered_map<std::string_view, const FieldRule*> by_pattern;
};

const Schema* schema_of(std::string_view kind) {
  static const Schema testimony(testimony_rules());
  static const Schema incident(incident_rules());
  if (kind == "testimony") return &testimony;
  if (kind == "incident") return &incident;
  return nullptr;
}

const Schema& schema_or_throw(std::string_view kind) {
  if (const Schema* schema = schema_of(kind)) return *schema;
  throw Error(Code::invalid, "there is no such kind of record: it is testimony or incident",
              std::string(kind));
}

bool is_index(std::string_view segment) {
  return !segment.empty() &&
         std::all_of(segment.begin(), segment.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The path with # for every index, and a passage of a long text as the text.
std::string pattern_of(std::string_view path) {
  if (const std::size_t dot = path.rfind('.'); dot != std::string_view::npos &&
                                               is_index(path.substr(dot + 1)) &&
                                               is_long_text(path.substr(0, dot))) {
    path = path.substr(0, dot);
  }
  std::string pattern;
  for (const std::string_view segment : split(path, '.')) {
    if (!pattern.empty()) pattern += '.';
    if (is_index(segment))
      pattern += '#';
    else
      pattern += segment;
  }
  return pattern;
}

std::string listed(const Vocabulary& words) {
  std::string text;
  for (const Term& term : words.terms) text += (text.empty() ? "" : ", ") + std::string(term.value);
  return text;
}

[[noreturn]] void wrong(std::string_view path, const std::string& expected) {
  throw Error(Code::invalid, "this field must be " + expected + "; nothing was saved",
              std::string(path));
}

const std::string& text_of(std::string_view path, const Json& value) {
  if (!value.is_string()) wrong(path, "text (in quotes where it looks like a number)");
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > kMaxFieldText) wrong(path, "text of at most 1 MiB");
  return text;
}

void check_date(std::string_view path, const Json& value) {
  if (is_date(value)) return;
  wrong(path,
        "a date that exists: 2026-11-24, 2026-11 or 2026, or {\"date\": \"2026-11-24\", "
        "\"type\": \"exact\"}; types: " +
            listed(date_types()));
}

void check_number(std::string_view path, const Json& value) {
  if (!value.is_number() || !std::isfinite(value.get<double>())) wrong(path, "a number");
  const double bound = path == "place.latitude" ? 90 : path == "place.longitude" ? 180 : INFINITY;
  if (std::abs(value.get<double>()) > bound) wrong(path, "a number of degrees");
}

void check_value(const FieldRule& rule, std::string_view path, const Json& value) {
  switch (rule.type) {
    case FieldType::text:
    case FieldType::long_text:
    case FieldType::url:
      text_of(path, value);
      return;
    case FieldType::boolean:
      if (!value.is_boolean()) wrong(path, "true or false");
      return;
    case FieldType::integer:
      if (!value.is_number_integer() || value.get<double>() < 0) wrong(path, "a whole number");
      return;
    case FieldType::number:
      check_number(path, value);
      return;
    case FieldType::date:
      check_date(path, value);
      return;
    case FieldType::sha256:
      if (!sha256_from_hex(text_of(path, value))) wrong(path, "a SHA-256 in hex");
      return;
    case FieldType::choice:
    case FieldType::class_name:
      if (!rule.words->has(text_of(path, value))) wrong(path, "one of: " + listed(*rule.words));
      return;
  }
}

void check_bounds(const FieldMap& fields) {
  if (fields.size() > kMaxFields) {
    throw Error(Code::invalid,
                "a record may have at most 20,000 fields and passages; nothing was saved");
  }
  std::size_t size = 0;
  for (const auto& [path, value] : fields) {
    if (value.is_string()) size += value.get_ref<const std::string&>().size();
  }
  if (size > kMaxRecordText) {
    throw Error(Code::invalid,
                "the texts of a record may be at most 16 MiB together; nothing was saved");
  }
}

// Whether a field of this pattern without indexes is there: itself, or a passage of it.
bool has_field(const FieldMap& fields, std::string_view pattern) {
  const auto at = fields.lower_bound(pattern);
  if (at == fields.end()) return false;
  const std::string_view path = at->first;
  return path == pattern ||
         (path.starts_with(pattern) && path[pattern.size()] == '.' && is_long_text(pattern));
}

}  // namespace

bool is_kind(std::string_view kind) { return schema_of(kind) != nullptr; }

const std::vector<FieldRule>& field_rules(std::string_view kind) {
  return schema_or_throw(kind).rules;
}

const FieldRule* rule_of(std::string_view kind, std::string_view path) {
  const Schema* schema = schema_of(kind);
  if (schema == nullptr) return nullptr;
  const auto found = schema->by_pattern.find(pattern_of(path));
  return found == schema->by_pattern.end() ? nullptr : found->second;
}

bool is_protected(std::string_view path) { return path.starts_with("source.identity"); }

void check_field(std::string_view kind, std::string_view path, const Json& value) {
  const FieldRule* rule = rule_of(kind, path);
  if (rule == nullptr) {
    throw Error(Code::invalid,
                "this is no field of " +
                    std::string(kind == "incident" ? "an incident" : "a testimony") +
                    "; nothing was saved",
                std::string(path));
  }
  check_value(*rule, path, value);
}

void check_fields(std::string_view kind, const FieldMap& fields, const FieldMap* known) {
  schema_or_throw(kind);
  check_bounds(fields);
  for (const auto& [path, value] : fields) {
    if (known != nullptr) {
      const auto same = known->find(path);
      if (same != known->end() && same->second == value) continue;
    }
    check_field(kind, path, value);
  }
  if (fields.contains("findings.consistency") && !fields.contains("findings.clinician")) {
    throw Error(Code::invalid,
                "a finding on consistency needs the clinician who made it; nothing was saved",
                "findings.clinician");
  }
}

std::vector<std::string> missing_fields(std::string_view kind, const FieldMap& fields) {
  std::vector<std::string> missing;
  for (const FieldRule& rule : schema_or_throw(kind).rules) {
    if (rule.needed && !has_field(fields, rule.pattern)) missing.emplace_back(rule.pattern);
  }
  if (const auto status = fields.find("consent.status"); status != fields.end() &&
                                                         status->second == "not asked" &&
                                                         !fields.contains("consent.reason")) {
    missing.emplace_back("consent.reason");
  }
  return missing;
}

std::string record_date(std::string_view kind, const FieldMap& fields) {
  const auto found = fields.find(kind == "testimony" ? "interview.date" : "dates.initial");
  if (found == fields.end() || !is_date(found->second)) return "";
  return found->second.at("date").get<std::string>();
}

}  // namespace depone
