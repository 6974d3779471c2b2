#include "sync/relay/backup_manifest.h"

#include <algorithm>

#include "crypto/error.h"
#include "crypto/hash.h"
#include "crypto/json.h"

namespace depone::relay {

namespace {

constexpr std::string_view kFormat = "depone/relay-backup/1";
constexpr std::size_t kMaxFiles = 10'000;
constexpr std::size_t kMaxMissing = 800'000;

bool stays_below(std::string_view path) {
  const auto parts = split(path, '/');
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return !part.empty() && part != "." && part != ".." && part.find('\0') == std::string::npos;
  });
}

}  // namespace

std::string BackupManifest::json() const {
  Json json = {{"format", kFormat},  {"made", made.text()},   {"origin", origin},
               {"entries", entries}, {"bundles", bundles},    {"bytes", bytes},
               {"missing", missing}, {"files", Json::array()}};
  for (const BackupFile& file : files)
    json["files"].push_back({{"path", file.path}, {"size", file.size}, {"sha256", file.sha256}});
  return dump_json(json) + "\n";
}

BackupManifest BackupManifest::parse(std::string_view text) {
  const Json json = parse_json(text, kBackupManifest);
  JsonObject(json, kBackupManifest, {"format"}, UnknownKeys::ignore).format(kFormat);
  const JsonObject object(
      json, kBackupManifest,
      {"format", "made", "origin", "entries", "bundles", "bytes", "missing", "files"});
  BackupManifest out;
  const auto made = Time::parse(object.string("made"));
  if (!made) object.fail("made", "a time");
  out.made = *made;
  out.origin = object.string("origin");
  out.entries = object.integer("entries");
  out.bundles = object.integer("bundles");
  out.bytes = object.integer("bytes");
  for (const Json& item : object.array("missing", kMaxMissing)) {
    if (!item.is_string() || !sha256_from_hex(item.get<std::string>()))
      object.fail("missing", "a list of SHA-256 in hex");
    out.missing.push_back(item.get<std::string>());
  }
  for (const Json& item : object.array("files", kMaxFiles)) {
    const JsonObject entry(item, kBackupManifest, {"path", "size", "sha256"});
    BackupFile file{entry.string("path"), entry.integer("size"), entry.string("sha256")};
    if (!stays_below(file.path)) entry.fail("path", "a path below the backup");
    if (!sha256_from_hex(file.sha256)) entry.fail("sha256", "a SHA-256 in hex");
    out.files.push_back(std::move(file));
  }
  return out;
}

BackupManifest BackupManifest::read(const fs::path& backup) {
  const fs::path path = backup / kBackupManifest;
  try {
    return parse(read_text(path, kMaxJson));
  } catch (const Error& error) {
    if (error.code() == Code::not_found) {
      throw Error(Code::not_found, "there is no backup of a relay here; nothing was restored",
                  backup.string());
    }
    if (error.code() != Code::malformed && error.code() != Code::unsupported) throw;
    throw Error(error.code(),
                "the backup's list of what is in it can't be used: " + error.message() +
                    "; nothing was restored. Take another backup",
                path.string());
  }
}

}  // namespace depone::relay
