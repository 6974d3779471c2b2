#include "crypto/error.h"

#include <catch2/catch_test_macros.hpp>

namespace depone {
namespace {

TEST_CASE("An error says its context before its message") {
  CHECK(std::string(Error(Code::io, "It failed.", "a.age").what()) == "a.age: It failed.");
}

TEST_CASE("An error without a context says only its message") {
  CHECK(std::string(Error(Code::io, "It failed.").what()) == "It failed.");
}

TEST_CASE("A context put on an error comes before the one that it has") {
  const Error outer = Error(Code::malformed, "Not a number.", "line 3").in("roster.json");
  CHECK(outer.context() == "roster.json: line 3");
  CHECK(outer.code() == Code::malformed);
  CHECK(outer.message() == "Not a number.");
}

TEST_CASE("A context put on an error without one is the context") {
  CHECK(Error(Code::malformed, "Not a number.").in("roster.json").context() == "roster.json");
}

}  // namespace
}  // namespace depone
