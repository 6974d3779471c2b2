#include <catch2/catch_test_macros.hpp>

#include "tests/fault/acts.h"

namespace depone::testing {
namespace {

TEST_CASE("new on a full disk says so and changes nothing", "[full]") {
  const New made;
  survives_full_disk(made.start, made.act);
}

TEST_CASE("attach on a full disk says so and changes nothing", "[full]") {
  const Attach attach;
  survives_full_disk(attach.start, attach.act);
}

TEST_CASE("import on a full disk says so and changes nothing", "[full]") {
  const Import import;
  survives_full_disk(import.start, import.act);
}

TEST_CASE("new on a broken disk says so and changes nothing", "[broken]") {
  const New made;
  survives_broken_disk(made.start, made.act);
}

TEST_CASE("attach on a broken disk says so and changes nothing", "[broken]") {
  const Attach attach;
  survives_broken_disk(attach.start, attach.act);
}

TEST_CASE("import on a broken disk says so and changes nothing", "[broken]") {
  const Import import;
  survives_broken_disk(import.start, import.act);
}

}  // namespace
}  // namespace depone::testing
