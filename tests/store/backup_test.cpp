#include "store/backup.h"

#include <catch2/generators/catch_generators.hpp>

#include "crypto/tar.h"
#include "store/backup_format.h"
#include "store/check.h"
#include "store/copy_lock.h"
#include "store/outbox.h"
#include "store/records/attachments.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kNow;
using testing::kPassphrase;
using testing::TempDir;
using testing::VaultFixture;

struct BackupFixture : VaultFixture {
  fs::path file = temp / "vault.backup";
  fs::path restored = temp / "restored";

  std::string attach(std::string_view content) {
    const Bytes bytes = to_bytes(content);
    MemorySource source(bytes);
    StagedContent staged = stage_content(vault, source);
    staged.keep(vault);
    const std::string sha256 = staged.content().sha256;
    staged.done();
    return sha256;
  }
  BackupReport back_up() { return depone::back_up(dir, as_bytes(kPassphrase), file, kNow); }
  RestoreReport restore() {
    return restore_backup(
        file, restored, kNow,
        [](const VaultHeader& header) { keys_with_passphrase(header, as_bytes(kPassphrase)); },
        [](const fs::path& at) { return Vault::open(at, as_bytes(kPassphrase)); });
  }
  Vault open_restored() {
    restore();
    return Vault::open(restored, as_bytes(kPassphrase));
  }
  // The archive's members.
  std::vector<std::pair<std::string, Bytes>> members() const {
    FileSource source(file);
    tar::Reader archive(source);
    std::vector<std::pair<std::string, Bytes>> found;
    while (const auto member = archive.next())
      found.emplace_back(member->path, read_all(archive, 64u << 20));
    return found;
  }
  void write(const std::vector<std::pair<std::string, Bytes>>& members) const {
    fs::remove(file);
    FileSink sink(file);
    tar::Writer archive(sink);
    for (const auto& [path, content] : members) archive.add(path, content);
    archive.end();
    sink.finish();
  }
  // Sums made anew, as somebody would who alters a backup on purpose.
  void write_with_sums(std::vector<std::pair<std::string, Bytes>> members) const {
    std::vector<BackupSum> sums;
    members.pop_back();
    for (const auto& [path, content] : members) sums.push_back({path, sha256(content)});
    members.emplace_back(std::string(kBackupSums), to_bytes(backup_sums(sums)));
    write(members);
  }
  void refused_as(Code code) {
    CHECK(code_of([&] { restore(); }) == code);
    CHECK_FALSE(fs::exists(restored));
    CHECK(names_in(temp.path()) == std::vector<std::string>{"vault", "vault.backup"});
  }
};

std::string count_of(Vault& vault, const std::string& table) {
  Statement row = vault.db().prepare("SELECT count(*) FROM " + table);
  row.step();
  return std::to_string(row.integer(0));
}

TEST_CASE_METHOD(BackupFixture, "What was in the vault is in the restored one", "[backup]") {
  bare_record();
  const std::string sha256 = attach("content of a file");
  vault.set_setting("some", "value");
  const BackupReport report = back_up();
  CHECK(report.missing.empty());
  CHECK(report.bytes == fs::file_size(file));
  Vault again = open_restored();
  CHECK(again.id() == vault.id());
  CHECK(again.setting("some") == "value");
  CHECK(count_of(again, "records") == "1");
  const auto content = open_content(again, sha256);
  CHECK(as_text(read_all(*content, 100)) == "content of a file");
}

TEST_CASE_METHOD(BackupFixture, "A backup of an open vault has what was committed and no more",
                 "[backup]") {
  vault.set_setting("some", "committed");
  back_up();
  vault.set_setting("some", "later");
  CHECK(open_restored().setting("some") == "committed");
}

TEST_CASE_METHOD(BackupFixture, "A backup in the shell is made without the passphrase",
                 "[backup]") {
  vault.set_setting("some", "value");
  depone::back_up(vault, file, kNow);
  CHECK(open_restored().setting("some") == "value");
}

TEST_CASE_METHOD(BackupFixture, "A restored vault numbers its bundles in a new chain", "[backup]") {
  back_up();
  Vault again = open_restored();
  CHECK(chain_position(again).chain != chain_position(vault).chain);
  CHECK(chain_position(again).sequence == 1);
  CHECK(again.setting("restored") == kNow.text());
}

TEST_CASE_METHOD(BackupFixture, "A wrong passphrase makes no backup and restores none",
                 "[backup]") {
  CHECK(code_of([&] { depone::back_up(dir, as_bytes("wrong"), file, kNow); }) == Code::wrong_key);
  CHECK_FALSE(fs::exists(file));
  back_up();
  CHECK(code_of([&] {
          restore_backup(
              file, restored, kNow,
              [](const VaultHeader& header) { keys_with_passphrase(header, as_bytes("wrong")); },
              [](const fs::path& at) { return Vault::open(at, as_bytes("wrong")); });
        }) == Code::wrong_key);
  CHECK_FALSE(fs::exists(restored));
}

TEST_CASE_METHOD(BackupFixture, "A backup is written over nothing, and restored over nothing",
                 "[backup]") {
  write_file(file, "mine");
  CHECK(code_of([&] { back_up(); }) == Code::refused);
  CHECK(read_text(file, 10) == "mine");
  fs::remove(file);
  back_up();
  fs::create_directory(restored);
  write_file(restored / "mine", "text");
  CHECK(code_of([&] { restore(); }) == Code::refused);
  CHECK(names_in(restored) == std::vector<std::string>{"mine"});
}

