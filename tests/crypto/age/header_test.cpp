#include "crypto/age/header.h"

#include <catch2/catch_test_macros.hpp>

#include "../test_bytes.h"
#include "crypto/age/recipients.h"
#include "stock_files.h"

namespace depone::age {
namespace {

using testing::code_of;
using testing::error_of;
using testing::pattern;

const std::string kMac(43, 'A');

std::string file(const std::string& stanzas) {
  return "age-encryption.org/v1\n" + stanzas + "--- " + kMac + "\n";
}

Header parsed(std::string_view text) {
  MemorySource source(as_bytes(text));
  return read_header(source);
}

std::optional<Code> reading(std::string_view text) {
  return code_of([&] { parsed(text); });
}

TEST_CASE("A header's stanzas are read with arguments and bodies") {
  const std::string full(64, 'A');
  const Header header =
      parsed(file("-> a\n\n-> b c d\n" + full + "\nAAAA\n-> e\n" + full + "\n\n"));
  REQUIRE(header.stanzas.size() == 3);
  CHECK(header.stanzas[0].type == "a");
  CHECK(header.stanzas[0].arguments.empty());
  CHECK(header.stanzas[0].body.empty());
  CHECK(header.stanzas[1].type == "b");
  CHECK(header.stanzas[1].arguments == std::vector<std::string>{"c", "d"});
  CHECK(header.stanzas[1].body == Bytes(51, 0));
  CHECK(header.stanzas[2].body == Bytes(48, 0));
  CHECK(header.mac == Sha256{});
}

TEST_CASE("What is written is read, and its MAC holds for its key only") {
  const FileKey key = FileKey::random();
  for (const std::size_t size : {0u, 1u, 32u, 47u, 48u, 49u, 96u, 1000u}) {
    INFO(size);
    const std::string text = write_header(key, std::vector<Stanza>{{"x", {"y"}, pattern(size)}});
    const Header header = parsed(text);
    CHECK(header.stanzas[0].body == pattern(size));
    CHECK(header.signed_part + text.substr(header.signed_part.size()) == text);
    CHECK(header.signed_part.ends_with("\n---"));
    CHECK(header_mac_ok(key, header));
    CHECK_FALSE(header_mac_ok(FileKey::random(), header));
  }
}

// A source that counts what was taken from it.
class Counting : public Source {
 public:
  explicit Counting(ByteView bytes) : in_(bytes) {}
  std::size_t read(std::span<std::uint8_t> into) override {
    const std::size_t got = in_.read(into);
    taken += got;
    return got;
  }
  std::size_t taken = 0;

