#include "tests/fault/content.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "crypto/hash.h"
#include "crypto/io.h"
#include "store/check.h"
#include "store/records/attachments.h"
#include "store/records/custody.h"
#include "store/records/records.h"

namespace depone::testing {

namespace {

bool is_content_hash(std::string_view path) {
  return path.starts_with("attachments.") && path.ends_with(".sha256");
}

std::string content_line(Vault& vault, const std::string& hash) {
  const auto content = open_content(vault, hash);
  Sha256Hasher hasher;
  std::vector<std::uint8_t> buffer(64u << 10);
  while (const std::size_t got = content->read(buffer)) hasher.update(ByteView(buffer).first(got));
  return "  content " + hex(hasher.finish()) + "\n";
}

}  // namespace

std::string record_content(Vault& vault, const std::string& id) {
  const RecordView record = get_record(vault, id);
  std::string text = record.summary.kind + " " + record.summary.state + ", heads " +
                     std::to_string(record.heads.size()) + ", revisions " +
                     std::to_string(revisions_of(vault, id).size()) + "\n";
  for (const auto& [path, value] : record.content.fields()) {
    if (path == "created") continue;
    text += "  " + path + " " + value.dump() + "\n";
    if (is_content_hash(path)) text += content_line(vault, value.get<std::string>());
  }
  for (const auto& chain : custody_of(vault, id)) {
    text += "  custody";
    for (const CustodyEvent& event : chain) text += " " + event.action;
    text += "\n";
  }
  return text;
}

std::string content_of(Vault& vault) {
  std::vector<std::string> records;
  for (const RecordSummary& record : list_records(vault, {}))
    records.push_back(record_content(vault, record.id));
  std::sort(records.begin(), records.end());
  std::string all;
  for (const std::string& record : records) all += record;
  return all;
}

std::string sound_content(const fs::path& dir, std::string_view passphrase) {
  Vault vault = Vault::open(dir, as_bytes(passphrase));
  const CheckReport report = check_vault(vault, {});
  CHECK(report.damage == std::vector<std::string>{});
  CHECK(report.warnings == std::vector<std::string>{});
  return content_of(vault);
}

}  // namespace depone::testing
