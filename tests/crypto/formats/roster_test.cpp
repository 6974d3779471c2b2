#include "crypto/formats/roster.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/formats/altered.h"
#include "tests/crypto/formats/keys_of.h"
#include "tests/crypto/formats/roster_fixture.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;
using testing::Organisation;

struct Fixture {
  Organisation organisation;
  RosterHead head = organisation.head(2, sha256("roster 1"));
  std::string json = head.json();
  std::string minisig = sign_roster(json, head, organisation.authority);

  std::optional<Code> opening(const std::string& text, const std::string& signature) const {
    return code_of([&] { open_roster(text, signature, organisation.authority_key()); });
  }
  // The head with one value another.
  std::optional<Code> with(const char* key, const Json& value) const {
    Json altered = parse_json(json, "roster.json");
    altered[key] = value;
    return code_of([&] { RosterHead::parse(dump_json(altered)); });
  }
};

TEST_CASE_METHOD(Fixture, "A head is read and written the same", "[roster]") {
  CHECK(RosterHead::parse(json).json() == json);
  CHECK(testing::keys_of(json) == std::vector<std::string>{"format", "organisation", "authority",
                                                           "successor", "version", "issued",
                                                           "expires", "previous", "relays", "logs",
                                                           "witnesses", "members"});
}

TEST_CASE_METHOD(Fixture, "A head opens with its signature", "[roster]") {
  CHECK(minisig.starts_with("untrusted comment: depone roster\n"));
  CHECK(minisig.find("\ntrusted comment: depone-roster/1 version=2 previous=" +
                     hex(sha256("roster 1")) + "\n") != std::string::npos);
  const RosterHead opened = open_roster(json, minisig, organisation.authority_key());
  CHECK(opened.version == 2);
  CHECK(opened.log_keys().size() == 1);
}

TEST_CASE_METHOD(Fixture, "A first roster has no previous one", "[roster]") {
  CHECK(roster_comment(organisation.head(1, std::nullopt)) ==
        "depone-roster/1 version=1 previous=-");
}

TEST_CASE_METHOD(Fixture, "Keys that are not known are ignored", "[roster]") {
  Json grown = parse_json(json, "roster.json");
  grown["more"] = 1;
  grown["members"]["more"] = 1;
  grown["logs"][0]["more"] = 1;
  grown["relays"][0]["more"] = 1;
  grown["witnesses"]["more"] = 1;
  CHECK(RosterHead::parse(dump_json(grown)).version == 2);
}

TEST_CASE_METHOD(Fixture, "Another authority's signature is refused", "[roster]") {
  CHECK(opening(json, sign_roster(json, head, Ed25519Key::generate())) == Code::bad_signature);
}

TEST_CASE_METHOD(Fixture, "A head that names another authority than its signer is refused",
                 "[roster]") {
  RosterHead other = head;
  other.authority = minisign::PublicKey(Ed25519Key::generate().public_key());
  CHECK(opening(other.json(), sign_roster(other.json(), other, organisation.authority)) ==
        Code::mismatch);
}

TEST_CASE_METHOD(Fixture, "A signature that says another version or previous roster is refused",
                 "[roster]") {
  RosterHead other = head;
  other.version = 3;
  CHECK(opening(json, sign_roster(json, other, organisation.authority)) == Code::mismatch);
  other = head;
  other.previous = std::nullopt;
  CHECK(opening(json, sign_roster(json, other, organisation.authority)) == Code::mismatch);
}

TEST_CASE_METHOD(Fixture, "A signature with another first line is refused", "[roster]") {
  const auto signature = minisign::sign(organisation.authority, blake2b512(as_bytes(json)),
                                        "depone bundle", roster_comment(head));
  CHECK(opening(json, signature.text()) == Code::malformed);
}

