#include "store/backup_format.h"

#include <set>

#include "crypto/error.h"
#include "crypto/json.h"
#include "store/file.h"

namespace depone {

namespace {

constexpr std::string_view kFormat = "depone/backup/1";
constexpr std::size_t kMaxFiles = 4u << 20;

[[noreturn]] void malformed(const std::string& why) {
  throw Error(Code::malformed, "this is no backup of a vault: " + why + "; nothing was restored");
}

bool known_file(std::string_view path) {
  return path == "vault.json" || path == "vault.db" || path == "vault.db-wal";
}

bool known_directory(std::string_view path) { return path == "attachments" || path == "outbox"; }

}  // namespace

BackupPlace backup_place(std::string_view member) {
  const auto parts = split(member, '/');
  const std::size_t names = known_file(parts[0]) ? 1 : 2;
  const bool named =
      names == 1 || (parts.size() >= 2 && known_directory(parts[0]) && is_random_name(parts[1]));
  if (!named || parts.size() > names + 1) malformed("it holds something that is none of a vault's");
  BackupPlace place{std::string(parts[0]), 0};
  if (names == 2) place.path.append("/").append(parts[1]);
  if (parts.size() == names + 1) {
    const auto offset = from_decimal(parts[names], 1ull << 60);
    if (!offset) malformed("a part of a file has no offset");
    place.offset = *offset;
  }
  return place;
}

std::string BackupManifest::file() const {
  Json json;
  json["format"] = kFormat;
  json["vault"] = vault;
  json["made"] = made.text();
  json["files"] = Json::array();
  for (const BackupFile& file : files) {
    json["files"].push_back({{"path", file.path}, {"size", file.size}});
  }
  return dump_json(json);
}

BackupManifest BackupManifest::parse(std::string_view text) {
  const Json json = parse_json(text, kBackupManifest, kMaxBackupManifest);
  JsonObject(json, "backup.json", {"format"}, UnknownKeys::ignore).format(kFormat);
  const JsonObject object(json, "backup.json", {"format", "vault", "made", "files"});
  BackupManifest manifest;
  manifest.vault = object.string("vault", 32);
  const auto made = Time::parse(object.string("made"));
  if (!made) object.fail("made", "a time");
  manifest.made = *made;
  std::set<std::string> seen;
  std::string before;
  std::uint64_t end = 0;
  for (const Json& item : object.array("files", kMaxFiles)) {
    const JsonObject entry(item, "backup.json", {"path", "size"});
    BackupFile file{entry.string("path"), entry.integer("size")};
    const BackupPlace place = backup_place(file.path);
    // The end of a part is where the next one begins; a file that is not in parts begins at 0.
    const bool goes_on = place.path == before && place.offset == end && end > 0;
    if (!goes_on && (place.offset != 0 || !seen.insert(place.path).second)) {
      malformed("a file is in it twice or with a gap");
    }
    before = place.path;
    end = place.offset + file.size;
    manifest.files.push_back(std::move(file));
  }
  if (!seen.contains("vault.json") || !seen.contains("vault.db"))
    malformed("the vault's own files are missing");
  return manifest;
}

std::string backup_sums(const std::vector<BackupSum>& sums) {
  std::string text;
  for (const BackupSum& sum : sums) text += hex(sum.sha256) + "  " + sum.path + "\n";
  return text;
}

}  // namespace depone
