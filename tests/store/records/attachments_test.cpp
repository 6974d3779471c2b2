#include "store/records/attachments.h"

#include "crypto/age/stream.h"
#include "crypto/padme.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::VaultFixture;

Bytes content_of(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 251);
  return bytes;
}

struct ContentFixture : VaultFixture {
  StagedContent stage(ByteView bytes) {
    MemorySource source(bytes);
    return stage_content(vault, source);
  }
  std::string keep(ByteView bytes) {
    StagedContent staged = stage(bytes);
    Tx tx(vault.db());
    staged.keep(vault);
    tx.commit();
    staged.done();
    return staged.content().sha256;
  }
  std::vector<std::string> files() { return names_in(vault.attachments_dir()); }
  Bytes read_back(const std::string& sha256) {
    return read_all(*open_content(vault, sha256), 1u << 30);
  }
};

TEST_CASE_METHOD(ContentFixture, "Content of any length comes back as it was") {
  for (const std::size_t size : {0u, 1u, 1000u, 65535u, 65536u, 65537u, 1'000'000u}) {
    const Bytes bytes = content_of(size);
    const std::string hash = keep(bytes);
    CHECK(hash == hex(sha256(bytes)));
    CHECK(content_size(vault, hash) == size);
    CHECK(read_back(hash) == bytes);
  }
}

TEST_CASE_METHOD(ContentFixture, "The file's length is that of the padded content's payload") {
  keep(content_of(100'000));
  CHECK(fs::file_size(vault.attachments_dir() / files().front()) ==
        age::payload_size(padme(100'000)));
}

TEST_CASE_METHOD(ContentFixture, "Content is still there when the vault is opened again") {
  const std::string hash = keep(content_of(1000));
  reopen();
  CHECK(read_back(hash) == content_of(1000));
}

TEST_CASE_METHOD(ContentFixture, "Nothing of the content is in the files") {
  keep(as_bytes(std::string(200, 'n') + "needle" + std::string(200, 'n')));
  for (const auto& [name, bytes] : testing::snapshot(dir)) {
    CHECK(as_text(bytes).find("needle") == std::string_view::npos);
  }
}

TEST_CASE_METHOD(ContentFixture, "Content is kept once") {
  const std::string hash = keep(content_of(1000));
  CHECK(keep(content_of(1000)) == hash);
  CHECK(files().size() == 1);
  CHECK(read_back(hash) == content_of(1000));
}

TEST_CASE_METHOD(ContentFixture, "Staged content that is not kept is gone") {
  {
    const StagedContent staged = stage(content_of(1000));
    CHECK(files().size() == 1);
  }
  CHECK(files().empty());
}

TEST_CASE_METHOD(ContentFixture, "Staged content whose transaction was rolled back is gone") {
  {
    StagedContent staged = stage(content_of(1000));
    Tx tx(vault.db());
    staged.keep(vault);
  }
  CHECK(files().empty());
  CHECK_FALSE(has_content(vault, hex(sha256(content_of(1000)))));
}

TEST_CASE_METHOD(ContentFixture, "Content that was committed stays, done() called or not") {
  {
    StagedContent staged = stage(content_of(1000));
    Tx tx(vault.db());
    staged.keep(vault);
    tx.commit();
  }
  CHECK(read_back(hex(sha256(content_of(1000)))) == content_of(1000));
}

TEST_CASE_METHOD(ContentFixture, "A stager that is not finished leaves nothing") {
  {
    ContentStager stager(vault);
    stager.write(content_of(100'000));
  }
  CHECK(files().empty());
}

TEST_CASE_METHOD(ContentFixture, "Staged content can be read before it is kept") {
  ContentStager stager(vault);
  stager.write(content_of(1000));
  const StagedContent staged = stager.finish();
  CHECK(read_all(*staged.open(), 2000) == content_of(1000));
}

TEST_CASE_METHOD(ContentFixture, "A file that no row names is swept when the vault is opened") {
  const std::string hash = keep(content_of(1000));
  write_file(vault.attachments_dir() / random_name(), "left by a crash");
  reopen();
  CHECK(files().size() == 1);
  CHECK(has_content(vault, hash));
}

TEST_CASE_METHOD(ContentFixture,
                 "A flipped byte in the file is damage, and nothing wrong is given out whole") {
  const std::string hash = keep(content_of(1000));
  const fs::path file = vault.attachments_dir() / files().front();
  const Bytes whole = testing::bytes_of(file);
  for (const std::size_t offset : {std::size_t{0}, std::size_t{16}, whole.size() - 1}) {
    testing::flip_byte(file, offset);
    CHECK(code_of([&] { read_back(hash); }) == Code::damaged);
    testing::put_bytes(file, whole);
  }
}

TEST_CASE_METHOD(ContentFixture, "A file that was cut is damage") {
  const std::string hash = keep(content_of(200'000));
  const fs::path file = vault.attachments_dir() / files().front();
  fs::resize_file(file, 16 + 65536 + 16);
  CHECK(code_of([&] { read_back(hash); }) == Code::damaged);
}

TEST_CASE_METHOD(ContentFixture, "A missing file is damage, content that never was is not found") {
  const std::string hash = keep(content_of(1000));
  fs::remove(vault.attachments_dir() / files().front());
  CHECK(code_of([&] { read_back(hash); }) == Code::damaged);
  CHECK(code_of([&] { open_content(vault, std::string(64, '0')); }) == Code::not_found);
}

TEST_CASE_METHOD(ContentFixture,
                 "The read that would give the last byte fails where the hash does not hold") {
  const std::string hash = keep(content_of(1000));
  const std::string other = hex(sha256(std::string_view("other")));
  vault.db().prepare("UPDATE attachments SET sha256 = ?").with(other).run();
  const auto source = open_content(vault, other);
  Bytes buffer(999);
  CHECK(read_full(*source, buffer) == 999);
  CHECK(code_of([&] { source->read(buffer); }) == Code::damaged);
}

}  // namespace
}  // namespace depone
