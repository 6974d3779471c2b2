#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

struct Passwd : CheapVault {
  std::string fresh = file("new", "a new passphrase\n");
  std::string sheet(std::uint8_t seed = 1) const {
    return file("sheet", "DEPONE RECOVERY SHEET\n\n" +
                             std::string(as_text(seed_text(seed_of(seed)).reveal())) +
                             "\n\nkeep it\n");
  }
  bool opens_with(const std::string& passphrase) const {
    return run_process(
               {DEPONE_BIN "/depone", "--vault", dir, "--passphrase-file", passphrase, "list"})
               .status == 0;
  }
};

TEST_CASE_METHOD(Passwd, "Where the passphrase is forgotten the sheet sets a new one", "[passwd]") {
  const ProcessResult ran =
      run_process({DEPONE_BIN "/depone", "--vault", dir, "passwd", "--recovery", "--recovery-file",
                   sheet(), "--new-passphrase-file", fresh});
  INFO(ran.err);
  CHECK(ran.status == 0);
  CHECK(opens_with(fresh));
  CHECK_FALSE(opens_with(passphrase_file));
}

TEST_CASE_METHOD(Passwd, "The sheet of another vault sets no passphrase", "[passwd]") {
  CHECK(run_process({DEPONE_BIN "/depone", "--vault", dir, "passwd", "--recovery",
                     "--recovery-file", sheet(2), "--new-passphrase-file", fresh})
            .status == 3);
  CHECK(opens_with(passphrase_file));
}

TEST_CASE_METHOD(Passwd, "Rekey encrypts the vault anew and keeps what is in it", "[passwd]") {
  const Json made = json({"new", "incident", "--set", "title=Night raid"});
  const Bytes before = bytes_of(dir / "vault.db");
  const Json changed =
      json({"passwd", "--rekey", "--recovery-file", sheet(), "--new-passphrase-file", fresh});
  CHECK(changed.at("rekeyed") == true);
  CHECK_FALSE(opens_with(passphrase_file));
  const ProcessResult shown =
      run_process({DEPONE_BIN "/depone", "--vault", dir, "--passphrase-file", fresh, "show",
                   made.at("id").get<std::string>()});
  CHECK_THAT(shown.out, ContainsSubstring("Night raid"));
  const Bytes after = bytes_of(dir / "vault.db");
  CHECK(ByteView(before).first(16).size() == 16);
  CHECK_FALSE(equal(ByteView(before).first(4096), ByteView(after).first(4096)));
}

TEST_CASE_METHOD(Passwd, "Rekey without the sheet is refused and changes nothing", "[passwd]") {
  const auto before = snapshot(dir);
  const ProcessResult ran = run({"passwd", "--rekey", "--new-passphrase-file", fresh});
  CHECK(ran.status == 7);
  CHECK_THAT(ran.err, ContainsSubstring("recovery sheet"));
  CHECK(snapshot(dir) == before);
}

TEST_CASE_METHOD(Passwd, "Rekey with the sheet of another vault is refused", "[passwd]") {
  CHECK(run({"passwd", "--rekey", "--recovery-file", sheet(2), "--new-passphrase-file", fresh})
            .status == 3);
  CHECK(opens_with(passphrase_file));
}

TEST_CASE_METHOD(Passwd, "Panic asks first, and destroys the keys with --yes", "[panic]") {
  CHECK(run({"panic"}).status == 2);
  CHECK(opens_with(passphrase_file));
  const ProcessResult ran = run({"panic", "--yes"});
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, ContainsSubstring("SSD"));
  CHECK_THAT(ran.out, ContainsSubstring("Backups"));
  const ProcessResult after = run({"list"});
  CHECK(after.status == 3);
  CHECK_THAT(after.err, ContainsSubstring("destroyed"));
  CHECK(run({"check", "--recovery", "--recovery-file", sheet()}).status == 3);
  CHECK(run({"panic", "--yes"}).status == 0);
}

}  // namespace
}  // namespace depone::testing
