#include "store/export/page.h"

#include <algorithm>

#include "crypto/html.h"
#include "store/evidence/evidence.h"

namespace depone {

namespace {

struct Entry {
  std::string path;
  std::string label;
  std::string text;
  bool is_long = false;
};

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) return dump_json(value);
  std::string text = value.value("date", "");
  if (const std::string type = value.value("type", ""); type != "exact") text += " (" + type + ")";
  return text;
}

std::string label_of(const std::string& kind, const std::string& path) {
  const FieldRule* const rule = rule_of(kind, path);
  return rule == nullptr ? path : std::string(rule->label);
}

// The fields but for title and attachments, long texts whole.
std::vector<Entry> entries_of(const ExportRecord& record, const FieldMap& fields) {
  std::vector<Entry> entries;
  for (const auto& [path, value] : fields) {
    if (path == "title" || path.starts_with("attachments.")) continue;
    const std::string whole = path.substr(0, path.rfind('.'));
    const bool is_long = whole != path && is_long_text(whole);
    if (is_long && !entries.empty() && entries.back().path == whole) {
      entries.back().text += "\n\n" + text_of(value);
      continue;
    }
    entries.push_back(
        {is_long ? whole : path, label_of(record.kind, path), text_of(value), is_long});
  }
  return entries;
}

std::string title_of(const FieldMap& fields) {
  const auto title = fields.find("title");
  return title == fields.end() ? "" : text_of(title->second);
}

// Control characters but for line breaks and tabs; what stands for them can be seen.
std::string visible(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if ((code < 0x20 && c != '\n' && c != '\t') || code == 0x7f)
      out += c == '\r' ? "" : "\uFFFD";
    else
      out += c;
  }
  return out;
}

// --- HTML

std::string html(std::string_view text) { return escape_html(visible(text)); }

// The browser finds each text's direction, and none reaches beyond its element.
std::string html_text(const Entry& entry) {
  if (!entry.is_long) return "<bdi>" + html(entry.text) + "</bdi>";
  std::string out;
  for (const std::string& passage : split_passages(entry.text))
    out += "<p dir=\"auto\">" + html(passage) + "</p>\n";
  return out;
}

// --- Markdown (CommonMark)

std::string markdown(std::string_view text) {
  constexpr std::string_view kAnywhere = "\\`*_[]<>#|~&!:$@";
  constexpr std::string_view kAtStart = "+-=.)(";
  std::string out;
  bool start = true;     // of a line
  bool numbers = false;  // digits since then
  for (const char c : visible(text)) {
    if (c == '\n') {
      out += "\n";
      start = true;
      numbers = false;
      continue;
    }
    if ((start && (c == ' ' || c == '\t'))) {
      out += "&nbsp;";  // else four of them make code of it
      continue;
    }
    const bool digit = c >= '0' && c <= '9';
    if (kAnywhere.find(c) != std::string_view::npos ||
        ((start || numbers) && kAtStart.find(c) != std::string_view::npos)) {
      out += '\\';
    }
    out += c;
    numbers = digit && (start || numbers);
    start = false;
  }
  return out;
}

// A text of several lines as one paragraph.
std::string markdown_lines(std::string_view text) {
  std::string out;
  std::string escaped = markdown(text);
  for (const char c : escaped) {
    if (c == '\n') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string html_page(const ExportRecord& record, const FieldMap& fields,
                      const std::vector<ExportedCopy>& copies, std::string_view member_class) {
  std::string page =
      "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>" +
      html(record.id) +
      "</title>\n<style>\n"
      "body { font: 1rem/1.5 sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }\n"
      "table { border-collapse: collapse; width: 100%; }\n"
      "th, td { text-align: start; vertical-align: top; padding: .4rem .6rem; "
      "border-bottom: 1px solid #ccc; overflow-wrap: anywhere; }\n"
      "th { width: 14rem; font-weight: 600; }\n"
      "th code { display: block; font-weight: normal; color: #666; }\n"
      "p { white-space: pre-wrap; margin: 0 0 .8rem; }\n"
      "bdi { white-space: pre-wrap; }\n"
      "@media print { body { margin: 0; } }\n"
      "</style>\n</head>\n<body>\n<h1 dir=\"auto\">" +
      html(title_of(fields)) + "</h1>\n<table>\n";
  const auto row = [&](const std::string& label, const std::string& path, const std::string& cell) {
    page += "<tr><th>" + html(label) + (path.empty() ? "" : "<code>" + html(path) + "</code>") +
            "</th><td>" + cell + "</td></tr>\n";
  };
  row("Record", "", html(record.id));
  row("Revision", "", html(record.revision));
  row("Kind", "", html(record.kind));
  row("Exported for", "", html(member_class));
  for (const Entry& entry : entries_of(record, fields))
    row(entry.label, entry.path, html_text(entry));
  page += "</table>\n";
  if (!copies.empty()) page += "<h2>Attachments</h2>\n<table>\n";
  for (const ExportedCopy& copy : copies) {
    std::string cell = copy.file.empty() ? "<bdi>" + html(copy.name) + "</bdi>"
                                         : "<a href=\"" + html(copy.file) + "\"><bdi>" +
                                               html(copy.name) + "</bdi></a>";
    cell += "<br>" + html(copy.done);
    if (!copy.file.empty()) cell += "<br>SHA-256 of the copy <code>" + copy.sha256 + "</code>";
    cell += "<br>SHA-256 of the original <code>" + html(copy.original) + "</code>";
    row(std::to_string(copy.number), "", cell);
  }
  if (!copies.empty()) page += "</table>\n";
  return page + "</body>\n</html>\n";
}

std::string markdown_page(const ExportRecord& record, const FieldMap& fields,
                          const std::vector<ExportedCopy>& copies, std::string_view member_class) {
  std::string title = title_of(fields);
  std::replace(title.begin(), title.end(), '\n', ' ');
  std::string page = "# " + markdown(title) + "\n\n";
  const auto item = [&](const std::string& label, const std::string& text,
                        const std::string& path = "") {
    page += "- **" + label + "**" + (path.empty() ? "" : " `" + path + "`") + ": " +
            markdown_lines(text) + "\n";
  };
  item("Record", record.id);
  item("Revision", record.revision);
  item("Kind", record.kind);
  item("Exported for", std::string(member_class));
  const std::vector<Entry> entries = entries_of(record, fields);
  for (const Entry& entry : entries) {
    std::string text = entry.text;  // in a list an empty line would end the item
    if (entry.is_long) continue;
    for (std::size_t at; (at = text.find("\n\n")) != std::string::npos;) text.erase(at, 1);
    item(entry.label, text, entry.path);
  }
  for (const Entry& entry : entries) {
    if (!entry.is_long) continue;
    page += "\n## " + entry.label + " `" + entry.path + "`\n";
    for (const std::string& passage : split_passages(entry.text))
      page += "\n" + markdown_lines(passage) + "\n";
  }
  if (!copies.empty()) page += "\n## Attachments\n\n";
  for (const ExportedCopy& copy : copies) {
    std::string name = copy.name;
    std::replace(name.begin(), name.end(), '\n', ' ');
    const std::string shown = markdown(name);
    page += "- " + std::to_string(copy.number) + ": " +
            (copy.file.empty() ? shown : "[" + shown + "](" + copy.file + ")") + ": " +
            markdown(copy.done) + "\n";
    if (!copy.file.empty()) page += "  SHA-256 of the copy `" + copy.sha256 + "`\n";
    page += "  SHA-256 of the original `" + copy.original + "`\n";
  }
  return page;
}

}  // namespace depone
