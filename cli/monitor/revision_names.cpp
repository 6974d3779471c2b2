#include "cli/monitor/revision_names.h"

namespace depone::cli {

namespace {

constexpr std::size_t kShort = 12;

}  // namespace

std::string short_id(const std::string& id) { return id.substr(0, kShort); }

std::string author_text(const Author& author) {
  if (author.member.empty()) return author.own ? "you" : "a key that the roster here does not name";
  std::string text = author.member;
  if (!author.name.empty() && author.name != author.member) text += " \"" + author.name + "\"";
  return printable(text) + (author.own ? " (you)" : "");
}

void print_revision_line(Context& context, const HistoryEntry& entry) {
  context.out << short_id(entry.revision) << "  "
              << (entry.time ? entry.time->text() : "time not known") << "  "
              << author_text(entry.author);
  if (!entry.action.empty()) context.out << "  " << entry.action;
  if (entry.parents.size() > 1) context.out << "  ends a conflict";
  if (entry.newest) context.out << "  newest";
  context.out << '\n';
}

Json author_json(const Author& author) {
  return {{"key", author.key},
          {"member", author.member.empty() ? Json(nullptr) : Json(author.member)},
          {"name", author.name.empty() ? Json(nullptr) : Json(author.name)},
          {"own", author.own}};
}

}  // namespace depone::cli
