#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

const std::string kDepone = DEPONE_BIN "/depone";

struct NewVault {
  TempDir temp;
  fs::path dir = temp / "vault";
  fs::path passphrase_file = temp / "passphrase";
  NewVault() { write_file(passphrase_file, std::string(kPassphrase) + "\n"); }
  ProcessResult init(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {kDepone, "init", "--vault", dir.string(), "--passphrase-file",
                               passphrase_file.string()});
    return run_process(more);
  }
};

std::string seed_line(const std::string& sheet) {
  const std::size_t at = sheet.find("DEPONE-SEED-1");
  return sheet.substr(at, sheet.find('\n', at) - at);
}

TEST_CASE("The printed sheet opens the vault again", "[init]") {
  const NewVault at;
  const ProcessResult ran = at.init();
  REQUIRE(ran.status == 0);
  const auto seed = parse_seed(seed_line(ran.out));
  REQUIRE(seed);
  const Vault vault = Vault::open_with_recovery(at.dir, *seed);
  CHECK_THAT(ran.out, ContainsSubstring(vault.identity().bundle_key().text()));
  CHECK_THAT(ran.out, ContainsSubstring("apart from the laptop"));
}

TEST_CASE("The groups of the sheet are the same seed", "[init]") {
  const NewVault at;
  const std::string sheet = at.init().out;
  const std::size_t from = sheet.rfind("DEPONE-SEED-1\n");
  std::string groups = sheet.substr(from, sheet.find("\n\n", from) - from);
  std::erase_if(groups, [](char c) { return c == ' ' || c == '\n'; });
  CHECK(groups == seed_line(sheet));
}

TEST_CASE("The sheet fits on one page", "[init]") {
  const NewVault at;
  const std::string sheet = at.init().out;
  const auto lines = lines_of(sheet);
  REQUIRE(lines);
  CHECK(lines->size() <= 60);
  for (const std::string_view line : *lines) CHECK(line.size() <= 80);
}

TEST_CASE("A directory that others could look into is closed to them, and that is said", "[init]") {
  const NewVault at;
  fs::create_directory(at.dir);
  fs::permissions(at.dir, fs::perms(0755));
  const ProcessResult ran = at.init();
  REQUIRE(ran.status == 0);
  CHECK((fs::status(at.dir).permissions() & fs::perms(0077)) == fs::perms::none);
  CHECK_THAT(ran.err, ContainsSubstring("from now on only you can"));
}

TEST_CASE("The sheet goes to a file that only its owner reads", "[init]") {
  const NewVault at;
  const std::string file = at.temp / "sheet.txt";
  const ProcessResult ran = at.init({"--recovery-file", file, "--json"});
  REQUIRE(ran.status == 0);
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  const std::string seed = seed_line(read_text(file, 1 << 16));
  CHECK(parse_seed(seed));
  CHECK(ran.out.find("SEED") == std::string::npos);
  const Json json = parse_json(ran.out.substr(0, ran.out.size() - 1), "output");
  CHECK(json.at("vault") == at.dir.string());
  CHECK(json.at("fingerprint").get<std::string>().size() == 20);
  CHECK(json.at("bundle_key").get<std::string>().starts_with("RW"));
}

TEST_CASE("A sheet that is there already is never overwritten", "[init]") {
  const NewVault at;
  write_file(at.temp / "sheet.txt", std::string_view("another sheet"));
  CHECK(at.init({"--recovery-file", at.temp / "sheet.txt"}).status == 7);
  CHECK(read_text(at.temp / "sheet.txt", 100) == "another sheet");
  CHECK_FALSE(fs::exists(at.dir));
}

TEST_CASE("A vault that is there already is left as it is", "[init]") {
  const CheapVault vault;
  const auto before = snapshot(vault.dir);
  const ProcessResult ran = vault.run({"init"});
  CHECK(ran.status == 7);
  CHECK(snapshot(vault.dir) == before);
}

TEST_CASE("With --json the sheet needs a file", "[init]") {
  const NewVault at;
  CHECK(at.init({"--json"}).status == 2);
  CHECK_FALSE(fs::exists(at.dir));
}

TEST_CASE("A short passphrase makes no vault", "[init]") {
  const NewVault at;
  write_file(at.passphrase_file, std::string_view("1234567\n"));
  CHECK(at.init().status == 1);
  CHECK_FALSE(fs::exists(at.dir));
}

TEST_CASE("Where no sheet can be made there is no vault", "[init]") {
  const NewVault at;
  CHECK(at.init({"--recovery-file", at.temp / "no-such-directory" / "sheet.txt"}).status == 5);
  CHECK_FALSE(fs::exists(at.dir));
}

TEST_CASE("Where the sheet can't be printed there is no vault", "[init]") {
  const NewVault at;
  const std::string command = "'" + kDepone + "' init --vault '" + at.dir.string() +
                              "' --passphrase-file '" + at.passphrase_file.string() +
                              "' > /dev/full";
  CHECK(run_process({"/bin/sh", "-c", command}).status == 1);
  CHECK_FALSE(fs::exists(at.dir));
}

TEST_CASE("Two different new passphrases, or one that is too short, are asked for again",
          "[init]") {
  const NewVault at;
  const ProcessResult ran = run_on_terminal({kDepone, "init", "--vault", at.dir.string()},
                                            {{"New passphrase: ", "one passphrase\r"},
                                             {"again: ", "another one\r"},
                                             {"New passphrase: ", "short\r"},
                                             {"New passphrase: ", "one passphrase\r"},
                                             {"again: ", "one passphrase\r"},
                                             {"Press Enter", "\r"}});
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, ContainsSubstring("not the same") && ContainsSubstring("less than 8"));
  CHECK(fs::exists(at.dir));
}

TEST_CASE("On a terminal the recovery sheet is cleared away once it is copied", "[init]") {
  const NewVault at;
  const ProcessResult ran = run_on_terminal({kDepone, "init", "--vault", at.dir.string(),
                                             "--passphrase-file", at.passphrase_file.string()},
                                            {{"Press Enter", "\r"}});
  CHECK(ran.status == 0);
  const std::size_t seed = ran.out.find("RECOVERY SHEET");
  REQUIRE(seed != std::string::npos);
  CHECK(ran.out.find("\x1b[3J") > seed);
  CHECK(ran.out.find("\x1b[3J") != std::string::npos);
}

TEST_CASE("Who leaves at the new passphrase has made no vault", "[init]") {
  const NewVault at;
  const ProcessResult ran =
      run_on_terminal({kDepone, "init", "--vault", at.dir.string()},
                      {{"New passphrase: ", "one passphrase\r"}, {"again: ", "\x03"}});
  CHECK(ran.status == 1);
  CHECK_FALSE(fs::exists(at.dir));
}

}  // namespace
}  // namespace depone::testing
