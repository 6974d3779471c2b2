#include "crypto/http_signature.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

// RFC 9421, appendices B.1.4 and B.2.6.
const std::string kSeed = "9f8362f87a484a954e6e740c5b4c0e84229139a20aa8ab56ff66586f6a7d29c5";
const std::string kPublic = "26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb";
const std::string kParams =
    "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" "
    "\"content-length\");created=1618884473;"
    "keyid=\"test-key-ed25519\"";
const Components kComponents{{"date", "Tue, 20 Apr 2021 02:07:55 GMT"},
                             {"@method", "POST"},
                             {"@path", "/foo"},
                             {"@authority", "example.com"},
                             {"content-type", "application/json"},
                             {"content-length", "18"}};
const std::string kBase =
    "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\"@authority\": "
    "example.com\n"
    "\"content-type\": application/json\n\"content-length\": 18\n\"@signature-params\": " +
    kParams;
const std::string kSignature =
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";

const std::string kZeros = ":" + std::string(86, 'A') + "==:";
constexpr std::string_view kTail = ";created=5;keyid=\"k\";tag=\"depone/1\"";

std::optional<ReceivedSignature> find(const std::string& parameters) {
  return find_signature("x=(\"@method\")" + parameters, "x=" + kZeros);
}

std::optional<Code> finding(const std::string& input,
                            const std::string& signature = "x=" + kZeros) {
  return code_of([&] { find_signature(input, signature); });
}

TEST_CASE("The signature base is RFC 9421's", "[http_signature]") {
  CHECK(signature_base(kComponents, kParams) == kBase);
}

TEST_CASE("RFC 9421's Ed25519 signature verifies", "[http_signature]") {
  const auto key = testing::array_of<32>(kPublic);
  const auto signature = exactly<64>(from_base64(kSignature)).value();
  CHECK(ed25519_verify(key, as_bytes(kBase), signature));
}

TEST_CASE("Signing as RFC 9421 does gives its signature", "[http_signature]") {
  const Ed25519Key key = Ed25519Key::from_seed(testing::secret_of<32>(kSeed));
  CHECK(hex(key.public_key()) == kPublic);
  CHECK(base64(key.sign(as_bytes(signature_base(kComponents, kParams)))) == kSignature);
}

TEST_CASE("A signed request has the decided headers", "[http_signature]") {
  const Ed25519Key key = Ed25519Key::from_seed(testing::secret_of<32>(kSeed));
  const SignedHeaders headers = sign_request(
      key, {{"@method", "GET"}, {"@target-uri", "http://127.0.0.1:1/v1/sent"}}, Time{5});
  CHECK(headers.signature_input ==
        "depone=(\"@method\" "
        "\"@target-uri\");created=5;keyid=\"JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\";"
        "alg=\"ed25519\";tag=\"depone/1\"");
  CHECK(headers.signature.starts_with("depone=:"));
}

