#include "store/records/lines.h"

#include <string_view>

namespace depone {

namespace {

// Which records name a content: discard_record() asks.
void note_content(Database& db, std::int64_t record, const Line& line) {
  if (!line.path.starts_with("attachments.") || !line.path.ends_with(".sha256") ||
      !line.value.is_string()) {
    return;
  }
  db.cached("INSERT OR IGNORE INTO record_contents(sha256, record) VALUES (?, ?)")
      .with(line.value.get_ref<const std::string&>(), record)
      .run();
}

void insert_text(Database& db, std::int64_t record, const std::string& text) {
  if (text.empty()) return;
  db.cached("INSERT INTO lines(record, text) VALUES (?, ?)").with(record, text).run();
}

}  // namespace

void each_held_line(Vault& vault, std::int64_t record, const TakeLine& take) {
  Statement& rows = vault.db().cached("SELECT text FROM lines WHERE record = ?").with(record);
  try {
    while (rows.step()) {
      const std::string text = rows.text(0);
      for (std::string_view rest = text; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        take(sha256(line), line);
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      }
    }
  } catch (...) {
    rows.reset();  // else the database is left being read
    throw;
  }
  rows.reset();
}

std::map<Sha256, std::string> held_lines(Vault& vault, std::int64_t record) {
  std::map<Sha256, std::string> lines;
  each_held_line(vault, record, [&](const Sha256& commitment, std::string_view line) {
    lines.emplace(commitment, line);
  });
  return lines;
}

std::set<Sha256> held_commitments(Vault& vault, std::int64_t record) {
  std::set<Sha256> held;
  each_held_line(vault, record,
                 [&](const Sha256& commitment, std::string_view) { held.insert(commitment); });
  return held;
}

void insert_first_lines(Vault& vault, std::int64_t record, std::span<const Line> lines) {
  insert_text(vault.db(), record, lines_file(lines));
  for (const Line& line : lines) note_content(vault.db(), record, line);
}

void insert_lines(Vault& vault, std::int64_t record, std::span<const Line> lines,
                  std::set<Sha256>& held) {
  std::string text;
  for (const Line& line : lines) {
    if (held.insert(line.commitment()).second) text += line.text + "\n";
    note_content(vault.db(), record, line);
  }
  insert_text(vault.db(), record, text);
}

}  // namespace depone
