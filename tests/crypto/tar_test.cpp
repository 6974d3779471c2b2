#include "crypto/tar.h"

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "test_bytes.h"

namespace depone {
namespace {

using testing::code_of;
using testing::error_of;
using testing::pattern;

struct Content {
  std::string path;
  Bytes bytes;
  bool operator==(const Content&) const = default;
};

std::vector<Content> samples() {
  const std::string record = "records/00000000-0000-4000-8000-000000000000/";
  return {{"manifest.json", pattern(10)},
          {record + std::string(64, 'a') + ".fields.jsonl", pattern(512)},
          {"attachments/" + std::string(64, 'b'), pattern(1000)},
          {"empty", {}},
          {"padding", Bytes(513, 0)}};
}

Bytes archive(const std::vector<Content>& members) {
  MemorySink sink;
  tar::Writer writer(sink);
  for (const Content& member : members) writer.add(member.path, member.bytes);
  writer.end();
  CHECK(writer.written() == sink.bytes().size());
  return sink.bytes();
}

std::vector<Content> read_archive(ByteView bytes) {
  MemorySource source(bytes);
  tar::Reader reader(source);
  std::vector<Content> out;
  while (const auto member = reader.next())
    out.push_back({member->path, read_all(reader, 1u << 20)});
  return out;
}

std::optional<Code> reading(ByteView bytes) {
  return code_of([&] { read_archive(bytes); });
}

TEST_CASE("What is archived is read again") {
  const Bytes bytes = archive(samples());
  CHECK(read_archive(bytes) == samples());
  std::uint64_t size = 1024;
  for (const Content& member : samples()) size += tar::member_size(member.bytes.size());
  CHECK(bytes.size() == size);
}

TEST_CASE("Members may be skipped without reading them") {
  const Bytes bytes = archive(samples());
  MemorySource source(bytes);
  tar::Reader reader(source);
  std::size_t count = 0;
  while (reader.next()) ++count;
  CHECK(count == samples().size());
  CHECK(reader.consumed() == bytes.size());
}

TEST_CASE("A header is the one that POSIX.1-1988 describes") {
  const auto header = tar::header("manifest.json", 1234);
  std::string expected = "manifest.json" + std::string(87, '\0');
  expected += std::string(
      "0000644\0"
      "0000000\0"
      "0000000\0"
      "00000002322\0"
      "00000000000\0",
      48);
  expected += std::string(
                  "011705\0 "
                  "0",
                  9) +
              std::string(100, '\0');
  expected += std::string(
                  "ustar\0"
                  "00",
                  8) +
              std::string(64, '\0');
  expected += std::string(
                  "0000000\0"
                  "0000000\0",
                  16) +
              std::string(167, '\0');
  REQUIRE(expected.size() == 512);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < 512; ++i) {
    sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(expected[i]);
  }
  CHECK(sum == 011705);
  CHECK(as_text(header) == expected);
}

TEST_CASE("A path of over 100 bytes is split at its last slash") {
  const std::string path =
      std::string(60, 'a') + "/" + std::string(30, 'b') + "/" + std::string(40, 'c');
  const auto header = tar::header(path, 0);
  const std::string_view text = as_text(header);
  CHECK(text.substr(0, 41) == std::string(40, 'c') + std::string(1, '\0'));
  CHECK(text.substr(345, 92) == path.substr(0, 91) + std::string(1, '\0'));
}

TEST_CASE("The longest names fit, one byte more does not") {
  const std::string name(100, 'n');
  const std::string prefix(155, 'p');
  CHECK(read_archive(archive({{prefix + "/" + name, {}}, {name, {}}})).size() == 2);
  for (const std::string& path : {prefix + "p/" + name, prefix + "/n" + name, "n" + name}) {
    CHECK(code_of([&] { tar::header(path, 0); }) == Code::invalid);
  }
}

TEST_CASE("A path that leaves its directory or is not plain is not archived") {
  for (const char* path :
       {"", "/a", "a/", "a//b", "../a", "a/../b", ".", "./a", "a b", "a\nb", "\xc3\xa4"}) {
    INFO(path);
    CHECK(code_of([&] { tar::header(path, 0); }) == Code::invalid);
  }
}

TEST_CASE("A size of up to 8 GiB less one byte fits") {
  CHECK(as_text(tar::header("a", tar::kMaxFile)).substr(124, 12) ==
        std::string("77777777777\0", 12));
  CHECK(code_of([] { tar::header("a", tar::kMaxFile + 1); }) == Code::invalid);
}

TEST_CASE("Content of another length than said is an error") {
  MemorySink sink;
  tar::Writer writer(sink);
  writer.begin("a", 10);
  CHECK(code_of([&] { writer.write(pattern(11)); }) == Code::mismatch);
  writer.write(pattern(9));
  CHECK(code_of([&] { writer.begin("b", 0); }) == Code::mismatch);
  CHECK(code_of([&] { writer.end(); }) == Code::mismatch);
}

TEST_CASE("Every flipped bit outside of contents is refused") {
  const Bytes good = archive({{"a", pattern(3)}, {"b/c", {}}});
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    if (bit / 8 >= 512 && bit / 8 < 515) continue;
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    INFO("bit " << bit);
    CHECK(reading(bad) == Code::malformed);
  }
}

