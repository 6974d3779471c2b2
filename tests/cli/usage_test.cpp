#include "cli/usage.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/support/process.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

std::string refused(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), DEPONE_BIN "/depone");
  const ProcessResult ran = run_process(arguments);
  REQUIRE(ran.status == 2);
  REQUIRE(ran.out == "");
  return ran.err;
}

TEST_CASE("The nearest word is at most two letters away, and a third of what was typed", "[run]") {
  const std::vector<std::string> words{"list", "link", "lock", "search"};
  CHECK(cli::nearest_word("lisst", words) == "list");
  CHECK(cli::nearest_word("serch", words) == "search");
  CHECK(cli::nearest_word("saerch", words) == "search");
  CHECK(cli::nearest_word("ls", words) == "");
  CHECK(cli::nearest_word("rumour", words) == "");
  CHECK(cli::nearest_word("", words) == "");
}

TEST_CASE("A command that there is none of is named, and the one that is near it", "[run]") {
  CHECK_THAT(refused({"serch", "raid"}),
             ContainsSubstring("no command \"serch\"") && ContainsSubstring("search?"));
  CHECK_THAT(refused({"key", "exprot"}),
             ContainsSubstring("no command \"exprot\"") && ContainsSubstring("export?"));
  CHECK_THAT(refused({"--json"}), ContainsSubstring("a command is missing"));
  CHECK_THAT(refused({"key"}), ContainsSubstring("a command is missing behind key"));
}

TEST_CASE("An option that there is none of is named, and the one that is near it", "[run]") {
  CHECK_THAT(refused({"list", "--knid", "testimony"}),
             ContainsSubstring("no option --knid") && ContainsSubstring("--kind?"));
  CHECK_THAT(refused({"list", "--jsn"}), ContainsSubstring("--json?"));
}

TEST_CASE("A value that is none is named in words", "[run]") {
  CHECK_THAT(refused({"list", "--limit", "many"}),
             ContainsSubstring("--limit: \"many\" is not a whole number above 0"));
  CHECK_THAT(refused({"list", "--limit", "0"}), ContainsSubstring("not a whole number above 0"));
  CHECK_THAT(refused({"list", "--limit"}), ContainsSubstring("--limit: its value is missing"));
  CHECK_THAT(refused({"extract", "id", "many", "--to", "file"}),
             ContainsSubstring("\"many\" is not a number"));
}

TEST_CASE("Wrong usage of a command leads to its own help", "[run]") {
  CHECK_THAT(refused({"list", "--limit", "many"}), ContainsSubstring("depone list --help"));
  CHECK_THAT(refused({"key", "export"}), ContainsSubstring("depone key export --help"));
  CHECK_THAT(refused({"nothing"}), ContainsSubstring("depone --help"));
}

}  // namespace
}  // namespace depone::testing
