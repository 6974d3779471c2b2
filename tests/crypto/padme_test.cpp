#include "crypto/padme.h"

#include <catch2/catch_test_macros.hpp>
#include <utility>

#include "test_bytes.h"

namespace depone {
namespace {

// Computed from the published formula.
TEST_CASE("Lengths are padded as published") {
  const std::pair<std::uint64_t, std::uint64_t> pairs[] = {{0, 0},
                                                           {1, 1},
                                                           {2, 2},
                                                           {8, 8},
                                                           {9, 10},
                                                           {100, 104},
                                                           {512, 512},
                                                           {1000, 1024},
                                                           {1024, 1024},
                                                           {1025, 1088},
                                                           {10240, 10240},
                                                           {65536, 65536},
                                                           {65537, 67584},
                                                           {100000, 100352},
                                                           {1000000, 1015808},
                                                           {10485761, 10747904},
                                                           {4294967297, 4362076160}};
  for (const auto& [length, padded] : pairs) {
    INFO(length);
    CHECK(padme(length) == padded);
  }
}

TEST_CASE("A padded length is its own, never shorter and at most 12 % longer") {
  for (std::uint64_t length = 1; length < 100'000; ++length) {
    const std::uint64_t padded = padme(length);
    REQUIRE(padded >= length);
    REQUIRE(padded <= length + length * 12 / 100);
    REQUIRE(padme(padded) == padded);
  }
}

TEST_CASE("A length that can't be padded is refused") {
  CHECK(testing::code_of([] { padme(UINT64_MAX); }) == Code::invalid);
}

}  // namespace
}  // namespace depone
