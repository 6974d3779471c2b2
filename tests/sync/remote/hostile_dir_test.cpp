#include "sync/remote/hostile_dir.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/error.h"
#include "tests/store/vault_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

Code code_of_names(const fs::path& root, std::string_view relative, std::size_t limit) {
  try {
    HostileDir(root).names(relative, limit);
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("no error was thrown");
  return Code::usage;
}

}  // namespace

TEST_CASE("The names in somebody else's directory, in order", "[courier]") {
  const TempDir temp;
  fs::create_directories(temp / "a/b");
  for (const char* name : {"two", "one", ".hidden"}) write_file(temp / "a/b" / name, "");
  CHECK(HostileDir(temp.path()).names("a/b", 3) ==
        std::vector<std::string>{".hidden", "one", "two"});
  CHECK_FALSE(HostileDir(temp.path()).names("a/c", 3));
  CHECK_FALSE(HostileDir(temp.path()).names("a/b/one", 3));
}

TEST_CASE("More names than there can be are not read", "[courier]") {
  const TempDir temp;
  fs::create_directory(temp / "a");
  for (const char* name : {"1", "2", "3"}) write_file(temp / "a" / name, "");
  CHECK(code_of_names(temp.path(), "a", 2) == Code::malformed);
}

TEST_CASE("Names are not read through a symbolic link", "[courier]") {
  const TempDir temp;
  fs::create_directories(temp / "elsewhere/b");
  fs::create_directory_symlink(temp / "elsewhere", temp / "a");
  CHECK(code_of_names(temp.path(), "a", 9) == Code::refused);
  CHECK(code_of_names(temp.path(), "a/b", 9) == Code::refused);
  CHECK(code_of_names(temp.path(), "../" + temp.path().filename().string(), 9) == Code::refused);
}
