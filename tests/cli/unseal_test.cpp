#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>

#include "crypto/age/stream.h"
#include "crypto/error.h"
#include "tests/store/vault_fixture.h"
#include "tests/support/child.h"
#include "tests/support/process.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

const std::string kDepone = DEPONE_BIN "/depone";

// A directory with an identity file in it.
class AgeFixture {
 protected:
  AgeFixture() { must("cd '" + path("") + "' && age-keygen -o key 2>/dev/null"); }
  std::string path(std::string_view name) const { return (temp_ / name).string(); }
  void must(const std::string& command) const {
    const ProcessResult ran = run_process({"/bin/sh", "-c", command});
    INFO(ran.err);
    REQUIRE(ran.status == 0);
  }
  // age, for that identity, of what a command prints.
  void encrypt(const std::string& command, const std::string& more = "") const {
    must("cd '" + path("") + "' && (" + command + ") | age " + more +
         " -r \"$(age-keygen -y key)\" > file.age");
  }
  std::vector<std::string> unseal() const {
    return {kDepone, "unseal", path("file.age"), "--to", path("out"), "--identity", path("key")};
  }
  std::vector<std::string> partial() const {
    std::vector<std::string> names;
    for (const std::string& name : names_in(temp_.path()))
      if (is_partial_name(name)) names.push_back(name);
    return names;
  }
  TempDir temp_;
};

TEST_CASE_METHOD(AgeFixture, "Names in any script come out of any kind of tar", "[unseal]") {
  must("cd '" + path("") + "' && mkdir 증언 && echo words > 증언/၁.txt");
  for (const char* format : {"gnu", "pax", "ustar"}) {
    INFO(format);
    encrypt(std::string("LC_ALL=C.UTF-8 tar --format=") + format + " -c 증언");
    fs::remove_all(temp_ / "out");
    const ProcessResult ran = run_process(unseal(), "", {{"LC_ALL", "C"}});
    INFO(ran.err);
    CHECK(ran.status == 0);
    CHECK(read_text(temp_ / "out" / "증언" / "၁.txt", 100) == "words\n");
  }
}

TEST_CASE_METHOD(AgeFixture, "Armor is known behind white space", "[unseal]") {
  encrypt("echo words", "-a");
  must("cd '" + path("") +
       "' && (printf '\\n \\t\\r\\n'; cat file.age) > spaced && mv spaced file.age");
  CHECK(run_process(unseal()).status == 0);
  CHECK(read_text(temp_ / "out" / "file", 100) == "words\n");
}

TEST_CASE_METHOD(AgeFixture, "An interrupted unsealing leaves nothing in the clear", "[unseal]") {
  encrypt("head -c 8000000 /dev/zero | tr '\\0' x");
  const Bytes sealed = read_file(temp_ / "file.age", 16u << 20);
  ::signal(SIGPIPE, SIG_IGN);
  REQUIRE(::mkfifo(path("pipe").c_str(), 0600) == 0);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    Child child = Child::start({"/bin/sh", "-c",
                                "exec '" + kDepone + "' unseal /dev/stdin --to '" + path("out") +
                                    "' --identity '" + path("key") + "' < '" + path("pipe") + "'"},
                               path("out.txt"), path("err.txt"));
    const File pipe(::open(path("pipe").c_str(), O_WRONLY));
    const std::size_t half = sealed.size() / 2;
    const auto put = [&](ByteView bytes) {
      while (!bytes.empty()) {
        const ssize_t written = ::write(pipe.fd(), bytes.data(), bytes.size());
        if (written <= 0) return;  // it has ended
        bytes = bytes.subspan(static_cast<std::size_t>(written));
      }
    };
    put(ByteView(sealed).first(half));
    for (int i = 0; i < 500 && partial().empty(); ++i) sleep_for(0.01);
    REQUIRE(partial().size() == 1);
    child.signal(signal);
    sleep_for(0.1);
    put(ByteView(sealed).subspan(half));
    CHECK(child.wait(20) == 1);
    CHECK(partial() == std::vector<std::string>{});
    CHECK_FALSE(fs::exists(temp_ / "out"));
    CHECK_THAT(read_text(path("err.txt"), 10'000), ContainsSubstring("interrupted"));
  }
}

}  // namespace
}  // namespace depone::testing