TEST_CASE("Every truncation is refused") {
  const Bytes good = archive({{"a", pattern(3)}, {"b", {}}});
  for (std::size_t size = 0; size < good.size(); ++size) {
    INFO(size);
    CHECK(reading(ByteView(good).first(size)) == Code::malformed);
  }
}

TEST_CASE("Anything after the two zero blocks is refused") {
  Bytes bytes = archive({{"a", pattern(3)}});
  bytes.push_back(0);
  CHECK(reading(bytes) == Code::malformed);
  bytes.resize(bytes.size() + 511);
  CHECK(reading(bytes) == Code::malformed);
}

// A header of our own with one field changed and its checksum made right again.
Bytes forged(std::size_t at, std::string_view text) {
  auto header = tar::header("a", 0);
  std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
  std::fill_n(header.begin() + 148, 8, std::uint8_t{' '});
  unsigned sum = 0;
  for (const std::uint8_t byte : header) sum += byte;
  for (std::size_t i = 0; i < 6; ++i) {
    header[153 - i] = static_cast<std::uint8_t>('0' + (sum >> (3 * i) & 7));
  }
  header[154] = 0;
  Bytes out(header.begin(), header.end());
  out.resize(512 + 1024);
  return out;
}

TEST_CASE("Forged headers with a right checksum are refused") {
  REQUIRE_FALSE(reading(forged(0, "a")));
  const std::string_view types(
      "\0"
      "1234567xgLKSV",
      14);
  for (std::size_t i = 0; i < types.size(); ++i) {
    INFO("type " << i);
    CHECK(reading(forged(156, types.substr(i, 1))) == Code::malformed);
  }
  CHECK(reading(forged(0, "/a")) == Code::malformed);         // absolute
  CHECK(reading(forged(0, "../a")) == Code::malformed);       // leaves the directory
  CHECK(reading(forged(345, "..")) == Code::malformed);       // likewise, in the prefix
  CHECK(reading(forged(345, "x")) == Code::malformed);        // a prefix that is not needed
  CHECK(reading(forged(0, "a/")) == Code::malformed);         // a directory
  CHECK(reading(forged(100, "0000755")) == Code::malformed);  // mode
  CHECK(reading(forged(108, "0000001")) == Code::malformed);  // owner
  CHECK(reading(forged(124, "        001")) == Code::malformed);
  CHECK(reading(forged(124, "\x80")) == Code::malformed);  // GNU's binary size
  CHECK(reading(forged(136, "00000000001")) == Code::malformed);
  CHECK(reading(forged(157, "target")) == Code::malformed);   // a link
  CHECK(reading(forged(257, "ustar  ")) == Code::malformed);  // GNU
  CHECK(reading(forged(265, "root")) == Code::malformed);
  CHECK(reading(forged(500, "x")) == Code::malformed);
}

TEST_CASE("A huge declared size takes no memory and ends in an error") {
  Bytes bytes;
  const auto header = tar::header("a", tar::kMaxFile);
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.resize(4096);
  CHECK(reading(bytes) == Code::malformed);
}

TEST_CASE("The error names the offset") {
  Bytes bytes = archive({{"a", pattern(3)}, {"b", {}}});
  bytes[1024] = 'B';
  const auto error = error_of([&] { read_archive(bytes); });
  REQUIRE(error);
  CHECK(error->context() == "archive, byte 1024");
}

}  // namespace
}  // namespace depone
