#include "sync/remote/roster_files.h"

#include "crypto/error.h"
#include "sync/remote/hostile_dir.h"

namespace depone {

namespace {

constexpr std::size_t kMaxHead = 4u << 20;
constexpr std::size_t kMaxMembers = 256u << 20;
constexpr std::size_t kMaxKeyFile = 4096;

std::string text_of(const HostileDir& dir, const std::string& name, std::size_t limit) {
  return std::string(as_text(dir.need(name, limit)));
}

}  // namespace

Roster read_roster_files(const fs::path& path, const minisign::PublicKey& authority) {
  const HostileDir dir(path.parent_path());
  const std::string name = path.filename().string();
  const std::string head = text_of(dir, name, kMaxHead);
  const std::string minisig = text_of(dir, name + ".minisig", minisign::kMaxSignatureSize);
  const std::string members = text_of(dir, "members.jsonl", kMaxMembers);
  try {
    open_roster(head, minisig, authority);
  } catch (const Error& error) {
    throw error.in(path.string());
  }
  try {
    return Roster::check_all(head, minisig, authority, members);
  } catch (const Error& error) {
    throw error.in(dir.path("members.jsonl").string());
  }
}

minisign::PublicKey claimed_authority(const fs::path& path) {
  const HostileDir dir(path.parent_path());
  try {
    return RosterHead::parse(text_of(dir, path.filename().string(), kMaxHead)).authority;
  } catch (const Error& error) {
    if (error.code() == Code::not_found || error.code() == Code::refused) throw;
    throw error.in(path.string());
  }
}

void check_roster_copies(const fs::path& audit, const std::vector<RosterEntry>& entries,
                         Checks& checks) {
  const HostileDir dir(audit);
  if (!dir.has_directory("rosters")) return;
  for (const RosterEntry& entry : entries) {
    const std::string head = "rosters/" + std::to_string(entry.version) + ".json";
    const auto copy = dir.read(head, kMaxHead);
    if (!copy || sha256(*copy) != entry.digests.sha256) {
      checks.fail("rosters", copy ? head + " is not the roster that the log has" : head + " is missing");
    }
    const auto minisig = dir.read(head + ".minisig", minisign::kMaxSignatureSize);
    if (!minisig || as_text(*minisig) != entry.minisig) {
      checks.fail("rosters", head + (minisig ? ".minisig is not the signature that the log has"
                                             : ".minisig is missing"));
    }
  }
}

minisign::PublicKey read_authority(const std::string& key_or_file) {
  if (const auto key = minisign::PublicKey::parse(key_or_file)) return *key;
  if (key_or_file.size() == 56 && key_or_file.starts_with("RW")) {
    throw Error(Code::usage, "this is not a valid public key: a character of it is wrong",
                key_or_file);
  }
  const std::string text = read_text(key_or_file, kMaxKeyFile, true);
  try {
    return minisign::parse_public_key_file(text);
  } catch (const Error& error) {
    throw Error(Code::usage, "this file is not a minisign public key: " + error.message(),
                key_or_file);
  }
}

}  // namespace depone
