#include "crypto/formats/custody.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/formats/keys_of.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;
using testing::error_of;

constexpr Time kNow{1'795'512'600};
const std::string kStart(32, 'a');

CustodyEvent first() {
  return CustodyEvent::make(kStart, kNow, "-", "collected", std::nullopt, Json::object());
}
CustodyEvent after(const CustodyEvent& event, std::string_view action = "sealed") {
  return CustodyEvent::make(event.hash, kNow, "monitor-1", action, std::string(64, 'b'),
                            Json{{"revisions", 1}});
}
std::string hidden(const CustodyEvent& event) {
  return R"({"format":"depone/custody/1","hidden":")" + event.hash + "\"}\n";
}

TEST_CASE("An event is one line in the decided order of keys", "[custody]") {
  const std::string line = after(first()).line;
  const Json value = parse_json(line, "line");
  CHECK(testing::keys_of(line) == std::vector<std::string>{"format", "previous", "salt", "time",
                                                           "member", "action", "object", "detail"});
  CHECK(value["salt"].get<std::string>().size() == 32);
  CHECK(value["time"] == "2026-11-24T09:30:00Z");
}

TEST_CASE("An event is read as it was made", "[custody]") {
  const CustodyEvent made = after(first());
  const CustodyEvent read = CustodyEvent::parse(made.line);
  CHECK(read.hash == made.hash);
  CHECK(read.hash == hex(sha256(made.line)));
  CHECK(read.object == made.object);
  CHECK(read.detail == made.detail);
  CHECK(read.member == "monitor-1");
  CHECK_FALSE(first().object);
}

TEST_CASE("Chains are told apart by their beginnings", "[custody]") {
  const CustodyEvent a = first();
  const CustodyEvent b = after(a);
  const CustodyEvent c = first();
  const auto chains = parse_custody(a.line + "\n" + b.line + "\n" + c.line + "\n");
  REQUIRE(chains.size() == 2);
  CHECK(chains[0].size() == 2);
  CHECK(chains[1][0].hash == c.hash);
}

TEST_CASE("A file without events has no chains", "[custody]") { CHECK(parse_custody("").empty()); }

TEST_CASE("A hidden event keeps the chain linked", "[custody]") {
  const CustodyEvent a = first();
  const CustodyEvent b = after(a);
  const CustodyEvent c = after(b);
  const auto chains = parse_custody(a.line + "\n" + hidden(b) + c.line + "\n");
  REQUIRE(chains.size() == 1);
  CHECK(chains[0][1].hidden);
  CHECK(chains[0][1].hash == b.hash);
}

TEST_CASE("The first event of all may be hidden", "[custody]") {
  const CustodyEvent a = first();
  const CustodyEvent b = after(a);
  CHECK(parse_custody(hidden(a) + b.line + "\n").at(0).size() == 2);
}

TEST_CASE("An event that was taken out, altered or put elsewhere is noticed", "[custody]") {
  const CustodyEvent a = first();
  const CustodyEvent b = after(a);
  const CustodyEvent c = after(b);
  const auto checking = [](const std::string& file) {
    return code_of([&] { parse_custody(file); });
  };
  CHECK(checking(a.line + "\n" + b.line + "\n" + c.line + "\n") == std::nullopt);
  CHECK(checking(a.line + "\n" + c.line + "\n") == Code::mismatch);
  CHECK(checking(b.line + "\n" + c.line + "\n") == Code::mismatch);
  CHECK(checking(a.line + "\n" + c.line + "\n" + b.line + "\n") == Code::mismatch);
  std::string altered = b.line;
  altered.replace(altered.find("monitor-1"), 9, "monitor-2");
  CHECK(checking(a.line + "\n" + altered + "\n" + c.line + "\n") == Code::mismatch);
}

TEST_CASE("The line of an error is named", "[custody]") {
  const CustodyEvent a = first();
  const auto error = error_of([&] { parse_custody(a.line + "\n{}\n"); });
  REQUIRE(error);
  CHECK(error->context() == "custody line 2");
}

TEST_CASE("Millions of empty lines are refused at the first", "[custody]") {
  const auto error = error_of([] { parse_custody(std::string(16u << 20, '\n')); });
  REQUIRE(error);
  CHECK(error->code() == Code::malformed);
  CHECK(error->context() == "custody line 1");
}

TEST_CASE("What is no event is refused", "[custody]") {
  const Json good = parse_json(after(first()).line, "line");
  const auto with = [&](const char* key, const Json& value) {
    Json altered = good;
    altered[key] = value;
    return code_of([&] { CustodyEvent::parse(dump_json(altered)); });
  };
  CHECK(with("object", nullptr) == std::nullopt);
  CHECK(with("format", "depone/custody/2") == Code::unsupported);
  CHECK(with("more", 1) == Code::malformed);
  CHECK(with("previous", std::string(63, 'a')) == Code::malformed);
  CHECK(with("previous", std::string(64, 'A')) == Code::malformed);
  CHECK(with("salt", "aa") == Code::malformed);
  CHECK(with("time", "2026") == Code::malformed);
  CHECK(with("member", "A") == Code::malformed);
  CHECK(with("action", "eaten") == Code::malformed);
  CHECK(with("object", "aa") == Code::malformed);
  CHECK(with("detail", "text") == Code::malformed);
  CHECK(code_of([] { CustodyEvent::parse(R"({"format":"depone/custody/1","hidden":"aa"})"); }) ==
        Code::malformed);
  CHECK(code_of([] { parse_custody("{}"); }) == Code::malformed);
}

}  // namespace
}  // namespace depone
