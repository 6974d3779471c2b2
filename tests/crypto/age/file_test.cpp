// Whole age files: header and payload together.
#include <sodium.h>

#include <algorithm>
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <set>

#include "../test_bytes.h"
#include "crypto/age/armor.h"
#include "crypto/age/stream.h"
#include "stock_files.h"

namespace depone::age {
namespace {

using testing::code_of;
using testing::error_of;
using testing::pattern;

using Identities = std::vector<const Identity*>;

Bytes decrypt(ByteView file, const Identities& identities) {
  MemorySource source(file);
  Decryptor decryptor(source, identities);
  return read_all(decryptor, 64u << 20);
}

Bytes encrypt(const std::vector<const Recipient*>& recipients, ByteView plain) {
  MemorySink sink;
  Encryptor encryptor(recipients, sink);
  encryptor.write(plain);
  encryptor.finish();
  return sink.bytes();
}

HybridIdentity new_hybrid() { return HybridIdentity::from_seed(Secret<32>::random()); }
X25519Identity new_x25519() { return X25519Identity(Secret<32>::random()); }

TEST_CASE("Files that age made are opened") {
  const auto hybrid = *HybridIdentity::parse(testing::kHybridIdentity);
  const auto x25519 = *X25519Identity::parse(testing::kX25519Identity);
  const ScryptIdentity scrypt(as_bytes(testing::kPassphrase));
  const Identities all{&hybrid, &x25519, &scrypt};
  for (const char* file : {testing::kHybridFile, testing::kX25519File, testing::kScryptFile}) {
    CHECK(as_text(decrypt(from_base64(file).value(), all)) == testing::kPlain);
  }
}

TEST_CASE("An armored file that age made is opened") {
  const auto x25519 = *X25519Identity::parse(testing::kX25519Identity);
  MemorySource source(as_bytes(testing::kArmoredX25519File));
  ArmorReader armor(source);
  Decryptor decryptor(armor, Identities{&x25519});
  CHECK(as_text(read_all(decryptor, 100)) == testing::kPlain);
}

TEST_CASE("Every recipient opens what was encrypted to several") {
  const auto hybrid = new_hybrid();
  const auto x25519 = new_x25519();
  const auto hybrid_recipient = hybrid.recipient();
  const auto x25519_recipient = x25519.recipient();
  const Bytes file = encrypt({&hybrid_recipient, &x25519_recipient}, pattern(200'000));
  CHECK(decrypt(file, {&hybrid}) == pattern(200'000));
  CHECK(decrypt(file, {&x25519}) == pattern(200'000));
}

TEST_CASE("A file for somebody else, or without any identity, is no_identity") {
  const auto recipient = new_hybrid().recipient();
  const auto stranger = new_hybrid();
  const ScryptIdentity scrypt(as_bytes("x"));
  const Bytes file = encrypt({&recipient}, pattern(10));
  CHECK(code_of([&] { decrypt(file, {&stranger, &scrypt}); }) == Code::no_identity);
  CHECK(code_of([&] { decrypt(file, {}); }) == Code::no_identity);
}

TEST_CASE("A wrong passphrase is no_identity") {
  const ScryptRecipient recipient(as_bytes("right"), 4);
  const ScryptIdentity wrong(as_bytes("wrong"));
  CHECK(code_of([&] { decrypt(encrypt({&recipient}, pattern(10)), {&wrong}); }) ==
        Code::no_identity);
}

TEST_CASE("A passphrase beside another recipient is refused on both sides") {
  const auto x25519 = new_x25519();
  const auto other = x25519.recipient();
  const ScryptRecipient scrypt(as_bytes("pass"), 4);
  CHECK(error_of([&] { encrypt({&other, &scrypt}, {}); }));
  const FileKey key = FileKey::random();
  const std::string header =
      write_header(key, std::vector<Stanza>{other.wrap(key), scrypt.wrap(key)});
  MemorySink sink;
  sink.write(as_bytes(header));
  PayloadWriter writer(key, sink);
  writer.finish();
  const auto error = error_of([&] { decrypt(sink.bytes(), {&x25519}); });
  REQUIRE(error);
  CHECK(error->code() == Code::malformed);
  CHECK(error->context() == "age header");
}

TEST_CASE("A wrong MAC is a mismatch before the payload is looked at") {
  const auto identity = new_x25519();
  const auto recipient = identity.recipient();
  const Bytes file = encrypt({&recipient}, pattern(10));
  auto [header, size] = parse_header(file).value();
  header.mac[0] ^= 1;
  MemorySource nothing({});
  const auto error = error_of([&] { Decryptor(header, nothing, Identities{&identity}); });
  REQUIRE(error);
  CHECK(error->code() == Code::mismatch);
  CHECK(error->context() == "age header");
}

TEST_CASE("A stanza added to a file is a mismatch") {
  const auto identity = new_x25519();
  const auto recipient = identity.recipient();
  Bytes file = encrypt({&recipient}, pattern(10));
  const Bytes extra = to_bytes("-> grease\n\n");
  file.insert(file.begin() + 22, extra.begin(), extra.end());
  CHECK(code_of([&] { decrypt(file, {&identity}); }) == Code::mismatch);
}

TEST_CASE("Nobody to encrypt to is an error") {
  CHECK(code_of([] { encrypt({}, {}); }) == Code::invalid);
}

// Which class of failure an altered file may be: in its header any of header's, in its payload only
// the payload's.
bool right_class(const Error& error, bool in_header) {
  const bool header = error.context() == "age header" &&
                      (error.code() == Code::malformed || error.code() == Code::unsupported ||
                       error.code() == Code::mismatch);
  if (in_header) return header || error.code() == Code::no_identity;
  return error.code() == Code::malformed && error.context() == "age payload";
}

TEST_CASE("Every flipped bit of a small file fails with the right class") {
  const auto identity = new_x25519();
  const auto recipient = identity.recipient();
  const Bytes good = encrypt({&recipient}, pattern(30));
  const std::size_t header = parse_header(good).value().second;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    const auto error = error_of([&] { decrypt(bad, {&identity}); });
    INFO("bit " << bit << " of " << header * 8);
    REQUIRE(error);
    CHECK(right_class(*error, bit < header * 8));
  }
}

TEST_CASE("A flipped bit at every byte of a small bundle fails with the right class") {
  const auto identity = new_hybrid();
  MemorySink sink;
  const auto encryptor = Encryptor::for_bundle(std::vector{identity.recipient()}, sink);
  encryptor->write(pattern(30));
  encryptor->finish();
  const Bytes good = sink.bytes();
  const std::size_t header = parse_header(good).value().second;
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes bad = good;
    bad[at] ^= static_cast<std::uint8_t>(1u << randombytes_uniform(8));
    const auto error = error_of([&] { decrypt(bad, {&identity}); });
    INFO("byte " << at << " of " << header);
    REQUIRE(error);
    CHECK(right_class(*error, at < header));
  }
}

TEST_CASE("Every truncation of a small file fails with the right class") {
  const auto identity = new_x25519();
  const auto recipient = identity.recipient();
  const Bytes good = encrypt({&recipient}, pattern(30));
  const std::size_t header = parse_header(good).value().second;
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto error = error_of([&] { decrypt(ByteView(good).first(size), {&identity}); });
    INFO(size << " of " << header);
    REQUIRE(error);
    CHECK(error->code() == Code::malformed);
    // A nonce that is missing or short counts as the header's failure.
    CHECK(error->context() == (size < header + 16 ? "age header" : "age payload"));
  }
}

TEST_CASE("A bundle's stanzas are padded to 2, 4, 8 and so on, and each recipient opens it") {
  for (const std::size_t count : {1u, 2u, 3u, 4u, 5u, 9u}) {
    std::vector<HybridIdentity> identities;
    std::vector<HybridRecipient> recipients;
    for (std::size_t i = 0; i < count; ++i) {
      identities.push_back(new_hybrid());
      recipients.push_back(identities.back().recipient());
    }
    MemorySink sink;
    const auto encryptor = Encryptor::for_bundle(recipients, sink);
    encryptor->write(pattern(10));
    encryptor->finish();
    const Header header = parse_header(sink.bytes()).value().first;
    CHECK_NOTHROW(check_bundle_header(header));
    CHECK(header.stanzas.size() == std::max<std::size_t>(2, std::bit_ceil(count)));
    for (const HybridIdentity& identity : identities) {
      CHECK(decrypt(sink.bytes(), {&identity}) == pattern(10));
    }
  }
}

TEST_CASE("A bundle's stanzas are in random order") {
  const auto identity = new_hybrid();
  std::set<std::size_t> seen;
  for (int i = 0; i < 60 && seen.size() < 2; ++i) {
    MemorySink sink;
    const auto encryptor = Encryptor::for_bundle(std::vector{identity.recipient()}, sink);
    const Header header = parse_header(sink.bytes()).value().first;
    for (std::size_t at = 0; at < 2; ++at) {
      if (identity.unwrap(std::span(header.stanzas).subspan(at, 1))) seen.insert(at);
    }
  }
  CHECK(seen.size() == 2);
}

TEST_CASE("A bundle for nobody, or for over 1,024, is refused") {
  MemorySink sink;
  const auto recipient = new_hybrid().recipient();
  CHECK(code_of([&] { Encryptor::for_bundle({}, sink); }) == Code::invalid);
  const std::vector<HybridRecipient> many(1025, recipient);
  CHECK(code_of([&] { Encryptor::for_bundle(many, sink); }) == Code::invalid);
  CHECK(sink.bytes().empty());
}

TEST_CASE("A stanza of a known kind that is not of its form is refused whoever reads it") {
  const auto identity = new_x25519();
  const std::string share = base64_unpadded(Bytes(32));
  const std::string salt = base64_unpadded(Bytes(16));
  const auto code_with = [&](Stanza stanza) {
    const FileKey key = FileKey::random();
    const std::vector<Stanza> stanzas{std::move(stanza)};
    const std::string header = write_header(key, stanzas);
    MemorySource none(as_bytes(header)), one(as_bytes(header));
    const auto code = code_of([&] { Decryptor(none, Identities{}); });
    CHECK(code_of([&] { Decryptor(one, Identities{&identity}); }) == code);
    return code;
  };
  CHECK(code_with({"scrypt", {salt, "22"}, Bytes(32)}) == Code::no_identity);
  CHECK(code_with({"scrypt", {salt, "23"}, Bytes(32)}) == Code::malformed);
  CHECK(code_with({"scrypt", {salt, "01"}, Bytes(32)}) == Code::malformed);
  CHECK(code_with({"scrypt", {base64_unpadded(Bytes(15)), "10"}, Bytes(32)}) == Code::malformed);
  CHECK(code_with({"scrypt", {salt, "10"}, Bytes(31)}) == Code::malformed);
  CHECK(code_with({"X25519", {base64_unpadded(Bytes(31))}, Bytes(32)}) == Code::malformed);
  CHECK(code_with({"X25519", {share, share}, Bytes(32)}) == Code::malformed);
  CHECK(code_with({"mlkem768x25519", {base64_unpadded(Bytes(1120))}, Bytes(32)}) ==
        Code::no_identity);
  CHECK(code_with({"mlkem768x25519", {base64_unpadded(Bytes(1119))}, Bytes(32)}) ==
        Code::malformed);
  CHECK(code_with({"somebody-elses", {"x"}, Bytes(3)}) == Code::no_identity);
}

}  // namespace
}  // namespace depone::age