TEST_CASE_METHOD(Fixture, "A trusted comment that is not exactly so is refused", "[roster]") {
  const std::string hash(64, 'a');
  for (const std::string& text : std::vector<std::string>{
           "", "depone-roster/1", "depone-roster/1 version=1",
           "depone-roster/1 version=01 previous=-",
           "depone-roster/1 version=1 previous=", "depone-roster/1  version=1 previous=-",
           "depone-roster/1 version=1 previous=- ", "depone-roster/1 previous=- version=1",
           "depone-roster/1 version=1 previous=" + hash + "a", "depone/1 version=1 previous=-"}) {
    INFO(text);
    CHECK(code_of([&] { RosterComment::parse(text); }) == Code::malformed);
  }
  CHECK(code_of([] { RosterComment::parse("depone-roster/2 version=1 previous=-"); }) ==
        Code::unsupported);
  CHECK(RosterComment::parse("depone-roster/1 version=12 previous=" + hash).previous == hash);
}

TEST_CASE_METHOD(Fixture, "Every truncation and flipped bit of a head fails", "[roster]") {
  CHECK(testing::unnoticed(json, [&](const std::string& altered) {
          open_roster(altered, minisig, organisation.authority_key());
        }) == std::nullopt);
}

TEST_CASE_METHOD(Fixture, "Every truncation and flipped bit of a head's signature fails",
                 "[roster]") {
  CHECK(testing::unnoticed(minisig, [&](const std::string& altered) {
          open_roster(json, altered, organisation.authority_key());
        }) == std::nullopt);
}

TEST_CASE_METHOD(Fixture, "A head that breaks a rule is refused", "[roster]") {
  CHECK(with("successor", organisation.authority_key().text()) == std::nullopt);
  CHECK(with("format", "depone/roster/2") == Code::unsupported);
  CHECK(with("organisation", "") == Code::malformed);
  CHECK(with("organisation", "a\x1b[2Jb") == Code::malformed);
  CHECK(with("authority", nullptr) == Code::malformed);
  CHECK(with("successor", "RW") == Code::malformed);
  CHECK(with("version", 0) == Code::malformed);
  CHECK(with("issued", "now") == Code::malformed);
  CHECK(with("expires", nullptr) == Code::malformed);
  CHECK(with("previous", "-") == Code::malformed);
  CHECK(with("relays", Json::array({Json{{"urls", Json::array()}, {"pins", Json::array()}}})) ==
        Code::malformed);
  CHECK(with("relays", Json::array({Json{{"urls", Json::array({"ftp://a"})},
                                         {"pins", Json::array()}}})) == Code::malformed);
  CHECK(with("relays", Json::array({Json{{"urls", Json::array({"https://a"})},
                                         {"pins", Json::array({"AA"})}}})) == Code::malformed);
  CHECK(with("witnesses", Json{{"quorum", 1}, {"keys", Json::array()}}) == Code::malformed);
  CHECK(with("witnesses", Json{{"quorum", 0}, {"keys", Json::array({"x"})}}) == Code::malformed);
  CHECK(with("members", Json{{"count", 1}, {"readers", 2}, {"root", std::string(64, 'a')}}) ==
        Code::malformed);
  CHECK(with("members", Json{{"count", 1}, {"readers", 1}, {"root", "a"}}) == Code::malformed);
}

TEST_CASE_METHOD(Fixture, "A log is named as its key is, and its final checkpoint is its own",
                 "[roster]") {
  const std::string key = organisation.log_name.text();
  const auto log = [&](const std::string& origin, const Json& final_checkpoint) {
    return with("logs",
                Json::array({Json{{"origin", origin}, {"key", key}, {"final", final_checkpoint}}}));
  };
  const std::string text = organisation.log_name.name + "\n1\n" + base64(sha256("root")) + "\n";
  CHECK(log(organisation.log_name.name,
            sign_note(text, organisation.log_name, organisation.log).bytes()) == std::nullopt);
  CHECK(log("other.example/log", nullptr) == Code::malformed);
  CHECK(log(organisation.log_name.name, "x") == Code::malformed);
  CHECK(log(organisation.log_name.name,
            sign_note(text, organisation.log_name, organisation.authority).bytes()) ==
        Code::malformed);
}

}  // namespace
}  // namespace depone