TEST_CASE_METHOD(BackupFixture, "What a backup may be reading is not swept away", "[backup]") {
  attach("content");
  const std::string name = names_in(vault.attachments_dir()).front();
  vault.db().execute("DELETE FROM attachments");
  {
    const FileLock copying(dir / kCopyLockName, 0, FileLock::Kind::shared);
    sweep_attachments(vault);
    CHECK(names_in(vault.attachments_dir()) == std::vector<std::string>{name});
  }
  sweep_attachments(vault);
  CHECK(names_in(vault.attachments_dir()).empty());
}

TEST_CASE_METHOD(BackupFixture, "A missing attachment is named and the rest is backed up",
                 "[backup]") {
  const std::string kept = attach("kept");
  const std::string name = names_in(vault.attachments_dir()).front();
  attach("lost");
  for (const std::string& other : names_in(vault.attachments_dir()))
    if (other != name) fs::remove(vault.attachments_dir() / other);
  CHECK(back_up().missing.size() == 1);
  Vault again = open_restored();
  CHECK(has_content(again, kept));
  CHECK(check_vault(again, {}).damage.size() == 1);
}

TEST_CASE_METHOD(BackupFixture, "A backup is a tar of the vault's files with their hashes",
                 "[backup]") {
  attach("content");
  const BackupReport report = back_up();
  const auto found = members();
  CHECK(found.size() == report.files + 2);
  CHECK(found.front().first == kBackupManifest);
  CHECK(found.at(1).first == "vault.json");
  CHECK(found.back().first == kBackupSums);
  std::vector<BackupSum> sums;
  for (const auto& [path, content] : found)
    if (path != kBackupSums) sums.push_back({path, sha256(content)});
  CHECK(as_text(found.back().second) == backup_sums(sums));
}

TEST_CASE_METHOD(BackupFixture, "A flipped byte anywhere in a backup is noticed", "[backup]") {
  attach("content");
  back_up();
  const std::size_t size = fs::file_size(file);
  for (std::size_t at = 300; at < size; at += size / 23) {
    testing::flip_byte(file, at);
    CHECK_THROWS_AS(restore(), Error);
    CHECK_FALSE(fs::exists(restored));
    testing::flip_byte(file, at);
  }
  CHECK_NOTHROW(restore());
}

TEST_CASE_METHOD(BackupFixture, "A backup that was cut short is refused", "[backup]") {
  back_up();
  fs::resize_file(file, fs::file_size(file) - 512);
  refused_as(Code::malformed);
}

TEST_CASE_METHOD(BackupFixture,
                 "A backup that names something else than a vault's files is refused", "[backup]") {
  back_up();
  auto altered = members();
  auto manifest = BackupManifest::parse(as_text(altered.front().second));
  const std::string path =
      GENERATE(as<std::string>(), "lock", "attachments/../vault.json", "attachments/photo.jpg",
               "outbox", "vault.json.copy", "inbox/0123456789abcdef0123456789abcdef");
  manifest.files.push_back({path, 4});
  altered.front().second = to_bytes(manifest.file());
  altered.insert(altered.end() - 1, {path, to_bytes("evil")});
  bool writable = true;
  try {
    write_with_sums(altered);
  } catch (const Error&) {
    writable = false;  // no archive of our form can hold such a path
  }
  if (writable) refused_as(Code::malformed);
  CHECK_THROWS_AS(BackupManifest::parse(manifest.file()), Error);
}

TEST_CASE("A manifest names each file once, and parts without a gap", "[backup]") {
  const std::string name(32, 'a');
  const auto parse = [&](std::vector<BackupFile> files) {
    std::vector<BackupFile> all{{"vault.json", 1}, {"vault.db", 1}};
    all.insert(all.end(), files.begin(), files.end());
    return BackupManifest::parse(BackupManifest{"00", kNow, all}.file());
  };
  const std::string at = "attachments/" + name;
  CHECK_NOTHROW(parse({{at, 5}}));
  CHECK_NOTHROW(parse({{at + "/0", 5}, {at + "/5", 2}}));
  CHECK_THROWS_AS(parse({{at, 5}, {at, 5}}), Error);
  CHECK_THROWS_AS(parse({{at + "/0", 5}, {at + "/6", 2}}), Error);
  CHECK_THROWS_AS(parse({{at + "/5", 5}}), Error);
  CHECK_THROWS_AS(parse({{at + "/0", 0}, {at + "/0", 2}}), Error);
  CHECK_THROWS_AS(parse({{"vault.db", 5}}), Error);
  CHECK_THROWS_AS(parse({{at + "/0/1", 5}}), Error);
}

TEST_CASE_METHOD(BackupFixture, "What an interrupted restore left is removed by the next one",
                 "[backup]") {
  back_up();
  const fs::path left = temp / (".partial-vault-" + random_name());
  fs::create_directory(left);
  write_file(left / "vault.db", "half");
  restore();
  CHECK_FALSE(fs::exists(left));
}

TEST_CASE_METHOD(BackupFixture, "What other programs have in work beside a vault is left to them",
                 "[backup]") {
  back_up();
  const fs::path others = temp / (".partial-" + random_name());
  fs::create_directory(others);
  write_file(others / "testimony.txt", "being unpacked");
  restore();
  CHECK(fs::exists(others / "testimony.txt"));
}

}  // namespace
}  // namespace depone
