#include "crypto/formats/manifest.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/json.h"
#include "tests/crypto/formats/altered.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

const std::string kRecord1 = "records/11111111-1111-4111-8111-111111111111/";
const std::string kRecord2 = "records/22222222-2222-4222-8222-222222222222/";
const std::string kA(64, 'a');
const std::string kB(64, 'b');

struct Fixture {
  minisign::PublicKey sender{Ed25519Key::generate().public_key()};
  minisign::PublicKey authority{Ed25519Key::generate().public_key()};

  Manifest with(const std::vector<std::string>& paths) const {
    Manifest out{std::string(32, '0'),
                 sender,
                 authority,
                 12,
                 Time{1'795'512'600},
                 {{sha256("one"), 9}, {sha256("two"), 1}},
                 {}};
    for (const std::string& path : paths) out.files.push_back({path, 10, sha256(path)});
    return out;
  }
  std::optional<Code> reading(const std::vector<std::string>& paths) const {
    return code_of([&] { Manifest::parse(with(paths).json()); });
  }
};

// Every kind of member, in the decided order.
const std::vector<std::string> kAll{"checkpoint",
                                    kRecord1 + kA + ".json",
                                    kRecord1 + kA + ".fields.jsonl",
                                    kRecord1 + kA + ".origin.json",
                                    kRecord1 + kB + ".json",
                                    kRecord1 + kB + ".fields.jsonl",
                                    kRecord1 + "custody.jsonl",
                                    kRecord2 + kA + ".json",
                                    kRecord2 + "custody.jsonl",
                                    "attachments/" + kA,
                                    "attachments/" + kB + "/0",
                                    "attachments/" + kB + "/10",
                                    "attachments/" + kB + "/200"};

TEST_CASE_METHOD(Fixture, "A manifest is read and written the same", "[manifest]") {
  const std::string json = with(kAll).json();
  CHECK(Manifest::parse(json).json() == json);
  CHECK(json.starts_with(
      R"({"format":"depone/bundle/1","blind":"00000000000000000000000000000000","sender":"RW)"));
  CHECK(json.find(R"("roster":12,"created":"2026-11-24T09:30:00Z","recipients":[{"recipient":")") !=
        std::string::npos);
  CHECK(json.find(R"(","number":9},{"recipient":")") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "Members in any other order are refused", "[manifest]") {
  for (std::size_t i = 0; i < kAll.size(); ++i) {
    for (std::size_t k = i + 1; k < kAll.size(); ++k) {
      std::vector<std::string> paths = kAll;
      std::swap(paths[i], paths[k]);
      INFO(i << " " << k);
      CHECK(reading(paths) == Code::malformed);
    }
  }
}

TEST_CASE_METHOD(Fixture, "A member that stands twice is refused", "[manifest]") {
  for (std::size_t i = 0; i < kAll.size(); ++i) {
    std::vector<std::string> paths = kAll;
    paths.insert(paths.begin() + static_cast<std::ptrdiff_t>(i), kAll[i]);
    CHECK(reading(paths) == Code::malformed);
  }
}

TEST_CASE_METHOD(Fixture, "Lines and origins need their revision", "[manifest]") {
  CHECK(reading({kRecord1 + kA + ".fields.jsonl"}) == Code::malformed);
  CHECK(reading({kRecord1 + kA + ".json", kRecord1 + kB + ".origin.json"}) == Code::malformed);
  CHECK(reading({kRecord1 + kA + ".json", kRecord2 + kA + ".fields.jsonl"}) == Code::malformed);
}

TEST_CASE_METHOD(Fixture, "A bundle may hold custody alone, or nothing", "[manifest]") {
  CHECK(reading({kRecord1 + "custody.jsonl"}) == std::nullopt);
  CHECK(reading({}) == std::nullopt);
}

TEST_CASE_METHOD(Fixture, "Parts of an attachment may not overlap, nor stand beside the whole",
                 "[manifest]") {
  CHECK(reading({"attachments/" + kA + "/0", "attachments/" + kA + "/9"}) == Code::malformed);
  CHECK(reading({"attachments/" + kA + "/0", "attachments/" + kA + "/10"}) == std::nullopt);
  CHECK(reading({"attachments/" + kA, "attachments/" + kA + "/10"}) == Code::malformed);
}

TEST_CASE_METHOD(Fixture, "Members that a bundle does not have are refused", "[manifest]") {
  for (const std::string& path :
       std::vector<std::string>{std::string(),
                                std::string("manifest.json"),
                                std::string("padding"),
                                std::string("/checkpoint"),
                                std::string("./checkpoint"),
                                std::string("other"),
                                "../" + kRecord1 + kA + ".json",
                                kRecord1 + "../" + kA + ".json",
                                kRecord1 + kA + ".txt",
                                kRecord1 + kA,
                                kRecord1 + "/" + kA + ".json",
                                "records/1/" + kA + ".json",
                                kRecord1 + std::string(63, 'a') + ".json",
                                kRecord1 + std::string(64, 'A') + ".json",
                                "attachments/" + kA + "/",
                                "attachments/" + kA + "/01",
                                "attachments/" + kA + "/-1",
                                "attachments/" + kA + "/0/0",
                                std::string("attachments/x"),
                                "attachments/" + kA + "/9007199254740992"}) {
    INFO(path);
    CHECK(reading({path}) == Code::malformed);
  }
}

TEST_CASE_METHOD(Fixture, "A manifest that breaks a rule is refused", "[manifest]") {
  const Json good = parse_json(with({"checkpoint"}).json(), "manifest");
  const auto altered = [&](const char* key, const Json& value) {
    Json json = good;
    json[key] = value;
    return code_of([&] { Manifest::parse(dump_json(json)); });
  };
  const Json one{{"recipient", kA}, {"number", 1}};
  CHECK(altered("recipients", Json::array({one})) == std::nullopt);
  CHECK(altered("format", "depone/bundle/2") == Code::unsupported);
  CHECK(altered("more", 1) == Code::malformed);
  CHECK(altered("blind", "00") == Code::malformed);
  CHECK(altered("sender", "RW") == Code::malformed);
  CHECK(altered("authority", nullptr) == Code::malformed);
  CHECK(altered("roster", -1) == Code::malformed);
  CHECK(altered("created", "today") == Code::malformed);
  CHECK(altered("recipients", Json::array()) == Code::malformed);
  CHECK(altered("recipients", Json::array({one, one})) == Code::malformed);
  CHECK(altered("recipients", Json::array({Json{{"recipient", kA}, {"number", 0}}})) ==
        Code::malformed);
  CHECK(altered("recipients", Json::array({Json{{"recipient", "a"}, {"number", 1}}})) ==
        Code::malformed);
  const auto file = [&](const Json& size, const std::string& hash) {
    return altered("files",
                   Json::array({Json{{"path", "checkpoint"}, {"size", size}, {"sha256", hash}}}));
  };
  CHECK(file(0, kA) == std::nullopt);
  CHECK(file(-1, kA) == Code::malformed);
  CHECK(file(1.5, kA) == Code::malformed);
  CHECK(file(std::uint64_t{8} << 30, kA) == Code::malformed);
  CHECK(file(0, "aa") == Code::malformed);
}

TEST_CASE("Leaves of the root are all members but lines, attachments and padding", "[manifest]") {
  CHECK(is_root_leaf(MemberKind::manifest));
  CHECK(is_root_leaf(MemberKind::checkpoint));
  CHECK(is_root_leaf(MemberKind::revision));
  CHECK(is_root_leaf(MemberKind::origin));
  CHECK(is_root_leaf(MemberKind::custody));
  CHECK_FALSE(is_root_leaf(MemberKind::fields));
  CHECK_FALSE(is_root_leaf(MemberKind::attachment));
  CHECK_FALSE(is_root_leaf(MemberKind::part));
  CHECK_FALSE(is_root_leaf(MemberKind::padding));
}

TEST_CASE("The manifest comes first and the padding last", "[manifest]") {
  const MemberPath first = parse_member_path("manifest.json").value();
  const MemberPath last = parse_member_path("padding").value();
  for (const std::string& path : kAll) {
    CHECK(member_before(first, parse_member_path(path).value()));
    CHECK(member_before(parse_member_path(path).value(), last));
  }
}

const std::string kComment =
    "depone/1 chain=0123456789abcdef sequence=7 previous=" + kA + " root=" + kB;

TEST_CASE("A bundle's trusted comment is read and written the same", "[manifest]") {
  CHECK(BundleComment::parse(kComment).text() == kComment);
  const std::string first = "depone/1 chain=0123456789abcdef sequence=1 previous=- root=" + kB;
  CHECK(BundleComment::parse(first).text() == first);
  CHECK_FALSE(BundleComment::parse(first).previous);
}

TEST_CASE("A trusted comment of another version is unsupported", "[manifest]") {
  CHECK(code_of([] { BundleComment::parse("depone/2" + kComment.substr(8)); }) ==
        Code::unsupported);
}

TEST_CASE("A trusted comment that is not exactly so is refused", "[manifest]") {
  for (const std::string& text : std::vector<std::string>{
           std::string(), kComment + " ", " " + kComment, kComment + " x=1",
           "depone/1  chain=0123456789abcdef sequence=7 previous=- root=" + kB,
           "depone/1 chain=0123456789ABCDEF sequence=7 previous=- root=" + kB,
           "depone/1 chain=0123456789abcde sequence=7 previous=- root=" + kB,
           "depone/1 chain=0123456789abcdef sequence=0 previous=- root=" + kB,
           "depone/1 chain=0123456789abcdef sequence=07 previous=- root=" + kB,
           "depone/1 chain=0123456789abcdef sequence=7 previous= root=" + kB,
           "depone/1 chain=0123456789abcdef sequence=7 previous=- root=-",
           "depone/1 sequence=7 chain=0123456789abcdef previous=- root=" + kB}) {
    INFO(text);
    CHECK(code_of([&] { BundleComment::parse(text); }) == Code::malformed);
  }
}

TEST_CASE("A bundle's signature has the decided first line", "[manifest]") {
  const Ed25519Key key = Ed25519Key::generate();
  const Blake2b512 digest = blake2b512(as_bytes("bundle"));
  CHECK(BundleSignature::parse(minisign::sign(key, digest, kBundleUntrusted, kComment).text())
            .comment.sequence == 7);
  CHECK(code_of([&] {
          BundleSignature::parse(minisign::sign(key, digest, "depone Bundle", kComment).text());
        }) == Code::malformed);
  CHECK(code_of([&] {
          BundleSignature::parse(minisign::sign(key, digest, kBundleUntrusted, "x").text());
        }) == Code::malformed);
}

TEST_CASE("Every truncation and flipped bit of a bundle's signature fails", "[manifest]") {
  const Ed25519Key key = Ed25519Key::generate();
  const Blake2b512 digest = blake2b512(as_bytes("bundle"));
  const std::string good = minisign::sign(key, digest, kBundleUntrusted, kComment).text();
  CHECK(testing::unnoticed(good, [&](const std::string& altered) {
          const BundleSignature signature = BundleSignature::parse(altered);
          if (!minisign::verify(minisign::PublicKey(key.public_key()), digest, signature.signature))
            throw Error(Code::bad_signature, "noticed");
        }) == std::nullopt);
}

}  // namespace
}  // namespace depone
