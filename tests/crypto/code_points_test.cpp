#include "crypto/code_points.h"

#include <catch2/catch_test_macros.hpp>

namespace depone {
namespace {

TEST_CASE("Code points of every length are read", "[code_points]") {
  CHECK(code_points("aé한😀") == std::u32string(U"aé한😀"));
  CHECK(code_points("") == std::u32string());
}

TEST_CASE("What is not UTF-8 has no code points", "[code_points]") {
  CHECK_FALSE(code_points("a\xff"));
  CHECK_FALSE(code_points("\xed\xa0\x80"));
}

TEST_CASE("Marks that could disguise a name are not safe to show", "[code_points]") {
  for (const char32_t point : {U'\n', U'\x1b', U'\x7f', U'\x85', U'\u2028', U'\u202e', U'\u2066'}) {
    CHECK(is_unsafe_to_show(point));
  }
  for (const char32_t point : {U' ', U'a', U'é', U'한', U'\u200d', U'\u3000'})
    CHECK_FALSE(is_unsafe_to_show(point));
}

TEST_CASE("Spaces of any script are spaces", "[code_points]") {
  for (const char32_t point : {U' ', U'\t', U'\u00a0', U'\u2009', U'\u3000'})
    CHECK(is_unicode_space(point));
  CHECK_FALSE(is_unicode_space(U'_'));
}

}  // namespace
}  // namespace depone
