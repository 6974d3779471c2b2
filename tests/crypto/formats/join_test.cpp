#include <catch2/catch_test_macros.hpp>

#include "crypto/formats/invite.h"
#include "crypto/identity.h"
#include "crypto/json.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

const std::string kInvite = "0123456789abcdef";

struct Fixture {
  Identity identity = Identity::from_seed(Seed::random());
  Join join = body();

  Join body() const {
    Join out;
    out.invite = kInvite;
    out.name = "민들레";
    out.bundle_key = identity.bundle_key();
    out.request_key = identity.request.public_key();
    out.recipient = identity.recipient.recipient().text();
    out.archive = identity.archive.text();
    out.proof = join_proof(identity.bundle, request_key_text(out.request_key), out.recipient,
                           out.archive, kInvite);
    return out;
  }
  std::optional<Code> with(const char* key, const Json& value) const {
    Json altered = parse_json(join.json(), "join");
    altered[key] = value;
    return code_of([&] { Join::parse(dump_json(altered)); });
  }
};

TEST_CASE_METHOD(Fixture, "A join is read and written the same", "[join]") {
  CHECK(Join::parse(join.json()).json() == join.json());
  CHECK(join.json().starts_with(
      R"({"format":"depone/join/1","invite":"0123456789abcdef","name":"민들레","bundle_key":"RW)"));
}

TEST_CASE_METHOD(Fixture, "The proof is a signature over the other keys for this invite",
                 "[join]") {
  const auto proof = minisign::Signature::parse(join.proof);
  CHECK(proof.trusted_comment == "depone-join/1 invite=0123456789abcdef");
  const std::string keys =
      request_key_text(join.request_key) + "\n" + join.recipient + "\n" + join.archive + "\n";
  CHECK(minisign::verify(*join.bundle_key, blake2b512(as_bytes(keys)), proof));
}

TEST_CASE_METHOD(Fixture, "The fingerprint is that of the four keys", "[join]") {
  const std::string text = join.bundle_key->text() + "\n" + request_key_text(join.request_key) +
                           "\n" + join.recipient + "\n" + join.archive + "\n";
  CHECK(join.fingerprint() == hex(sha256(text)).substr(0, 20));
}

TEST_CASE_METHOD(Fixture, "An auditor joins with a request key only", "[join]") {
  Join auditor;
  auditor.invite = kInvite;
  auditor.name = "expert";
  auditor.request_key = identity.request.public_key();
  const Join read = Join::parse(auditor.json());
  CHECK(read.json() == auditor.json());
  CHECK_FALSE(read.bundle_key);
  CHECK(read.fingerprint() ==
        hex(sha256(request_key_text(auditor.request_key) + "\n")).substr(0, 20));
  CHECK(auditor.json().ends_with(R"("recipient":null,"archive":null,"proof":null})"));
}

TEST_CASE_METHOD(Fixture, "A key that was swapped breaks the proof", "[join]") {
  const Identity other = Identity::from_seed(Seed::random());
  CHECK(with("request_key", request_key_text(other.request.public_key())) == Code::bad_signature);
  CHECK(with("recipient", other.recipient.recipient().text()) == Code::bad_signature);
  CHECK(with("archive", other.archive.text()) == Code::bad_signature);
  CHECK(with("bundle_key", other.bundle_key().text()) == Code::bad_signature);
}

TEST_CASE_METHOD(Fixture, "A proof for another invite is refused", "[join]") {
  CHECK(with("invite", "fedcba9876543210") == Code::malformed);
}

TEST_CASE_METHOD(Fixture, "A join that breaks a rule is refused", "[join]") {
  CHECK(with("format", "depone/join/2") == Code::unsupported);
  CHECK(with("more", 1) == Code::malformed);
  CHECK(with("invite", nullptr) == Code::malformed);
  CHECK(with("invite", "0123456789ABCDEF") == Code::malformed);
  CHECK(with("name", "a\nb") == Code::malformed);
  CHECK(with("bundle_key", nullptr) == Code::malformed);
  CHECK(with("bundle_key", "RW") == Code::malformed);
  CHECK(with("request_key", base64(Bytes(32, 0))) == Code::malformed);
  CHECK(with("recipient", nullptr) == Code::malformed);
  CHECK(with("recipient", "age1x") == Code::malformed);
  CHECK(with("archive", "") == Code::malformed);
  CHECK(with("proof", nullptr) == Code::malformed);
  CHECK(with("proof", "x\n") == Code::malformed);
}

}  // namespace
}  // namespace depone
