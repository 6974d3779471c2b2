#include <catch2/catch_test_macros.hpp>

#include "tests/fault/acts.h"

namespace depone::testing {
namespace {

TEST_CASE("passwd killed at any step leaves one passphrase that opens", "[kill-step]") {
  const Passwd passwd;
  survives_kills(passwd.start, passwd.act);
}

TEST_CASE("new killed at any step leaves the whole record or none", "[kill-step]") {
  const New made;
  survives_kills(made.start, made.act);
}

TEST_CASE("attach killed at any step leaves every file attached or none", "[kill-step]") {
  const Attach attach;
  survives_kills(attach.start, attach.act);
}

TEST_CASE("import killed at any step leaves all of its rows or none", "[kill-step]") {
  const Import import;
  survives_kills(import.start, import.act);
}

}  // namespace
}  // namespace depone::testing
