#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "store/vault_header.h"
#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

struct Checked : CheapVault {
  std::string sheet() const { return file("sheet", text() + "\n"); }
  static std::string text() { return std::string(as_text(seed_text(seed_of(1)).reveal())); }
  static Json parsed(const ProcessResult& ran) {
    return parse_json(ran.out.substr(0, ran.out.size() - 1), "output");
  }
};

TEST_CASE("A vault without damage passes its check", "[check]") {
  const CheapVault vault;
  vault.json({"new", "incident", "--set", "title=Night raid"});
  const Json report = vault.json({"check"});
  CHECK(report.at("records") == 1);
  CHECK(report.at("revisions") == 1);
  CHECK(report.at("custody_events") == 1);
  CHECK(report.at("damage").empty());
}

TEST_CASE("Damage that check finds is named and exits with 8", "[check]") {
  const CheapVault vault;
  const std::string id =
      vault.json({"new", "incident", "--set", "title=Night raid"}).at("id").get<std::string>();
  vault.json({"attach", id, vault.file("a.txt", "content")});
  flip_byte(vault.dir / "attachments" / names_in(vault.dir / "attachments").at(0), 20);
  const ProcessResult ran = vault.run({"check", "--json"});
  CHECK(ran.status == 8);
  CHECK(parse_json(ran.out.substr(0, ran.out.size() - 1), "output").at("damage").size() == 1);
}

TEST_CASE_METHOD(Checked, "The recovery sheet is rehearsed without a passphrase, and not shown",
                 "[check]") {
  run({"new", "incident", "--set", "title=Night raid"});
  const ProcessResult ran = run_process({DEPONE_BIN "/depone", "--vault", dir, "check",
                                         "--recovery", "--recovery-file", sheet(), "--json"});
  REQUIRE(ran.status == 0);
  CHECK(parsed(ran).at("recovery") == true);
  CHECK(parsed(ran).at("records") == 1);
  CHECK((ran.out + ran.err).find("SEED") == std::string::npos);
}

TEST_CASE_METHOD(Checked, "A sheet is rehearsed by typing it, in groups and small letters",
                 "[check]") {
  std::string groups;
  for (std::size_t at = 13; at < text().size(); at += 4) groups += text().substr(at, 4) + " ";
  for (char& c : groups) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  const ProcessResult ran =
      run_on_terminal({DEPONE_BIN "/depone", "--vault", dir, "check", "--recovery"},
                      {{"line 1 (it is not shown): ", groups.substr(0, 40) + "\r"},
                       {"characters so far. Line 2: ", groups.substr(40) + "\r"}});
  CHECK(ran.status == 0);
  CHECK(ran.out.find(groups.substr(0, 9)) == std::string::npos);
}

TEST_CASE_METHOD(Checked, "A sheet with one wrong character is refused, and the place named",
                 "[check]") {
  std::string wrong = text();
  wrong[30] = wrong[30] == 'Q' ? 'P' : 'Q';
  const ProcessResult ran =
      run({"check", "--recovery", "--recovery-file", file("sheet", wrong + "\n")});
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("line 1, group 5, character 2"));
}

TEST_CASE_METHOD(Checked, "The sheet of another vault exits with 3", "[check]") {
  const std::string other(as_text(seed_text(seed_of(2)).reveal()));
  CHECK(run({"check", "--recovery", "--recovery-file", file("sheet", other)}).status == 3);
}

TEST_CASE_METHOD(Checked, "A damaged copy of the header is found, and made good on request",
                 "[check]") {
  const auto whole = bytes_of(dir / "vault.json");
  flip_byte(dir / "vault.json", 50);
  const ProcessResult found = run({"check", "--json"});
  CHECK(found.status == 8);
  CHECK(parsed(found).at("damage").at(0).get<std::string>().starts_with("vault.json: "));
  const Json repaired = json({"check", "--repair"});
  CHECK(repaired.at("repaired") == Json::array({"vault.json"}));
  CHECK(bytes_of(dir / "vault.json") == whole);
  CHECK(json({"check"}).at("damage").empty());
}

TEST_CASE_METHOD(Checked, "A vault without its database exits with 8 and says what to do",
                 "[check]") {
  fs::remove(dir / "vault.db");
  const ProcessResult ran = run({"check", "--json"});
  CHECK(ran.status == 8);
  CHECK_THAT(parsed(ran).at("damage").at(0).get<std::string>(),
             ContainsSubstring("missing") && ContainsSubstring("backup"));
}

TEST_CASE_METHOD(Checked, "A flipped byte in any page of the database exits with 8 and is named",
                 "[check]") {
  const std::string id =
      json({"new", "incident", "--set", "title=Night raid", "--set", "tags=[\"a\"]"})
          .at("id")
          .get<std::string>();
  json({"attach", id, file("a.txt", "content")});
  json({"new", "incident", "--set", "title=Another"});
  const Bytes whole = bytes_of(dir / "vault.db");
  // Pages that hold something; what is in them decides how far the vault opens.
  for (std::size_t page = 0; page < whole.size() / 4096; page += 7) {
    flip_byte(dir / "vault.db", page * 4096 + 1234);
    const ProcessResult ran = run({"check", "--json"});
    INFO("page " << page + 1 << ": " << ran.err);
    CHECK(ran.status == 8);
    CHECK_THAT(ran.out, ContainsSubstring("page " + std::to_string(page + 1)));
    put_bytes(dir / "vault.db", whole);
  }
  CHECK(run({"check"}).status == 0);
}

}  // namespace
}  // namespace depone::testing
