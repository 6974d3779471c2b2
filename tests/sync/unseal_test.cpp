#include "sync/unseal.h"

#include "crypto/age/stream.h"
#include "tests/sync/exchange_fixture.h"
#include "tests/sync/forgery.h"

namespace depone {
namespace {

using namespace testing;

struct UnsealFixture {
  TempDir temp;
  age::X25519Identity identity{Secret<32>::random()};
  fs::path file = temp.path() / "something.age";
  fs::path to = temp.path() / "out";

  void encrypt(const Bytes& plain) {
    const age::X25519Recipient recipient = identity.recipient();
    const age::Recipient* const recipients[] = {&recipient};
    MemorySink sink;
    age::Encryptor encryptor(recipients, sink);
    encryptor.write(plain);
    encryptor.finish();
    write_file(file, sink.bytes());
  }
  // An archive of these members, as they stand, and its end.
  void encrypt_archive(const std::vector<Bytes>& members) {
    Bytes archive;
    for (const Bytes& member : members) archive.insert(archive.end(), member.begin(), member.end());
    archive.resize(archive.size() + 1024);
    encrypt(archive);
  }
  UnsealResult run() { return unseal(file, {&identity}, to, nullptr); }
  // The error; nothing may be left behind.
  Error refused() {
    const auto before = names_in(temp.path());
    const Error error = error_of([&] { run(); });
    CHECK(names_in(temp.path()) == before);
    return error;
  }
};

TEST_CASE_METHOD(ExchangeFixture, "A sealed bundle is unpacked without its padding") {
  const std::string record = add_incident(monitor.vault);
  attach(monitor.vault, record, "the content");
  const SealedFile sealed = seal_one(monitor);
  const auto own = desk.vault.recipient_identities();
  const UnsealResult result =
      unseal(sealed.age, {own.begin(), own.end()}, team.dir() / "out", nullptr);
  CHECK(result.padding_left_out);
  CHECK(fs::exists(team.dir() / "out" / "manifest.json"));
  CHECK(fs::exists(team.dir() / "out" / "records" / record / "custody.jsonl"));
  CHECK_FALSE(fs::exists(team.dir() / "out" / "padding"));
}

TEST_CASE_METHOD(UnsealFixture, "Files come out as they were") {
  encrypt_archive({tar_member("a/b.txt", "bee"), tar_member("c.txt", "")});
  const UnsealResult result = run();
  CHECK(result.files == 2);
  CHECK(result.bytes == 3);
  CHECK(read_text(to / "a" / "b.txt", 100) == "bee");
  CHECK(read_text(to / "c.txt", 100).empty());
}

TEST_CASE_METHOD(UnsealFixture, "A file called padding in an ordinary archive is kept") {
  encrypt_archive({tar_member("padding", "kept")});
  run();
  CHECK(read_text(to / "padding", 100) == "kept");
}

TEST_CASE_METHOD(UnsealFixture, "An empty directory may be named") {
  encrypt_archive({tar_member("a", "a")});
  fs::create_directory(to);
  run();
  CHECK(read_text(to / "a", 100) == "a");
}

TEST_CASE_METHOD(UnsealFixture, "What is there already is left as it is") {
  encrypt_archive({tar_member("a", "new")});
  fs::create_directory(to);
  write_file(to / "a", std::string_view("old"));
  CHECK(refused().code() == Code::refused);
  CHECK(read_text(to / "a", 100) == "old");
}

TEST_CASE_METHOD(UnsealFixture, "What is no archive becomes one file") {
  encrypt(to_bytes("only a text"));
  CHECK(run().files == 1);
  CHECK(read_text(to / "something", 100) == "only a text");
}

TEST_CASE_METHOD(UnsealFixture, "A file for somebody else leaves nothing behind") {
  encrypt(to_bytes("only a text"));
  identity = age::X25519Identity(Secret<32>::random());
  CHECK(refused().code() == Code::no_identity);
}

TEST_CASE_METHOD(UnsealFixture, "A flipped byte in the last chunk leaves nothing behind") {
  encrypt_archive({tar_member("a", std::string(200'000, 'a'))});
  Bytes bytes = read_file(file, 1u << 20);
  bytes.back() ^= 1;
  write_file(file, bytes);
  CHECK(refused().code() == Code::malformed);
}

TEST_CASE_METHOD(UnsealFixture, "A file that is cut short leaves nothing behind") {
  encrypt_archive({tar_member("a", std::string(200'000, 'a'))});
  Bytes bytes = read_file(file, 1u << 20);
  bytes.resize(150'000);
  write_file(file, bytes);
  CHECK(refused().code() == Code::malformed);
}

TEST_CASE_METHOD(UnsealFixture, "An absolute path is refused") {
  encrypt_archive({tar_member("a", "a"), tar_header("/tmp/b", '0', "", 0)});
  CHECK(says(refused(), "absolute"));
}

TEST_CASE_METHOD(UnsealFixture, "A path out of the directory is refused") {
  encrypt_archive({tar_member("a", "a"), tar_header("b/../../c", '0', "", 0)});
  CHECK(says(refused(), "leave the directory"));
}

TEST_CASE_METHOD(UnsealFixture, "A symbolic link is refused") {
  encrypt_archive({tar_member("a", "a"), tar_header("b", '2', "/etc/passwd", 0)});
  CHECK(says(refused(), "link"));
}

TEST_CASE_METHOD(UnsealFixture, "A hard link is refused") {
  encrypt_archive({tar_member("a", "a"), tar_header("b", '1', "a", 0)});
  CHECK(says(refused(), "link"));
}

TEST_CASE_METHOD(UnsealFixture, "A device is refused") {
  encrypt_archive({tar_member("a", "a"), tar_header("b", '3', "", 0)});
  CHECK(says(refused(), "device"));
}

TEST_CASE_METHOD(UnsealFixture, "A pipe is refused") {
  encrypt_archive({tar_member("a", "a"), tar_header("b", '6', "", 0)});
  CHECK(says(refused(), "device"));
}

TEST_CASE_METHOD(UnsealFixture, "A file that stands there twice is refused") {
  encrypt_archive({tar_member("a", "a"), tar_header("./a", '0', "", 0)});
  CHECK(says(refused(), "twice"));
}

TEST_CASE_METHOD(UnsealFixture, "A file where a directory has to be is refused") {
  encrypt_archive({tar_member("a", "a"), tar_member("a/b", "b")});
  CHECK(says(refused(), "same name"));
}

TEST_CASE_METHOD(UnsealFixture, "A declared size that the archive does not hold is refused") {
  encrypt_archive({tar_member("a", "a"), tar_header("b", '0', "", 1ull << 32)});
  CHECK(refused().code() == Code::malformed);
}

TEST_CASE_METHOD(UnsealFixture, "A name with control characters is refused") {
  encrypt_archive({tar_header("a\x1b[2J", '0', "", 0)});
  CHECK(says(refused(), "control"));
}

}  // namespace
}  // namespace depone
