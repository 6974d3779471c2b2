#include "store/evidence/schema.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/dialogue.h"
#include "cli/monitor/commands.h"
#include "cli/output.h"
#include "store/evidence/evidence.h"

namespace depone::cli {

namespace {

constexpr std::string_view kAttachment = "attachments.#.";
constexpr std::size_t kPathColumns = 34;

std::string type_of(const FieldRule& rule) {
  switch (rule.type) {
    case FieldType::text:
      return rule.words != nullptr ? "text; or one of" : "text";
    case FieldType::long_text:
      return "long text";
    case FieldType::boolean:
      return "true or false";
    case FieldType::integer:
      return "whole number";
    case FieldType::number:
      return "number";
    case FieldType::date:
      return "date";
    case FieldType::choice:
    case FieldType::class_name:
      return "one of";
    case FieldType::url:
      return "address";
    case FieldType::sha256:
      return "SHA-256";
  }
  return "";
}

void print_lines(std::ostream& out, const std::string& text, std::size_t columns) {
  for (const std::string& line : wrapped(text, columns)) out << line << '\n';
}

void print_rule(Context& context, const FieldRule& rule, std::size_t columns) {
  const std::string path = std::string(rule.pattern) + (rule.needed ? " *" : "");
  const bool codes = rule.words != nullptr && !rule.words->thesaurus.empty();
  context.out << padded_to(path, std::max(kPathColumns, columns_of(path) + 1)) << type_of(rule)
              << (codes ? " (" + std::string(rule.words->thesaurus) + ")" : "")
              << (is_protected(rule.pattern) ? ", protected" : "") << '\n';
  print_lines(
      context.out,
      "    " + std::string(rule.label) + (rule.help.empty() ? "" : ". " + std::string(rule.help)),
      columns);
  if (rule.words == nullptr) return;
  for (const Term& term : rule.words->terms) {
    std::string line = "      " + std::string(term.value);
    if (!term.code.empty()) line += "  [" + std::string(term.code) + "]";
    if (!term.label.empty()) line += "  (" + std::string(term.label) + ")";
    print_lines(context.out, line, columns);
  }
}

std::string_view top_of(std::string_view pattern) { return pattern.substr(0, pattern.find('.')); }

void print_kind(Context& context, std::string_view kind) {
  const std::size_t columns = context.out_is_terminal ? terminal_columns() - 1 : 100;
  const bool attachment = kind == "attachment";
  print_lines(context.out,
              attachment ? "What a record says of each of its attachments. Name, type, size and "
                           "SHA-256 are set by depone attach."
                         : "Fields of " + std::string(kind == "incident" ? "an " : "a ") +
                               std::string(kind) +
                               ". * needed for a record to be complete; # an index: 0, 1, 2 …",
              columns);
  print_lines(context.out,
              "A date is 2026-11-24, 2026-11 or 2026, or {\"date\": \"2026-11\", \"type\": TYPE} "
              "with one of these types (HURIDOCS 48):",
              columns);
  for (const Term& term : date_types().terms) {
    context.out << "      " << term.value;
    if (!term.code.empty()) context.out << "  [" << term.code << ']';
    context.out << '\n';
  }
  std::string_view top;
  for (const FieldRule& rule : field_rules(attachment ? "incident" : kind)) {
    if (rule.pattern.starts_with(kAttachment) != attachment) continue;
    if (top_of(rule.pattern) != top) context.out << '\n';
    top = top_of(rule.pattern);
    print_rule(context, rule, columns);
  }
}

int print_schema(Context& context, const std::string& kind) {
  if (context.json) {
    print_json(context, json_schema(kind));
    return 0;
  }
  if (!kind.empty()) {
    print_kind(context, kind);
    return 0;
  }
  for (const char* each : {"testimony", "incident", "attachment"}) {
    if (std::string_view(each) != "testimony") context.out << "\n\n";
    print_kind(context, each);
  }
  return 0;
}

}  // namespace

Runner install_schema(CLI::App& app, Context& context) {
  auto kind = std::make_shared<std::string>();
  app.add_option("kind", *kind, "testimony, incident or attachment; without it, all three")
      ->check(CLI::IsMember({"testimony", "incident", "attachment"}))
      ->type_name("testimony|incident|attachment");
  return [&context, kind] { return print_schema(context, *kind); };
}

}  // namespace depone::cli
