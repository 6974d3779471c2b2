#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/support/cheap_vault.h"
#include "tests/support/child.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

struct BackedUp : CheapVault {
  std::string file_name = temp / "vault.depone";
  fs::path restored = temp / "restored";
  ProcessResult restore(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {DEPONE_BIN "/depone", "--vault", restored, "--passphrase-file",
                               passphrase_file, "restore", file_name});
    return run_process(more);
  }
  std::string list(const fs::path& vault) const {
    return run_process({DEPONE_BIN "/depone", "--vault", vault, "--passphrase-file",
                        passphrase_file, "list"})
        .out;
  }
};

TEST_CASE_METHOD(BackedUp, "A backup is made, and restored as it was", "[backup]") {
  json({"new", "incident", "--set", "title=Night raid"});
  const Json made = json({"backup", file_name});
  CHECK(made.at("bytes") == fs::file_size(file_name));
  CHECK(made.at("missing").empty());
  CHECK((fs::status(file_name).permissions() & fs::perms(0077)) == fs::perms::none);
  const ProcessResult ran = restore();
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  CHECK_THAT(ran.out, ContainsSubstring("new chain"));
  CHECK_THAT(list(restored), ContainsSubstring("Night raid"));
}

TEST_CASE_METHOD(BackedUp, "A backup opens with the sheet where its passphrase is forgotten",
                 "[backup]") {
  json({"backup", file_name});
  const fs::path sheet = file("sheet", std::string(as_text(seed_text(seed_of(1)).reveal())) + "\n");
  write_file(passphrase_file, std::string_view("not the passphrase\n"));
  CHECK(restore().status == 3);
  CHECK_FALSE(fs::exists(restored));
  CHECK(restore({"--recovery", "--recovery-file", sheet}).status == 0);
}

TEST_CASE_METHOD(BackedUp, "A restore goes over no vault that is there", "[backup]") {
  json({"backup", file_name});
  REQUIRE(restore().status == 0);
  const auto before = snapshot(restored);
  CHECK(restore().status == 7);
  CHECK(snapshot(restored) == before);
}

TEST_CASE_METHOD(BackedUp, "Something that is no backup is refused by what it is", "[backup]") {
  write_file(file_name, std::string(4096, 'x'));
  CHECK(restore().status == 4);
  fs::remove(file_name);
  CHECK(restore().status == 5);
}

TEST_CASE_METHOD(BackedUp, "A backup taken while another process writes is whole", "[backup]") {
  std::string rows = "id,title,date\n";
  for (int i = 0; i < 4000; ++i)
    rows += std::to_string(i) + ",Event number " + std::to_string(i) + ",2020-06-05\n";
  const fs::path table = file("many.csv", rows);
  json({"new", "incident", "--set", "title=Before"});
  Child writer = Child::start({DEPONE_BIN "/depone", "--vault", dir, "--passphrase-file",
                               passphrase_file, "import", table, "--kind", "incident"});
  int backups = 0;
  for (std::optional<int> ended; !ended; ended = writer.wait(0)) {
    const std::string name = temp / ("backup-" + std::to_string(backups));
    const ProcessResult ran = run({"backup", name});
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    ++backups;
  }
  for (int i = 0; i < backups; ++i) {
    const fs::path vault = temp / ("restored-" + std::to_string(i));
    const auto at = [&](const std::string& command, const std::string& more) {
      std::vector<std::string> words{DEPONE_BIN "/depone", "--vault",       vault,
                                     "--passphrase-file",  passphrase_file, command};
      if (!more.empty()) words.push_back(more);
      return run_process(words);
    };
    REQUIRE(at("restore", temp / ("backup-" + std::to_string(i))).status == 0);
    CHECK(at("check", {}).status == 0);
    CHECK_THAT(list(vault), ContainsSubstring("Before"));
  }
}

}  // namespace
}  // namespace depone::testing