TEST_CASE("What was signed is found and verifies", "[http_signature]") {
  const Ed25519Key key = Ed25519Key::generate();
  const Components components{{"@method", "POST"},
                              {"content-digest", content_digest(as_bytes("body"))}};
  const SignedHeaders headers = sign_request(key, components, Time{1'795'512'600});
  const auto found = find_signature(headers.signature_input, headers.signature);
  REQUIRE(found);
  CHECK(found->covered == std::vector<std::string>{"@method", "content-digest"});
  CHECK(found->parsed.created == Time{1'795'512'600});
  CHECK(found->parsed.keyid == base64(key.public_key()));
  CHECK(ed25519_verify(key.public_key(), as_bytes(signature_base(components, found->params)),
                       found->signature));
}

TEST_CASE("Another value of a covered component fails", "[http_signature]") {
  const Ed25519Key key = Ed25519Key::generate();
  const SignedHeaders headers = sign_request(key, {{"@method", "GET"}}, Time{5});
  const auto found = find_signature(headers.signature_input, headers.signature);
  REQUIRE(found);
  CHECK_FALSE(ed25519_verify(key.public_key(),
                             as_bytes(signature_base({{"@method", "PUT"}}, found->params)),
                             found->signature));
}

TEST_CASE("Parameters may come in any order, under any label, beside other signatures",
          "[http_signature]") {
  const auto found = find_signature(
      "proxy=(\"@method\";req \"x\";sf);created=1;keyid=\"p\", "
      "me=(\"@method\");tag=\"depone/1\";keyid=\"k\";created=5;"
      "nonce=\"n\";expires=9;other=?1",
      "me=" + kZeros + ", proxy=:AQI=:");
  REQUIRE(found);
  CHECK(found->parsed.keyid == "k");
  CHECK(found->nonce == "n");
  CHECK(found->expires == Time{9});
  CHECK(found->params ==
        "(\"@method\");tag=\"depone/1\";keyid=\"k\";created=5;nonce=\"n\";expires=9;other=?1");
}

TEST_CASE("No signature, or two, with our tag is none", "[http_signature]") {
  CHECK_FALSE(find_signature("", ""));
  CHECK_FALSE(find(";created=5;keyid=\"k\";tag=\"other\""));
  CHECK_FALSE(find(";created=5;keyid=\"k\";tag=depone"));
  const std::string input = "(\"@method\")" + std::string(kTail);
  CHECK_FALSE(find_signature("x=" + input + ", y=" + input, "x=" + kZeros + ", y=" + kZeros));
}

TEST_CASE("Parameters of components are refused", "[http_signature]") {
  CHECK(finding("x=(\"@method\";req)" + std::string(kTail)) == Code::malformed);
  CHECK(finding("x=(\"date\";sf)" + std::string(kTail)) == Code::malformed);
}

TEST_CASE("A component that stands twice is refused", "[http_signature]") {
  CHECK(finding("x=(\"date\" \"date\")" + std::string(kTail)) == Code::malformed);
}

TEST_CASE("Another algorithm is refused", "[http_signature]") {
  CHECK(find(std::string(kTail) + ";alg=\"ed25519\""));
  CHECK(code_of([] { find(std::string(kTail) + ";alg=\"hmac-sha256\""); }) == Code::malformed);
}

TEST_CASE("A signature without a time or a key is refused", "[http_signature]") {
  CHECK(code_of([] { find(";keyid=\"k\";tag=\"depone/1\""); }) == Code::malformed);
  CHECK(code_of([] { find(";created=-5;keyid=\"k\";tag=\"depone/1\""); }) == Code::malformed);
  CHECK(code_of([] { find(";created=5;tag=\"depone/1\""); }) == Code::malformed);
}

TEST_CASE("A signature that is not there, or not 64 bytes, is refused", "[http_signature]") {
  const std::string input = "x=(\"@method\")" + std::string(kTail);
  CHECK(finding(input) == std::nullopt);
  CHECK(finding(input, "y=" + kZeros) == Code::malformed);
  CHECK(finding(input, "x=:AQI=:") == Code::malformed);
  CHECK(finding(input, "x=\"text\"") == Code::malformed);
  CHECK(finding(input, "") == Code::malformed);
}

TEST_CASE("A line break in a value is not signed", "[http_signature]") {
  CHECK(code_of([] { signature_base({{"x", "a\n\"@method\": GET"}}, "()"); }) == Code::malformed);
}

TEST_CASE("Content digests are those of RFC 9530", "[http_signature]") {
  CHECK(content_digest(as_bytes("{\"hello\": \"world\"}\n")) ==
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
  CHECK(content_digest({}) == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:");
}

TEST_CASE("A content digest holds for its body only", "[http_signature]") {
  const std::string digest = content_digest(as_bytes("body"));
  CHECK(content_digest_ok(digest, as_bytes("body")));
  CHECK(content_digest_ok("sha-512=:AQI=:, " + digest, as_bytes("body")));
  CHECK_FALSE(content_digest_ok(digest, as_bytes("Body")));
  CHECK_FALSE(content_digest_ok("sha-512=:AQI=:", as_bytes("body")));
  CHECK_FALSE(content_digest_ok("", as_bytes("body")));
  CHECK_FALSE(content_digest_ok("sha-256=:AQI=:", as_bytes("body")));
}

}  // namespace
}  // namespace depone
