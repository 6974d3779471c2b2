#include "crypto/formats/uuid.h"

#include <catch2/catch_test_macros.hpp>
#include <set>

namespace depone {
namespace {

TEST_CASE("Random UUIDs are of version 4 and differ", "[uuid]") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_uuid());
  CHECK(seen.size() == 1000);
  CHECK(is_uuid(*seen.begin()));
}

TEST_CASE("Another form or version is no UUID here", "[uuid]") {
  CHECK(is_uuid("f81d4fae-7dec-41d0-a765-00a0c91e6bf6"));
  for (const char* text :
       {"", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "f81d4fae-7dec-41d0-c765-00a0c91e6bf6",
        "F81D4FAE-7DEC-41D0-A765-00A0C91E6BF6", "f81d4fae7dec41d0a76500a0c91e6bf6",
        "f81d4fae-7dec-41d0-a765-00a0c91e6bf", "f81d4fae-7dec-41d0-a765-00a0c91e6bfg",
        "{f81d4fae-7dec-41d0-a765-00a0c91e6bf6}"}) {
    INFO(text);
    CHECK_FALSE(is_uuid(text));
  }
}

}  // namespace
}  // namespace depone
