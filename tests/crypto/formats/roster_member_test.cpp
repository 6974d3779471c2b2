#include <catch2/catch_test_macros.hpp>
#include <map>

#include "tests/crypto/formats/keys_of.h"
#include "tests/crypto/formats/roster_fixture.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;
using testing::member_line;

std::optional<Code> with(const MemberLine& line, const char* key, const Json& value) {
  Json altered = parse_json(line.json(), "line");
  altered[key] = value;
  return code_of([&] { MemberLine::parse(dump_json(altered)); });
}

TEST_CASE("A member's line is read and written the same", "[roster]") {
  MemberLine line = member_line("monitor-1", Role::monitor);
  line.until = Time{line.since.seconds + 60};
  line.last = {{"0123456789abcdef", 17, std::string(64, 'a'), 4711}};
  CHECK(MemberLine::parse(line.json()).json() == line.json());
  CHECK(testing::keys_of(line.json()) ==
        std::vector<std::string>{"id", "name", "role", "class", "bundle_key", "request_key",
                                 "recipient", "archive", "since", "until", "last"});
  CHECK(line.json().ends_with(
      R"("until":"2026-11-24T09:31:00Z","last":[{"chain":"0123456789abcdef","sequence":17,"bundle":")" +
      std::string(64, 'a') + R"(","index":4711}]})"));
}

TEST_CASE("An auditor has a request key only", "[roster]") {
  const MemberLine line = member_line("auditor-1", Role::auditor);
  CHECK(line.json().find(R"("bundle_key":null)") != std::string::npos);
  CHECK(line.json().find(R"("recipient":null,"archive":null)") != std::string::npos);
  CHECK(MemberLine::parse(line.json()).json() == line.json());
  CHECK(line.fingerprint() == fingerprint("", request_key_text(line.request_key), "", ""));
  const MemberLine monitor = member_line("monitor-1", Role::monitor);
  CHECK(with(line, "bundle_key", monitor.bundle_key->text()) == Code::malformed);
  CHECK(with(monitor, "bundle_key", nullptr) == Code::malformed);
  CHECK(with(monitor, "role", "auditor") == Code::malformed);
}

TEST_CASE("A line's fingerprint is that of its four keys", "[roster]") {
  const Identity identity = Identity::from_seed(Seed::random());
  const MemberLine line = member_line("monitor-1", Role::monitor, identity);
  CHECK(line.fingerprint() ==
        fingerprint(identity.bundle_key().text(), request_key_text(identity.request.public_key()),
                    identity.recipient.recipient().text(), identity.archive.text()));
}

TEST_CASE("Keys of a line that are not known are ignored", "[roster]") {
  CHECK(with(member_line("monitor-1", Role::monitor), "more", 1) == std::nullopt);
}

TEST_CASE("A line that breaks a rule is refused", "[roster]") {
  const MemberLine line = member_line("monitor-1", Role::monitor);
  for (const char* id : {"", "A", "a b", "a_b", "é", "0123456789012345678901234567890123"})
    CHECK(with(line, "id", id) == Code::malformed);
  CHECK(with(line, "name", "") == Code::malformed);
  CHECK(with(line, "name", "a\nb") == Code::malformed);
  CHECK(with(line, "role", "reader") == Code::malformed);
  CHECK(with(line, "class", "Desk") == Code::malformed);
  CHECK(with(line, "bundle_key", "RW") == Code::malformed);
  CHECK(with(line, "request_key", base64(Bytes(32, 0))) == Code::malformed);
  CHECK(with(line, "recipient", "age1pq1") == Code::malformed);
  CHECK(with(line, "archive", nullptr) == Code::malformed);
  CHECK(with(line, "since", nullptr) == Code::malformed);
  CHECK(with(line, "until", "later") == Code::malformed);
  const auto last = [&](const Json& chain, const Json& sequence, const Json& bundle,
                        const Json& index) {
    return with(
        line, "last",
        Json::array({Json{
            {"chain", chain}, {"sequence", sequence}, {"bundle", bundle}, {"index", index}}}));
  };
  const std::string hash(64, 'a');
  CHECK(last("0123456789abcdef", 1, hash, 0) == std::nullopt);
  CHECK(last("0123456789abcde", 1, hash, 0) == Code::malformed);
  CHECK(last("0123456789abcdef", 0, hash, 0) == Code::malformed);
  CHECK(last("0123456789abcdef", 1, "a", 0) == Code::malformed);
  CHECK(last("0123456789abcdef", 1, hash, -1) == Code::malformed);
  CHECK(code_of([&] { MemberLine::parse(line.json() + "\n"); }) == Code::malformed);
}

TEST_CASE("A line with its proof is read and written the same", "[roster]") {
  const ProvenLine line{"{\"a\":\"\\n\"}", 4, {sha256("a"), sha256("b")}};
  const ProvenLine read = ProvenLine::parse(line.json());
  CHECK(read.line == line.line);
  CHECK(read.index == 4);
  CHECK(read.path == line.path);
  CHECK(line.json().starts_with(R"({"line":"{\"a\":\"\\n\"}","index":4,"path":[")"));
}

TEST_CASE("A proof that is none is refused", "[roster]") {
  for (const char* text :
       {"", "[]", R"({"line":"x","index":0})", R"({"line":"x","index":-1,"path":[]})",
        R"({"line":"x","index":0,"path":["AA=="]})", R"({"line":"x","index":0,"path":[1]})",
        R"({"line":"x","index":0,"path":[],"more":1})"}) {
    INFO(text);
    CHECK(code_of([&] { ProvenLine::parse(text); }) == Code::malformed);
  }
}

struct Closed {
  MemberLine line = member_line("monitor-1", Role::monitor);
  // b3 ← b2 ← b1 on the chain that ends at b3; x is on it nowhere.
  std::map<std::string, std::string, std::less<>> previous{{"b3", "b2"}, {"b2", "b1"}};

  Closed() { line.last = {{"0123456789abcdef", 3, "b3", 40}}; }
  bool covers(std::string_view bundle, std::optional<std::uint64_t> index = std::nullopt,
              std::string_view chain = "0123456789abcdef") const {
    return covered_by_last(
        line, bundle, chain, index, [&](std::string_view at) -> std::optional<std::string> {
          const auto found = previous.find(at);
          return found == previous.end() ? std::nullopt : std::optional(found->second);
        });
  }
};

TEST_CASE_METHOD(Closed, "What lies on the chain that ends at `last` is covered", "[roster]") {
  CHECK(covers("b3"));
  CHECK(covers("b1"));
  CHECK_FALSE(covers("x"));
}

TEST_CASE_METHOD(
    Closed, "Where the chain can't be followed, a receipt no higher than `last` names is enough",
    "[roster]") {
  CHECK(covers("x", 40));
  CHECK_FALSE(covers("x", 41));
  CHECK_FALSE(covers("x", 40, "fedcba9876543210"));
}

TEST_CASE_METHOD(Closed, "A chain that goes round ends", "[roster]") {
  previous["b1"] = "b3";
  CHECK_FALSE(covers("x"));
}

TEST_CASE_METHOD(Closed, "A key set that closed before anything was logged covers nothing",
                 "[roster]") {
  line.last.clear();
  CHECK_FALSE(covers("b3", 0));
}

}  // namespace
}  // namespace depone
