#include "crypto/age/armor.h"

#include <catch2/catch_test_macros.hpp>

#include "../test_bytes.h"

namespace depone::age {
namespace {

using testing::error_of;
using testing::pattern;

const std::string kBegin = "-----BEGIN AGE ENCRYPTED FILE-----\n";
const std::string kEnd = "-----END AGE ENCRYPTED FILE-----\n";

std::string armored(ByteView bytes, const std::string& eol = "\n") {
  std::string out = kBegin.substr(0, kBegin.size() - 1) + eol;
  const std::string text = base64(bytes);
  for (std::size_t at = 0; at < text.size(); at += 64) out += text.substr(at, 64) + eol;
  return out + kEnd.substr(0, kEnd.size() - 1) + eol;
}

Bytes dearmored(std::string_view text) {
  MemorySource source(as_bytes(text));
  ArmorReader armor(source);
  return read_all(armor, 1u << 20);
}

bool armor_failure(std::string_view text) {
  const auto error = error_of([&] { dearmored(text); });
  return error && error->code() == Code::malformed && error->context() == "armor";
}

TEST_CASE("Any length of armored bytes comes back") {
  for (std::size_t size = 0; size < 200; ++size) {
    INFO(size);
    CHECK(dearmored(armored(pattern(size))) == pattern(size));
  }
  CHECK(dearmored(armored(pattern(300'000))) == pattern(300'000));
}

TEST_CASE("Lines may end in CR LF, and the last one in nothing") {
  CHECK(dearmored(armored(pattern(100), "\r\n")) == pattern(100));
  const std::string text = armored(pattern(100));
  CHECK(dearmored(text.substr(0, text.size() - 1)) == pattern(100));
}

TEST_CASE("White space around the armor is allowed, a limited amount") {
  const std::string text = armored(pattern(100));
  CHECK(dearmored("\n\r   \t\n" + text + "\n\r   \t\n") == pattern(100));
  CHECK(armor_failure(std::string(2000, '\n') + text));
  CHECK(armor_failure(text + std::string(2000, '\n')));
}

TEST_CASE("Anything else around the armor is refused") {
  const std::string text = armored(pattern(100));
  CHECK(armor_failure("x\n" + text));
  CHECK(armor_failure(text + "x"));
  CHECK(armor_failure(text + text));
  CHECK(armor_failure(""));
  CHECK(armor_failure(" " + text));
}

TEST_CASE("Another form of armor is refused") {
  const std::string full = base64(pattern(48)) + "\n";
  REQUIRE_FALSE(armor_failure(kBegin + full + "AAAA\n" + kEnd));
  for (const std::string& bad : std::initializer_list<std::string>{
           kBegin + full + "AAAA\n",         // no end
           kBegin + full + "AAAA",           // cut off
           kBegin + "AAAA\n" + full + kEnd,  // a short line before another
           kBegin + full + "\n" + kEnd,      // an empty line
           kBegin + "\n" + full + kEnd,
           kBegin + "AA\n" + kEnd,    // no padding
           kBegin + "AB==\n" + kEnd,  // not canonical
           kBegin + "AAAA \n" + kEnd,
           kBegin + " AAAA\n" + kEnd,
           kBegin + "AA==AAAA\n" + kEnd,
           kBegin + "A*AA\n" + kEnd,
           kBegin + base64(pattern(51)) + "\n" + kEnd,  // 68 columns
           kBegin + "AAAA\n=AAA\n" + kEnd,              // PGP's checksum
           kBegin + "Key: value\n\nAAAA\n" + kEnd,      // headers
           kBegin + full + "-----END AGE FILE-----\n",
           "-----BEGIN AGE FILE-----\n" + full + kEnd,
           "-----begin age encrypted file-----\n" + full + kEnd,
           kBegin.substr(0, kBegin.size() - 1) + " \n" + full + kEnd,
           kBegin + full + kEnd.substr(0, kEnd.size() - 1) + " \n",
           kBegin + std::string(5000, 'A') + "\n" + kEnd,
           kBegin + "AAAA\r\r\n" + kEnd}) {
    INFO(bad);
    CHECK(armor_failure(bad));
  }
}

TEST_CASE("What was decoded before a bad line is given before the error") {
  const std::string text = kBegin + base64(pattern(48)) + "\n*\n" + kEnd;
  MemorySource source(as_bytes(text));
  ArmorReader armor(source);
  Bytes buffer(100);
  CHECK(armor.read(buffer) == 48);
  const auto error = error_of([&] { armor.read(buffer); });
  REQUIRE(error);
  CHECK(error->message().starts_with("Line 3: "));
}

}  // namespace
}  // namespace depone::age