 private:
  MemorySource in_;
};

TEST_CASE("Reading a header takes no byte of the payload") {
  const FileKey key = FileKey::random();
  for (std::size_t body = 0; body < 200; ++body) {
    std::string text = write_header(
        key, std::vector<Stanza>{{"x", {}, pattern(body)}, {"z", {"longer", "arguments"}, {}}});
    const std::size_t size = text.size();
    text += "payload";
    Counting source(as_bytes(text));
    read_header(source);
    CHECK(source.taken == size);
  }
}

TEST_CASE("A header is parsed from bytes as soon as they are all there") {
  const std::string text = file("-> a\n\n");
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(parse_header(as_bytes(std::string_view(text).substr(0, size))));
  }
  const auto both = parse_header(as_bytes(text + "payload"));
  REQUIRE(both);
  CHECK(both->second == text.size());
  CHECK(both->first.stanzas.size() == 1);
}

TEST_CASE("A header in any other than the one form is malformed") {
  const std::string full(64, 'A');
  REQUIRE_FALSE(reading(file("-> a\n\n")));
  const std::string v1 = "age-encryption.org/v1\n";
  const std::string mac = "--- " + kMac;
  for (const std::string& bad : std::initializer_list<std::string>{
           "",
           "age-encryption.org/v1",
           "age-encryption.org/v1\r\n-> a\n\n" + mac + "\n",
           "age encryption.org/v1\n-> a\n\n" + mac + "\n",
           file(""),             // no stanza
           file("->\n\n"),       // no argument
           file("-> \n\n"),      // an empty one
           file("-> a \n\n"),    // an empty second
           file("-> a  b\n\n"),  // two spaces
           file("->a\n\n"),
           file("-> a\tb\n\n"),
           file("-> \xc3\xa4\n\n"),
           file("-> a\r\n\n"),
           file("-> a\n\r\n"),
           file("a\n\n"),
           file("\n-> a\n\n"),
           file("-> a\n\n\n"),               // an empty line between
           file("-> a\n"),                   // no body
           file("-> a\n" + full + "\n"),     // no last short line
           file("-> a\n" + full + "A\n\n"),  // a long line
           file("-> a\nAA==\n"),             // padded
           file("-> a\nAB\n"),               // bits that are not zero
           file("-> a\nA\n"),
           file("-> a\nA A\n"),
           file("-> a\nAA-_\n"),
           v1 + "-> a\n\n---" + kMac + "\n",
           v1 + "-> a\n\n---  " + kMac + "\n",
           v1 + "-> a\n\n" + mac + " \n",
           v1 + "-> a\n\n" + mac + "=\n",
           v1 + "-> a\n\n" + mac + "\r\n",
           v1 + "-> a\n\n" + mac + "A\n",
           v1 + "-> a\n\n--- " + std::string(42, 'A') + "B\n",  // bits that are not zero
           v1 + "-> a\n\n--- " + std::string(42, 'A') + "\n",
           v1 + "-> a\n\n---\n",
           v1 + "-> a\n\n--- \n"}) {
    INFO(bad);
    const auto error = error_of([&] { parsed(bad); });
    REQUIRE(error);
    CHECK(error->code() == Code::malformed);
    CHECK(error->context() == "age header");
  }
}

TEST_CASE("Another version of age is not supported") {
  CHECK(reading("age-encryption.org/v2\n-> a\n\n") == Code::unsupported);
  CHECK(reading("age-encryption.org/v10\n-> a\n\n") == Code::unsupported);
}

TEST_CASE("The error names the line") {
  const auto error = error_of([] { parsed(file("-> a\nAA==\n")); });
  REQUIRE(error);
  CHECK(error->message().starts_with("Line 3 "));
}

TEST_CASE("A header over its bound is refused without reading on") {
  const std::string endless(4u << 20, 'A');
  const std::string text = "age-encryption.org/v1\n-> " + endless;
  Counting source(as_bytes(text));
  CHECK(code_of([&] { read_header(source); }) == Code::malformed);
  CHECK(source.taken <= kMaxHeaderSize + 100);
}

TEST_CASE("A header of exactly 2 MiB is read, of one byte more refused") {
  const std::string frame = "age-encryption.org/v1\n-> \n\n--- " + kMac + "\n";
  const auto sized = [&](std::size_t size) {
    std::string text = frame;
    text.insert(25, std::string(size - frame.size(), 'x'));
    return text;
  };
  CHECK_FALSE(reading(sized(kMaxHeaderSize)));
  CHECK(reading(sized(kMaxHeaderSize + 1)) == Code::malformed);
}

TEST_CASE("A header that age wrote is read") {
  const Bytes bytes = from_base64(testing::kHybridFile).value();
  const auto both = parse_header(bytes);
  REQUIRE(both);
  CHECK(both->first.stanzas.size() == 1);
  CHECK(both->first.stanzas[0].type == "mlkem768x25519");
  CHECK(bytes.size() - both->second == 16 + 12 + 16);
}

Header bundle_header(std::size_t stanzas) {
  Header header;
  header.stanzas.assign(stanzas, {"mlkem768x25519", {base64_unpadded(pattern(1120))}, pattern(32)});
  return header;
}

TEST_CASE("A bundle's header has 2, 4, 8 … 1,024 stanzas") {
  for (const std::size_t count : {2u, 4u, 8u, 64u, 1024u}) {
    CHECK_NOTHROW(check_bundle_header(bundle_header(count)));
  }
  for (const std::size_t count : {0u, 1u, 3u, 6u, 1023u, 1025u, 2048u}) {
    INFO(count);
    CHECK(code_of([&] { check_bundle_header(bundle_header(count)); }) == Code::malformed);
  }
}

TEST_CASE("A bundle's header has stanzas of the one kind only") {
  const auto with = [](const Stanza& stanza) {
    Header header = bundle_header(2);
    header.stanzas[1] = stanza;
    return code_of([&] { check_bundle_header(header); });
  };
  const std::string share = base64_unpadded(pattern(1120));
  REQUIRE_FALSE(with({"mlkem768x25519", {share}, pattern(32)}));
  CHECK(with({"X25519", {share}, pattern(32)}) == Code::malformed);
  CHECK(with({"MLKEM768X25519", {share}, pattern(32)}) == Code::malformed);
  CHECK(with({"mlkem768x25519", {}, pattern(32)}) == Code::malformed);
  CHECK(with({"mlkem768x25519", {share, "x"}, pattern(32)}) == Code::malformed);
  CHECK(with({"mlkem768x25519", {base64_unpadded(pattern(1119))}, pattern(32)}) == Code::malformed);
  CHECK(with({"mlkem768x25519", {base64(pattern(1120))}, pattern(32)}) == Code::malformed);
  CHECK(with({"mlkem768x25519", {share}, pattern(31)}) == Code::malformed);
  CHECK(with({"mlkem768x25519", {share}, pattern(33)}) == Code::malformed);
}

}  // namespace
}  // namespace depone::age
