#include "crypto/age/recipients.h"

#include <sodium.h>

#include <catch2/catch_test_macros.hpp>

#include "../test_bytes.h"
#include "crypto/age/wrap.h"
#include "crypto/kdf.h"
#include "stock_files.h"
#include "xwing_vectors.h"

namespace depone::age {
namespace {

using testing::array_of;
using testing::code_of;
using testing::pattern;
using testing::secret_of;
using testing::unhex;

// Every intermediate value of one file of each kind; computed for this project, checked with
// age 1.3.2.
constexpr const char* kFileKey = "59454c4c4f57205355424d4152494e45";
constexpr const char* kHybridSeed =
    "b8be81702bae561b372c3de084b70415734529cfef83c57eeb3e6e57689f9e23";
constexpr const char* kHybridShared =
    "ca8968e3d05fc4403263f45b2adb07d6e0713f2af1c12c06e23772f2715d29ab";

bool same(const std::optional<FileKey>& found, std::string_view expected) {
  return found && hex(found->reveal()) == expected;
}

TEST_CASE("X-Wing gives what its draft lists") {
  for (const auto& vector : testing::kXwing) {
    const Secret<32> seed = secret_of<32>(vector.seed);
    ByteArray<1216> public_key;
    Secret<32> same_seed;
    crypto_kem_xwing_seed_keypair(public_key.data(), same_seed.reveal().data(),
                                  seed.reveal().data());
    CHECK(hex(sha256(public_key)) == vector.public_key_sha256);
    Secret<32> shared;
    CHECK(crypto_kem_xwing_dec(shared.reveal().data(), unhex(vector.ciphertext).data(),
                               seed.reveal().data()) == 0);
    CHECK(hex(shared.reveal()) == vector.shared);
  }
}

TEST_CASE("A hybrid identity opens a stanza made from X-Wing's listed values") {
  for (const auto& vector : testing::kXwing) {
    const WrapKey wrap_key = hpke_wrap_key(secret_of<32>(vector.shared));
    const Stanza stanza{"mlkem768x25519",
                        {base64_unpadded(unhex(vector.ciphertext))},
                        seal_file_key(wrap_key.key, wrap_key.nonce, secret_of<16>(kFileKey))};
    const auto identity = HybridIdentity::from_seed(secret_of<32>(vector.seed));
    CHECK(same(identity.unwrap(std::vector{stanza}), kFileKey));
  }
}

TEST_CASE("HPKE's key schedule gives the worked example's key, nonce and body") {
  const WrapKey wrap_key = hpke_wrap_key(secret_of<32>(kHybridShared));
  CHECK(hex(wrap_key.key.reveal()) ==
        "389db543a1061c2f1b9563f9c268419bd1287a611e4db95d2ffa41544e36f461");
  CHECK(hex(wrap_key.nonce) == "d09340e8f797f8a609fdfdf8");
  const char* const body = "8d83df8a5340323174cc645831826a47f7134f36e21b140c846fbccd96a2b627";
  CHECK(hex(seal_file_key(wrap_key.key, wrap_key.nonce, secret_of<16>(kFileKey))) == body);
  CHECK(same(open_file_key(wrap_key.key, wrap_key.nonce, unhex(body)), kFileKey));
}

TEST_CASE("The worked example's hybrid identity has its seed and recipient") {
  const auto identity = HybridIdentity::parse(testing::kHybridIdentity);
  REQUIRE(identity);
  CHECK(hex(identity->seed().reveal()) == kHybridSeed);
  CHECK(as_text(identity->text().reveal()) == testing::kHybridIdentity);
  const std::string text = identity->recipient().text();
  CHECK(text.size() == 1959);
  CHECK(text.starts_with("age1pq1"));
  ByteArray<1216> public_key;
  Secret<32> same_seed;
  crypto_kem_xwing_seed_keypair(public_key.data(), same_seed.reveal().data(),
                                identity->seed().reveal().data());
  CHECK(hex(sha256(public_key)) ==
        "33a42c48b254135d6a3b65a8b687b33a84b8bfb3d2b99c92e1a203808f10d2c9");
  CHECK(HybridRecipient::parse(text) == identity->recipient());
}

TEST_CASE("The header's and the payload's keys are the worked example's") {
  CHECK(hex(hkdf_sha256(unhex(kFileKey), {}, "header").reveal()) ==
        "a4bf3b9f4e908993e678eb71e558faedac5829d1d632c50225217c066fec77d2");
  CHECK(hex(hkdf_sha256(unhex(kFileKey), unhex("dddf72d06fbcab57df3d0d312496ad21"), "payload")
                .reveal()) == "af9fd0dbe83a62788667f065f777eac6ea17158650e581512d2452f51e1fe315");
  CHECK(hex(hkdf_sha256(unhex(kFileKey), unhex("eecf62c7ce91b433274e68d4f2f9134c"), "payload")
                .reveal()) == "6b6c189a7af0e7b1dba932c87080d8926b2de53fbf9eac516394701223669022");
}

TEST_CASE("The worked example's X25519 identity opens its stanza") {
  const auto identity = X25519Identity::parse(testing::kX25519Identity);
  REQUIRE(identity);
  CHECK(identity->recipient().text() == testing::kX25519Recipient);
  const Stanza stanza{
      "X25519",
      {base64_unpadded(unhex("4c4885d32a6aafe6e9bdca973720952692fb3aec0f755c0f2fb29011b1433827"))},
      unhex("86369b197c122d0f5cdd2e8bc368be4b64eed9f8b04071ec95b04de81e3514b1")};
  CHECK(same(identity->unwrap(std::vector{stanza}), kFileKey));
}

TEST_CASE("What a recipient wraps only its identity unwraps") {
  const FileKey key = secret_of<16>(kFileKey);
  const auto hybrid = HybridIdentity::from_seed(Secret<32>::random());
  const X25519Identity x25519(Secret<32>::random());
  const std::vector<Stanza> stanzas{HybridRecipient::decoy(),
                                    x25519.recipient().wrap(key),
                                    {"unknown", {"x"}, pattern(3)},
                                    hybrid.recipient().wrap(key)};
  CHECK(same(hybrid.unwrap(stanzas), kFileKey));
  CHECK(same(x25519.unwrap(stanzas), kFileKey));
  CHECK_FALSE(HybridIdentity::from_seed(Secret<32>::random()).unwrap(stanzas));
  CHECK_FALSE(X25519Identity(Secret<32>::random()).unwrap(stanzas));
  CHECK_FALSE(ScryptIdentity(as_bytes("x")).unwrap(stanzas));
}

TEST_CASE("Wrapping twice gives two stanzas") {
  const FileKey key = FileKey::random();
  const auto recipient = HybridIdentity::from_seed(Secret<32>::random()).recipient();
  CHECK(recipient.wrap(key).arguments != recipient.wrap(key).arguments);
  const auto x25519 = X25519Identity(Secret<32>::random()).recipient();
  CHECK(x25519.wrap(key).arguments != x25519.wrap(key).arguments);
}

TEST_CASE("A passphrase wraps for itself only") {
  const FileKey key = secret_of<16>(kFileKey);
  const std::vector<Stanza> stanzas{ScryptRecipient(as_bytes("pass"), 4).wrap(key)};
  CHECK(stanzas[0].arguments[1] == "4");
  CHECK(same(ScryptIdentity(as_bytes("pass")).unwrap(stanzas), kFileKey));
  CHECK_FALSE(ScryptIdentity(as_bytes("Pass")).unwrap(stanzas));
}

TEST_CASE("A hybrid stanza that breaks its format is malformed") {
  const auto identity = HybridIdentity::from_seed(Secret<32>::random());
  const Stanza good = identity.recipient().wrap(FileKey::random());
  const auto with = [&](std::vector<std::string> arguments, Bytes body) {
    const std::vector<Stanza> stanzas{{good.type, std::move(arguments), std::move(body)}};
    return code_of([&] { identity.unwrap(stanzas); });
  };
  const Bytes share = *from_base64_unpadded(good.arguments[0]);
  REQUIRE_FALSE(with(good.arguments, good.body));
  CHECK(with({}, good.body) == Code::malformed);
  CHECK(with({good.arguments[0], "x"}, good.body) == Code::malformed);
  CHECK(with({base64(share)}, good.body) == Code::malformed);
  CHECK(with({base64_unpadded(ByteView(share).first(1119))}, good.body) == Code::malformed);
  CHECK(with(good.arguments, pattern(31)) == Code::malformed);
  CHECK(with(good.arguments, pattern(48)) == Code::malformed);
}

// A point of order 8 on Curve25519, as C2SP's test kit uses it.
constexpr const char* kLowOrder =
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7";

TEST_CASE("A share that gives a shared secret of zero is malformed") {
  const auto hybrid = HybridIdentity::from_seed(Secret<32>::random());
  Stanza stanza = hybrid.recipient().wrap(FileKey::random());
  for (const Bytes& point : {unhex(kLowOrder), Bytes(32, 0)}) {
    Bytes share = *from_base64_unpadded(stanza.arguments[0]);
    std::copy(point.begin(), point.end(), share.end() - 32);
    const std::vector<Stanza> bad{{stanza.type, {base64_unpadded(share)}, stanza.body}};
    CHECK(code_of([&] { hybrid.unwrap(bad); }) == Code::malformed);
    const std::vector<Stanza> x25519{{"X25519", {base64_unpadded(point)}, pattern(32)}};
    CHECK(code_of([&] { X25519Identity(Secret<32>::random()).unwrap(x25519); }) == Code::malformed);
  }
}

TEST_CASE("A later stanza that breaks its format is found though an earlier one opens") {
  const auto hybrid = HybridIdentity::from_seed(Secret<32>::random());
  const X25519Identity x25519(Secret<32>::random());
  const FileKey key = FileKey::random();
  const std::vector<Stanza> first{hybrid.recipient().wrap(key), {"mlkem768x25519", {}, {}}};
  CHECK(code_of([&] { hybrid.unwrap(first); }) == Code::malformed);
  const std::vector<Stanza> second{x25519.recipient().wrap(key), {"X25519", {}, {}}};
  CHECK(code_of([&] { x25519.unwrap(second); }) == Code::malformed);
}

TEST_CASE("An X25519 stanza that breaks its format is malformed") {
  const X25519Identity identity(Secret<32>::random());
  const Stanza good = identity.recipient().wrap(FileKey::random());
  const auto with = [&](std::vector<std::string> arguments, Bytes body) {
    const std::vector<Stanza> stanzas{{good.type, std::move(arguments), std::move(body)}};
    return code_of([&] { identity.unwrap(stanzas); });
  };
  REQUIRE_FALSE(with(good.arguments, good.body));
  CHECK(with({}, good.body) == Code::malformed);
  CHECK(with({good.arguments[0], "x"}, good.body) == Code::malformed);
  CHECK(with({good.arguments[0] + "="}, good.body) == Code::malformed);
  CHECK(with({base64_unpadded(pattern(31))}, good.body) == Code::malformed);
  CHECK(with(good.arguments, pattern(33)) == Code::malformed);
}

TEST_CASE("An scrypt stanza that breaks its format is malformed") {
  const Stanza good = ScryptRecipient(as_bytes("pass"), 2).wrap(FileKey::random());
  const std::string salt = good.arguments[0];
  const auto with = [&](std::vector<std::string> arguments, Bytes body) {
    const std::vector<Stanza> stanzas{{good.type, std::move(arguments), std::move(body)}};
    return code_of([&] { ScryptIdentity(as_bytes("pass")).unwrap(stanzas); });
  };
  REQUIRE_FALSE(with({salt, "2"}, good.body));
  for (const char* work :
       {"0", "02", "+2", "-2", "2 ", "0x2", "", "a", "23", "64", "2.0", "99999999999999999999"}) {
    INFO(work);
    CHECK(with({salt, work}, good.body) == Code::malformed);
  }
  CHECK(with({salt}, good.body) == Code::malformed);
  CHECK(with({salt, "2", "x"}, good.body) == Code::malformed);
  CHECK(with({base64_unpadded(pattern(15)), "2"}, good.body) == Code::malformed);
  CHECK(with({base64_unpadded(pattern(17)), "2"}, good.body) == Code::malformed);
  CHECK(with({salt + "==", "2"}, good.body) == Code::malformed);
  CHECK(with({salt, "2"}, pattern(31)) == Code::malformed);
}

TEST_CASE("An scrypt stanza beside another is malformed") {
  const Stanza scrypt = ScryptRecipient(as_bytes("pass"), 2).wrap(FileKey::random());
  for (const Stanza& other : {scrypt, Stanza{"unknown", {}, {}}}) {
    const std::vector<Stanza> stanzas{scrypt, other};
    CHECK(code_of([&] { ScryptIdentity(as_bytes("pass")).unwrap(stanzas); }) == Code::malformed);
  }
}

TEST_CASE("A recipient's text that is altered, cut or of another kind is refused") {
  const std::string good = HybridIdentity::from_seed(Secret<32>::random()).recipient().text();
  REQUIRE(HybridRecipient::parse(good));
  std::string altered = good;
  altered[1000] = altered[1000] == 'q' ? 'p' : 'q';
  CHECK_FALSE(HybridRecipient::parse(altered));
  CHECK_FALSE(HybridRecipient::parse(good.substr(0, 1958)));
  CHECK_FALSE(HybridRecipient::parse(testing::kX25519Recipient));
  CHECK_FALSE(X25519Recipient::parse(good));
  CHECK_FALSE(X25519Identity::parse(testing::kHybridIdentity));
  CHECK_FALSE(HybridIdentity::parse(testing::kX25519Identity));
  CHECK(X25519Recipient::parse(testing::kX25519Recipient)->text() == testing::kX25519Recipient);
}

TEST_CASE("A recipient that could not be sealed to is refused when it comes in") {
  ByteArray<1216> public_key;
  Secret<32> secret;
  crypto_kem_xwing_keypair(public_key.data(), secret.reveal().data());
  Bytes low_order(public_key.begin(), public_key.end());
  const Bytes point = unhex(kLowOrder);
  std::copy(point.begin(), point.end(), low_order.end() - 32);
  CHECK_FALSE(HybridRecipient::parse(HybridRecipient(low_order).text()));
  CHECK(code_of([&] { HybridRecipient(low_order).wrap(FileKey::random()); }) == Code::malformed);
  Bytes coefficient(public_key.begin(), public_key.end());
  coefficient[0] = 0x01;
  coefficient[1] |= 0x0d;  // 3329 or more: not below q
  coefficient[1] = static_cast<std::uint8_t>((coefficient[1] & 0xf0) | 0x0d);
  CHECK_FALSE(HybridRecipient::parse(HybridRecipient(coefficient).text()));
  CHECK(code_of([&] { HybridRecipient(coefficient).wrap(FileKey::random()); }) == Code::malformed);
  CHECK(code_of([&] { HybridRecipient(Bytes(1215)).wrap(FileKey::random()); }) == Code::malformed);
  const X25519Recipient small(testing::array_of<32>(kLowOrder));
  CHECK_FALSE(X25519Recipient::parse(small.text()));
  CHECK(code_of([&] { small.wrap(FileKey::random()); }) == Code::malformed);
}

TEST_CASE("An identity file may hold both kinds, comments and empty lines, or nothing") {
  const std::string text = std::string("# created: today\n\n") + testing::kHybridIdentity + "\r\n" +
                           testing::kX25519Identity;
  CHECK(parse_identity_file(text).size() == 2);
  CHECK(parse_identity_file("").empty());
  CHECK(parse_identity_file("# only a comment\n").empty());
}

TEST_CASE("A line of an identity file that is no identity is named, not repeated") {
  const auto error =
      testing::error_of([] { parse_identity_file("# a\nAGE-SECRET-KEY-1NONSENSE\n"); });
  REQUIRE(error);
  CHECK(error->code() == Code::malformed);
  CHECK(error->message().starts_with("Line 2 "));
  CHECK(error->message().find("NONSENSE") == std::string::npos);
}

}  // namespace
}  // namespace depone::age
