#include "store/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::TempDir;

TEST_CASE("A written file reads back and is for its owner only") {
  const TempDir temp;
  write_file(temp / "a", "text");
  struct stat info {};
  REQUIRE(::stat((temp / "a").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  CHECK(read_text(temp / "a", 100) == "text");
}

TEST_CASE("A sink that is not finished leaves nothing behind") {
  const TempDir temp;
  {
    FileSink sink(temp / "a");
    sink.write(as_bytes("half"));
  }
  CHECK(fs::is_empty(temp.path()));
}

TEST_CASE("A sink does not replace what is there unless told to") {
  const TempDir temp;
  write_file(temp / "a", "old");
  CHECK(code_of([&] { write_file(temp / "a", as_bytes("new"), false); }) == Code::refused);
  CHECK(read_text(temp / "a", 100) == "old");
  CHECK(names_in(temp.path()) == std::vector<std::string>{"a"});
}

TEST_CASE("Until it is finished a sink's file stands under a partial name") {
  const TempDir temp;
  FileSink sink(temp / "a");
  const auto names = names_in(temp.path());
  REQUIRE(names.size() == 1);
  CHECK(is_partial_name(names.front()));
}

// Beyond 4 MiB a thread writes, past the page cache where that can be done.
TEST_CASE("A long file has the bytes that were written, in pieces of any size") {
  const TempDir temp;
  Bytes bytes(7'000'003);
  random_bytes(bytes);
  constexpr std::size_t kMiB = 1u << 20;
  for (const std::size_t piece : {std::size_t{4096}, std::size_t{99'991}, kMiB, bytes.size()}) {
    for (const std::size_t size : {4 * kMiB, 4 * kMiB + 1, 5 * kMiB, bytes.size()}) {
      const ByteView all = ByteView(bytes).first(size);
      FileSink sink(temp / "long", true);
      for (std::size_t at = 0; at < size; at += piece)
        sink.write(all.subspan(at, std::min(piece, size - at)));
      sink.finish();
      const Bytes back = read_file(temp / "long", bytes.size());
      INFO(size << " bytes in pieces of " << piece);
      CHECK(std::equal(back.begin(), back.end(), all.begin(), all.end()));
    }
  }
  CHECK(names_in(temp.path()) == std::vector<std::string>{"long"});
}

TEST_CASE("A long sink that is not finished leaves nothing behind") {
  const TempDir temp;
  {
    FileSink sink(temp / "a");
    sink.write(Bytes(9'000'000));
  }
  CHECK(fs::is_empty(temp.path()));
}

TEST_CASE("A symbolic link is not followed unless told to") {
  const TempDir temp;
  write_file(temp / "a", "text");
  fs::create_symlink(temp / "a", temp / "link");
  CHECK(code_of([&] { read_text(temp / "link", 100); }) == Code::io);
  CHECK(read_text(temp / "link", 100, true) == "text");
}

TEST_CASE("A sink writes over a symbolic link, not through it") {
  const TempDir temp;
  write_file(temp / "a", "old");
  fs::create_symlink(temp / "a", temp / "link");
  write_file(temp / "link", "new");
  CHECK(read_text(temp / "a", 100) == "old");
}

TEST_CASE("A pipe handed over as /dev/fd/N is read to its end") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], "secret\n", 7) == 7);
  ::close(ends[1]);
  CHECK(read_text("/dev/fd/" + std::to_string(ends[0]), 100, true) == "secret\n");
  ::close(ends[0]);
}

TEST_CASE("A named pipe in a file's place is refused, not waited for") {
  const TempDir temp;
  REQUIRE(::mkfifo((temp / "pipe").c_str(), 0600) == 0);
  CHECK(code_of([&] { read_text(temp / "pipe", 100); }) == Code::io);
}

TEST_CASE("A file that is missing is not found, and read_file_if_there says so without an error") {
  const TempDir temp;
  CHECK(code_of([&] { read_text(temp / "none", 100); }) == Code::not_found);
  CHECK_FALSE(read_file_if_there(temp / "none", 100));
}

TEST_CASE("A file beyond its limit is refused") {
  const TempDir temp;
  write_file(temp / "a", "0123456789");
  CHECK(read_text(temp / "a", 10).size() == 10);
  CHECK(code_of([&] { read_text(temp / "a", 9); }) == Code::malformed);
}

TEST_CASE("A full disk is said to be full") {
  try {
    errno = ENOSPC;
    throw_errno("writing", "somewhere");
  } catch (const Error& error) {
    CHECK(error.code() == Code::io);
    CHECK(error.message().starts_with("the disk is full"));
  }
}

TEST_CASE("A lock is held once, and free again when its holder is gone") {
  const TempDir temp;
  {
    const FileLock held(temp / "lock", 0);
    CHECK_FALSE(FileLock::try_lock(temp / "lock"));
    CHECK(code_of([&] { FileLock(temp / "lock", 0); }) == Code::busy);
  }
  CHECK(FileLock::try_lock(temp / "lock"));
}

TEST_CASE("Who is turned away by a lock is told which process holds it") {
  const TempDir temp;
  const FileLock held(temp / "lock", 0);
  try {
    const FileLock second(temp / "lock", 0);
    FAIL("the lock was taken twice");
  } catch (const Error& error) {
    CHECK(error.message().find("process " + std::to_string(::getpid())) != std::string::npos);
  }
}

TEST_CASE("Random names have their one form") {
  CHECK(is_random_name(random_name()));
  CHECK(is_partial_name(".partial-" + random_name()));
  CHECK_FALSE(is_random_name("vault.db"));
  CHECK_FALSE(is_random_name(std::string(32, 'A')));
  CHECK_FALSE(is_partial_name(".partial-x"));
}

}  // namespace
}  // namespace depone
