#include <catch2/catch_test_macros.hpp>

#include "cli/run.h"

namespace depone::cli {
namespace {

TEST_CASE("Each kind of error has its decided exit code", "[run]") {
  CHECK(exit_status(Code::invalid) == 1);
  CHECK(exit_status(Code::io) == 1);
  CHECK(exit_status(Code::busy) == 1);
  CHECK(exit_status(Code::interrupted) == 1);
  CHECK(exit_status(Code::usage) == 2);
  CHECK(exit_status(Code::wrong_key) == 3);
  CHECK(exit_status(Code::no_identity) == 3);
  CHECK(exit_status(Code::malformed) == 4);
  CHECK(exit_status(Code::unsupported) == 4);
  CHECK(exit_status(Code::bad_signature) == 4);
  CHECK(exit_status(Code::mismatch) == 4);
  CHECK(exit_status(Code::not_found) == 5);
  CHECK(exit_status(Code::unreachable) == 6);
  CHECK(exit_status(Code::refused) == 7);
  CHECK(exit_status(Code::damaged) == 8);
}

}  // namespace
}  // namespace depone::cli
