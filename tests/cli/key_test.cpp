#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "crypto/age/recipients.h"
#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

TEST_CASE("The keys shown are those of the vault", "[key]") {
  const CheapVault vault;
  const Identity identity = Identity::from_seed(seed_of(1));
  const Json keys = vault.json({"key", "show"});
  CHECK(keys.at("bundle_key") == identity.bundle_key().text());
  CHECK(keys.at("request_key") == request_key_text(identity.request.public_key()));
  CHECK(keys.at("recipient") == identity.recipient.recipient().text());
  CHECK(keys.at("archive") == identity.archive.text());
  CHECK(keys.at("fingerprint") ==
        fingerprint(identity.bundle_key().text(), request_key_text(identity.request.public_key()),
                    identity.recipient.recipient().text(), identity.archive.text()));
}

TEST_CASE("The exported identity is the vault's, readable by its owner only", "[key]") {
  const CheapVault vault;
  const fs::path file = vault.temp / "identity.txt";
  CHECK(vault.run({"key", "export", "--age", file, "--yes"}).status == 0);
  struct stat info {};
  REQUIRE(::stat(file.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  const std::string text = read_text(file, 1 << 16);
  CHECK(age::parse_identity_file(text).size() == 1);
  const std::string own = Identity::from_seed(seed_of(1)).recipient.recipient().text();
  CHECK_THAT(text, ContainsSubstring("# public key: " + own + "\n"));
  const std::size_t at = text.find("\nAGE-SECRET-KEY-PQ-1") + 1;
  const auto identity = age::HybridIdentity::parse(text.substr(at, text.find('\n', at) - at));
  REQUIRE(identity);
  CHECK(identity->recipient().text() == own);
}

TEST_CASE("A secret leaves the vault only when that is confirmed", "[key]") {
  const CheapVault vault;
  CHECK(vault.run({"key", "export", "--age", vault.temp / "identity.txt"}).status == 2);
  CHECK_FALSE(fs::exists(vault.temp / "identity.txt"));
}

TEST_CASE("An answer of no writes nothing", "[key]") {
  const CheapVault vault;
  const ProcessResult ran = run_on_terminal(
      {DEPONE_BIN "/depone", "--vault", vault.dir, "--passphrase-file", vault.passphrase_file,
       "key", "export", "--age", vault.temp / "identity.txt"},
      {{"[y/N] ", "n\r"}});
  CHECK(ran.status == 1);
  CHECK_FALSE(fs::exists(vault.temp / "identity.txt"));
}

TEST_CASE("An identity file is never overwritten", "[key]") {
  const CheapVault vault;
  const fs::path file = vault.file("identity.txt", "mine");
  CHECK(vault.run({"key", "export", "--age", file, "--yes"}).status == 7);
  CHECK(read_text(file, 100) == "mine");
}

TEST_CASE("After passwd the new passphrase opens the vault and the old one does not", "[passwd]") {
  const CheapVault vault;
  const fs::path fresh = vault.file("new", "a new passphrase\n");
  REQUIRE(vault.run({"passwd", "--new-passphrase-file", fresh}).status == 0);
  CHECK(vault.run({"list"}).status == 3);
  fs::rename(fresh, vault.passphrase_file);
  CHECK(vault.run({"list"}).status == 0);
}

TEST_CASE("A wrong old passphrase changes nothing", "[passwd]") {
  const CheapVault vault;
  const auto before = bytes_of(vault.dir / "vault.json");
  const fs::path fresh = vault.file("new", "a new passphrase\n");
  vault.file("passphrase", "wrong passphrase\n");
  CHECK(vault.run({"passwd", "--new-passphrase-file", fresh}).status == 3);
  CHECK(bytes_of(vault.dir / "vault.json") == before);
}

TEST_CASE("A new passphrase that is too short changes nothing", "[passwd]") {
  const CheapVault vault;
  CHECK(vault.run({"passwd", "--new-passphrase-file", vault.file("new", "short\n")}).status == 1);
  CHECK(vault.run({"list"}).status == 0);
}

}  // namespace
}  // namespace depone::testing
