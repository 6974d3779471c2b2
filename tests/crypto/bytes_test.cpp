#include "crypto/bytes.h"

#include <catch2/catch_test_macros.hpp>

namespace depone {
namespace {

TEST_CASE("Hex is lower-case and comes back as the same bytes") {
  const Bytes bytes{0x00, 0x0f, 0xa5, 0xff};
  CHECK(hex(bytes) == "000fa5ff");
  CHECK(from_hex("000fa5ff") == bytes);
  CHECK(from_hex("") == Bytes());
}

TEST_CASE("Hex of odd length, in capitals or with other characters is refused") {
  for (const char* text : {"0", "000", "AB", "0g", " 00", "00\n", "0x00"}) {
    INFO(text);
    CHECK_FALSE(from_hex(text));
  }
}

TEST_CASE("Base64 gives what RFC 4648 section 10 lists") {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    INFO(plain);
    CHECK(base64(as_bytes(plain)) == encoded);
    CHECK(from_base64(encoded) == to_bytes(plain));
    std::string bare = encoded;
    while (bare.ends_with('=')) bare.pop_back();
    CHECK(base64_unpadded(as_bytes(plain)) == bare);
    CHECK(from_base64_unpadded(bare) == to_bytes(plain));
  }
}

TEST_CASE("Base64 that is not canonical is refused") {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Z", "Zm9v\n", " Zm9v",
                           "Zm9v=", "Zm_v", "Zg==Zg==", "====", "Zm 9v"}) {
    INFO(text);
    CHECK_FALSE(from_base64(text));
  }
}

TEST_CASE("Unpadded base64 that is padded or not canonical is refused") {
  for (const char* text : {"Zg==", "Zh", "Zm9", "Z", "Zm9v\n", "Zm-v", "Zm8="}) {
    INFO(text);
    CHECK_FALSE(from_base64_unpadded(text));
  }
}

TEST_CASE("The url form of base64 uses its own two characters and no padding") {
  const Bytes bytes{0xfb, 0xff, 0xfe, 0x01};
  CHECK(base64url(bytes) == "-__-AQ");
  CHECK(from_base64url("-__-AQ") == bytes);
  CHECK_FALSE(from_base64url("+//+AQ"));
  CHECK_FALSE(from_base64url("-__-AQ=="));
}

TEST_CASE("Exactly so many bytes are taken, or none") {
  CHECK(exactly<2>(from_hex("0102")) == ByteArray<2>{1, 2});
  CHECK_FALSE(exactly<2>(from_hex("01")));
  CHECK_FALSE(exactly<2>(from_hex("010203")));
  CHECK_FALSE(exactly<2>(from_hex("xx")));
}

TEST_CASE("A decimal number has digits only and no leading zeros") {
  CHECK(from_decimal("0") == 0u);
  CHECK(from_decimal("18446744073709551615") == UINT64_MAX);
  for (const char* text : {"", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "0x1", "1e3",
                           "18446744073709551616", "99999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(from_decimal(text));
  }
}

TEST_CASE("A decimal number over its bound is refused") {
  CHECK(from_decimal("22", 22) == 22u);
  CHECK_FALSE(from_decimal("23", 22));
}

TEST_CASE("UTF-8 in any script is taken") {
  CHECK(is_utf8(as_bytes("plain, Tigrinya ትግርኛ, Burmese မြန်မာ, 한국어, 𝄞")));
  CHECK(is_utf8({}));
  CHECK(is_utf8(Bytes{0xf4, 0x8f, 0xbf, 0xbf}));
}

TEST_CASE("What is not UTF-8 is refused") {
  const Bytes bad[] = {{0x80},                    // a continuation alone
                       {0xc3},                    // cut off
                       {0xe2, 0x82},              // cut off
                       {0xc0, 0xaf},              // longer than needed
                       {0xe0, 0x80, 0xaf},        // longer than needed
                       {0xf0, 0x80, 0x80, 0xaf},  // longer than needed
                       {0xed, 0xa0, 0x80},        // a surrogate
                       {0xf4, 0x90, 0x80, 0x80},  // beyond U+10FFFF
                       {0xff},
                       {0xc3, 0x28}};
  for (const Bytes& bytes : bad) {
    INFO(hex(bytes));
    CHECK_FALSE(is_utf8(bytes));
  }
}

TEST_CASE("Splitting keeps empty parts") {
  CHECK(split("a::b", ':') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("", ':') == std::vector<std::string_view>{""});
}

TEST_CASE("Lines must each end in a line feed") {
  CHECK(lines_of("a\n\nb\n") == std::vector<std::string_view>{"a", "", "b"});
  CHECK(lines_of("") == std::vector<std::string_view>{});
  CHECK_FALSE(lines_of("a\nb"));
}

TEST_CASE("Random bytes are not the same twice") {
  CHECK(random_array<32>() != random_array<32>());
}

}  // namespace
}  // namespace depone
