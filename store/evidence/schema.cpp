#include "store/evidence/schema.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "crypto/error.h"
#include "store/evidence/evidence.h"

namespace depone {

namespace {

constexpr std::string_view kDialect = "https://json-schema.org/draft/2020-12/schema";
constexpr std::int64_t kMaxInteger = (std::int64_t{1} << 53) - 1;

// Dates that exist, leap years too.
constexpr std::string_view kDate =
    "(?!0000)(?:[0-9]{4}(?:-(?:0[13578]|1[02])(?:-(?:0[1-9]|[12][0-9]|3[01]))?"
    "|-(?:0[469]|11)(?:-(?:0[1-9]|[12][0-9]|30))?|-02(?:-(?:0[1-9]|1[0-9]|2[0-8]))?)?"
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)";
// As people write them (parse_written_date).
constexpr std::string_view kRemark =
    "(?:\\([^)]*\\)|approximately |about |around |circa |ca\\. |c\\. |est\\. |~)?";

// The paths of the table as a tree: `name` is a segment, "#" for an index.
struct Node {
  std::string_view name;
  const FieldRule* rule = nullptr;
  std::vector<std::unique_ptr<Node>> below = {};

  Node& child(std::string_view segment) {
    const auto found = std::find_if(below.begin(), below.end(),
                                    [&](const auto& node) { return node->name == segment; });
    if (found != below.end()) return **found;
    below.push_back(std::make_unique<Node>(Node{segment}));
    return *below.back();
  }
};

Node tree_of(std::string_view kind) {
  Node root;
  for (const FieldRule& rule : field_rules(kind)) {
    Node* at = &root;
    for (const std::string_view segment : split(rule.pattern, '.')) at = &at->child(segment);
    at->rule = &rule;
  }
  return root;
}

Json reference(std::string_view name) { return {{"$ref", "#/$defs/" + std::string(name)}}; }

Json terms_of(const Vocabulary& words) {
  Json terms = Json::array();
  for (const Term& term : words.terms) {
    Json json{{"value", term.value}};
    if (!term.label.empty()) json["label"] = term.label;
    if (!term.code.empty()) json["code"] = term.code;
    terms.push_back(std::move(json));
  }
  return terms;
}

Json number_of(std::string_view pattern) {
  Json json{{"type", {"number", "null"}}};
  const int bound = pattern == "place.latitude" ? 90 : pattern == "place.longitude" ? 180 : 0;
  if (bound != 0) json.update(Json{{"minimum", -bound}, {"maximum", bound}});
  return json;
}

Json type_of(const FieldRule& rule) {
  switch (rule.type) {
    case FieldType::text:
    case FieldType::url:
      return reference("text");
    case FieldType::long_text:
      return reference("long_text");
    case FieldType::date:
      return reference("date");
    case FieldType::boolean:
      return {{"type", {"boolean", "null"}}};
    case FieldType::integer:
      return {{"type", {"integer", "null"}}, {"minimum", 0}, {"maximum", kMaxInteger}};
    case FieldType::number:
      return number_of(rule.pattern);
    case FieldType::sha256:
      return {{"type", {"string", "null"}}, {"pattern", "^[0-9a-f]{64}$"}};
    case FieldType::choice:
    case FieldType::class_name: {
      Json choices = Json::array();
      for (const Term& term : rule.words->terms) choices.push_back(term.value);
      choices.push_back("");
      choices.push_back(nullptr);
      return {{"enum", std::move(choices)}};
    }
  }
  return true;
}

Json value_schema(const FieldRule& rule) {
  Json json = type_of(rule);
  json["title"] = rule.label;
  if (!rule.help.empty()) json["description"] = rule.help;
  if (rule.needed) json["x-needed"] = true;
  if (is_protected(rule.pattern)) json["x-protected"] = true;
  if (rule.words != nullptr) {
    json[rule.words->open ? "x-suggestions" : "x-terms"] = terms_of(*rule.words);
    if (!rule.words->thesaurus.empty()) json["x-thesaurus"] = rule.words->thesaurus;
  }
  return json;
}

Json schema_of(const Node& node);

// An object of just a text `date` and a `type` is read as a date, wherever it stands.
bool could_look_like_a_date(const Json& properties) {
  return properties.contains("date") && properties.contains("type");
}

Json object_schema(const Node& node) {
  Json properties = Json::object();
  for (const auto& child : node.below) {
    if (child->name != "#") properties[std::string(child->name)] = schema_of(*child);
  }
  Json json{{"type", {"object", "null"}}, {"additionalProperties", false}};
  if (could_look_like_a_date(properties)) {
    json["not"] = {{"required", {"date", "type"}},
                   {"maxProperties", 2},
                   {"properties", {{"date", {{"type", {"string", "null"}}}}}}};
  }
  json["properties"] = std::move(properties);
  return json;
}

Json array_schema(const Node& element) {
  return {{"type", {"array", "null"}}, {"maxItems", kMaxFields}, {"items", schema_of(element)}};
}

Json schema_of(const Node& node) {
  std::vector<Json> ways;
  if (node.rule != nullptr) ways.push_back(value_schema(*node.rule));
  bool names = false;
  for (const auto& child : node.below) {
    if (child->name == "#") ways.push_back(array_schema(*child));
    names = names || child->name != "#";
  }
  if (names) ways.push_back(object_schema(node));
  if (ways.size() == 1) return std::move(ways.front());
  Json any = Json::array();
  for (Json& way : ways) any.push_back(std::move(way));
  return {{"anyOf", std::move(any)}};
}

// A finding needs the one who made it.
Json finding_rule() {
  const auto has = [](const char* name) {
    return Json{{"required", Json::array({name})},
                {"properties", {{name, {{"type", "string"}, {"minLength", 1}}}}}};
  };
  return {{"if", has("consistency")}, {"then", has("clinician")}};
}

Json record_schema(std::string_view kind) {
  Json json = object_schema(tree_of(kind));
  json["type"] = "object";
  // Set by the program, and by `attach`.
  json["properties"].erase("created");
  json["properties"].erase("attachments");
  if (json["properties"].contains("findings"))
    json["properties"]["findings"].update(finding_rule());
  return json;
}

Json definitions() {
  Json types = Json::array();
  for (const Term& term : date_types().terms) types.push_back(term.value);
  const Json date{{"type", "object"},
                  {"required", {"date", "type"}},
                  {"additionalProperties", false},
                  {"properties",
                   {{"date", {{"type", "string"}, {"pattern", "^" + std::string(kDate) + "$"}}},
                    {"type", {{"enum", types}}}}}};
  const Json written{
      {"type", "string"},
      {"pattern", "^[ \\t]*" + std::string(kRemark) + "[ \\t]*" + std::string(kDate) + "[ \\t]*$"}};
  const auto text = [](std::size_t length) {
    return Json{{"type", {"string", "null"}}, {"maxLength", length}, {"pattern", "^[^\\u0000]*$"}};
  };
  return {{"text", text(kMaxFieldText)},
          {"long_text", text(kMaxRecordText)},
          {"date", {{"anyOf", {date, written, {{"enum", {"", nullptr, Json::object()}}}}}}}};
}

std::string article(std::string_view kind) {
  return (kind == "incident" ? "An " : "A ") + std::string(kind);
}

}  // namespace

Json json_schema(std::string_view kind) {
  Json json{{"$schema", kDialect}};
  if (kind.empty()) {
    json["title"] = "A record of Depone";
    json["anyOf"] = {reference("testimony"), reference("incident")};
    json["$defs"] = definitions();
    json["$defs"]["testimony"] = record_schema("testimony");
    json["$defs"]["incident"] = record_schema("incident");
    return json;
  }
  json["title"] = article(kind) + " of Depone";
  if (kind == "attachment") {
    json.update(object_schema(tree_of("incident").child("attachments").child("#")));
    json["type"] = "object";
  } else {
    json.update(record_schema(kind));
  }
  json["$defs"] = definitions();
  return json;
}

}  // namespace depone
