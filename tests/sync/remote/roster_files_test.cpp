#include "sync/remote/roster_files.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/error.h"
#include "tests/sync/remote/audit_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct Fixture : AuditFixture {
  TempDir temp;
  fs::path head = temp / "roster.json";
  Fixture() {
    write_file(head, roster.head_json);
    write_file(temp / "roster.json.minisig", roster.minisig);
    write_file(temp / "members.jsonl", organisation.members);
  }
  Roster read() const { return read_roster_files(head, organisation.authority_key()); }
  // The first byte whose alteration in `text` goes unnoticed.
  static std::optional<std::size_t> unnoticed(
      const std::string& text, const std::function<void(const std::string&)>& check) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string altered = text;
      altered[at] = static_cast<char>(altered[at] ^ 1);
      try {
        check(altered);
        return at;
      } catch (const Error& error) {
        if (error.code() != Code::malformed && error.code() != Code::mismatch &&
            error.code() != Code::bad_signature && error.code() != Code::unsupported) {
          return at;
        }
      }
    }
    return std::nullopt;
  }
};

}  // namespace

TEST_CASE("A roster is read from its three files", "[remote]") {
  const Fixture fixture;
  const Roster roster = fixture.read();
  CHECK(roster.whole());
  CHECK(roster.head.version == 1);
}

TEST_CASE("Any flipped byte of a roster's head fails", "[remote]") {
  const Fixture fixture;
  CHECK(Fixture::unnoticed(fixture.roster.head_json, [&](const std::string& altered) {
          Roster::check_all(altered, fixture.roster.minisig, fixture.organisation.authority_key(),
                            fixture.organisation.members);
        }) == std::nullopt);
}

TEST_CASE("Any flipped byte of a roster's signature fails", "[remote]") {
  const Fixture fixture;
  CHECK(Fixture::unnoticed(fixture.roster.minisig, [&](const std::string& altered) {
          Roster::check_all(fixture.roster.head_json, altered, fixture.organisation.authority_key(),
                            fixture.organisation.members);
        }) == std::nullopt);
}

TEST_CASE("Any flipped byte of the member lines fails", "[remote]") {
  const Fixture fixture;
  CHECK(Fixture::unnoticed(fixture.organisation.members, [&](const std::string& altered) {
          Roster::check_all(fixture.roster.head_json, fixture.roster.minisig,
                            fixture.organisation.authority_key(), altered);
        }) == std::nullopt);
}

TEST_CASE("An altered file of a roster is named", "[remote]") {
  const Fixture fixture;
  std::string members = fixture.organisation.members;
  members[20] = static_cast<char>(members[20] ^ 1);
  write_file(fixture.temp / "members.jsonl", members);
  try {
    fixture.read();
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.context().starts_with((fixture.temp / "members.jsonl").string()));
  }
}

TEST_CASE("A roster of another authority is refused", "[remote]") {
  const Fixture fixture;
  const minisign::PublicKey other(Ed25519Key::generate().public_key());
  CHECK_THROWS_AS(read_roster_files(fixture.head, other), Error);
}

TEST_CASE("A roster without its member lines is not found", "[remote]") {
  const Fixture fixture;
  fs::remove(fixture.temp / "members.jsonl");
  try {
    fixture.read();
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.code() == Code::not_found);
  }
}

TEST_CASE("A symbolic link among a roster's files is refused", "[remote]") {
  const Fixture fixture;
  fs::rename(fixture.temp / "members.jsonl", fixture.temp / "elsewhere");
  fs::create_symlink(fixture.temp / "elsewhere", fixture.temp / "members.jsonl");
  try {
    fixture.read();
    FAIL("it was followed");
  } catch (const Error& error) {
    CHECK(error.code() == Code::refused);
  }
}

TEST_CASE("An authority is given as a key or as a file", "[remote]") {
  const Fixture fixture;
  const minisign::PublicKey key = fixture.organisation.authority_key();
  write_file(fixture.temp / "authority.pub", minisign::public_key_file(key, "authority"));
  CHECK(read_authority(key.text()) == key);
  CHECK(read_authority((fixture.temp / "authority.pub").string()) == key);
}

TEST_CASE("An authority's key with a wrong character is wrong usage", "[remote]") {
  const Fixture fixture;
  std::string text = fixture.organisation.authority_key().text();
  text[10] = text[10] == 'A' ? 'B' : 'A';
  try {
    read_authority(text);
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.code() == Code::usage);
  }
}

TEST_CASE("Any flipped byte of a courier's copy of a roster fails, and so does a missing one", "[remote]") {
  const Fixture fixture;
  const std::vector<RosterEntry> entries{
      std::get<RosterEntry>(parse_entry(roster_leaf(fixture.roster)))};
  const auto outcome = [&] {
    Checks checks;
    check_roster_copies(fixture.temp.path(), entries, checks);
    return checks.failed();
  };
  CHECK_FALSE(outcome());  // no copies, nothing to check
  make_directory(fixture.temp / "rosters");
  CHECK(outcome());
  const fs::path head = fixture.temp / "rosters/1.json";
  const fs::path minisig = fixture.temp / "rosters/1.json.minisig";
  write_file(head, fixture.roster.head_json);
  write_file(minisig, fixture.roster.minisig);
  CHECK_FALSE(outcome());
  for (const fs::path& file : {head, minisig}) {
    const Bytes whole = bytes_of(file);
    std::size_t noticed = 0;
    for (std::size_t at = 0; at < whole.size(); ++at) {
      Bytes altered = whole;
      altered[at] ^= 1;
      put_bytes(file, altered);
      noticed += outcome() ? 1 : 0;
    }
    CHECK(noticed == whole.size());
    put_bytes(file, whole);
  }
}
