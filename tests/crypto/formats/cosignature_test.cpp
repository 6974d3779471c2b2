#include "crypto/formats/cosignature.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/formats/altered.h"
#include "tests/crypto/formats/log_fixture.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;
using testing::error_of;
using testing::secret_of;

constexpr Time kTime{1'679'315'147};

// The text and the time of c2sp.org/tlog-cosignature's example; key and signature of RFC 8032's
// first test key, made with Go 1.19's crypto/ed25519.
const std::string kText =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
const std::string kKey =
    "witness.example.com/w1+7e6f4aaa+BNdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
const std::string kLine =
    "— witness.example.com/w1 fm9KqgAAAABkGFDL+TPmh4BYuAjsYRoqMJCWb/gWJaeRF/kmm5tlCr9sJ57DLErur7K0"
    "yDXc2ArN+TIuotuB/HbuL3AJsp3bv/aNCQ==\n";

Ed25519Key go_key() {
  return Ed25519Key::from_seed(
      secret_of<32>("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
}

struct Fixture {
  testing::SmallLog log;
  Ed25519Key key = Ed25519Key::generate();
  Ed25519Key other_key = Ed25519Key::generate();
  WitnessKey witness = WitnessKey::make("witness.example/w1", key.public_key());
  WitnessKey other = WitnessKey::make("witness.example/w2", other_key.public_key());
  Note note = Note::parse(log.receipt(0).checkpoint);

  void cosign_by(const WitnessKey& name, const Ed25519Key& with, Time time = kTime) {
    note.signatures.push_back(cosign(note.text, name, with, time));
  }
  std::vector<Cosignature> check(std::vector<WitnessKey> witnesses) const {
    return check_cosignatures(Note::parse(note.bytes()), witnesses);
  }
};

TEST_CASE("A cosignature of another implementation holds", "[cosignature]") {
  const auto witness = WitnessKey::parse(kKey);
  REQUIRE(witness);
  const auto found = check_cosignatures(Note::parse(kText + "\n" + kLine), {&*witness, 1});
  REQUIRE(found.size() == 1);
  CHECK(found[0].witness == *witness);
  CHECK(found[0].time == kTime);
}

TEST_CASE("A cosignature is made as another implementation makes it", "[cosignature]") {
  const WitnessKey witness = WitnessKey::make("witness.example.com/w1", go_key().public_key());
  CHECK(witness.text() == kKey);
  const Note note{kText, {cosign(kText, witness, go_key(), kTime)}};
  CHECK(note.bytes() == kText + "\n" + kLine);
}

TEST_CASE("The key of a public witness is read and written", "[cosignature]") {
  // A type 04 key in the tests of github.com/transparency-dev/formats, note/note_cosigv1_test.go.
  const std::string text = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";
  const auto key = WitnessKey::parse(text);
  REQUIRE(key);
  CHECK(key->name == "remora.n621.de");
  CHECK(key->text() == text);
}

TEST_CASE_METHOD(Fixture, "A log's key is no witness's, nor the other way round", "[cosignature]") {
  CHECK_FALSE(WitnessKey::parse(log.log.text()));
  CHECK_FALSE(VerifierKey::parse(witness.text()));
  CHECK(VerifierKey::make(witness.name, witness.key).id != witness.id);
}

TEST_CASE_METHOD(Fixture, "A witness's key with another id, point or length is refused",
                 "[cosignature]") {
  const std::string text = witness.text();
  CHECK(WitnessKey::parse(text) == witness);
  CHECK_FALSE(WitnessKey::parse("x" + text));
  CHECK_FALSE(WitnessKey::parse(text.substr(0, text.size() - 4)));
  CHECK_FALSE(WitnessKey::parse("witness.example+00000000+BAEC"));
  CHECK_FALSE(WitnessKey::parse(WitnessKey::make("a", Ed25519Public{1}).text()));
  CHECK_FALSE(WitnessKey::parse("witness.example"));
}

TEST_CASE("A witness's name has no spaces, plus or control characters", "[cosignature]") {
  for (const char* name : {"", "a b", "a+b", "a\n", "a\u3000b", "a\u202eb"}) {
    CHECK(code_of([&] { WitnessKey::make(name, go_key().public_key()); }) == Code::invalid);
  }
}

TEST_CASE_METHOD(Fixture, "Several witnesses cosign one checkpoint, beside its log",
                 "[cosignature]") {
  cosign_by(witness, key, kTime);
  cosign_by(other, other_key, Time{kTime.seconds + 1});
  const auto found = check({other, witness});
  REQUIRE(found.size() == 2);
  CHECK(found[0].witness == witness);
  CHECK(found[1].witness == other);
  CHECK(found[1].time.seconds == kTime.seconds + 1);
  CHECK(count_witnesses(found) == 2);
  CHECK(open_checkpoint(note.bytes(), log.log).size == 5);
}

TEST_CASE_METHOD(Fixture, "Cosignatures of witnesses that are not known are ignored",
                 "[cosignature]") {
  cosign_by(other, other_key);
  note.signatures.push_back(
      {witness.name, witness.id + 1, Bytes(72, 1)});  // another key of that name
  note.signatures.push_back({"x" + witness.name, witness.id, Bytes(72, 1)});
  note.signatures.push_back({"mldsa.example", 6, Bytes(8 + 2420, 1)});
  CHECK(check({witness}).empty());
  cosign_by(witness, key);
  CHECK(check({witness}).size() == 1);
}

TEST_CASE_METHOD(Fixture, "A wrong cosignature of a known witness spoils the note and is named",
                 "[cosignature]") {
  cosign_by(witness, key);
  cosign_by(other, key);  // by another key than its own
  CHECK(check({witness}).size() == 1);
  const auto error = error_of([&] { check({witness, other}); });
  REQUIRE(error);
  CHECK(error->code() == Code::bad_signature);
  CHECK(error->context() == other.name);
}

TEST_CASE_METHOD(Fixture, "A cosignature of another length or time does not hold",
                 "[cosignature]") {
  const NoteSignature good = cosign(note.text, witness, key, kTime);
  for (const Bytes& bytes :
       {Bytes(good.signature.begin(), good.signature.end() - 1), Bytes(64, 1), Bytes(1, 1)}) {
    note.signatures = {{witness.name, witness.id, bytes}};
    CHECK(code_of([&] { check({witness}); }) == Code::bad_signature);
  }
  for (std::size_t byte = 0; byte < 8; ++byte) {
    note.signatures = {good};
    note.signatures[0].signature[byte] ^= 1;
    CHECK(code_of([&] { check({witness}); }) == Code::bad_signature);
  }
}

// The log's own signature over the same text is not one, even by the same key.
TEST_CASE_METHOD(Fixture, "A plain signature is no cosignature", "[cosignature]") {
  const Ed25519Signature plain = key.sign(as_bytes(note.text));
  Bytes bytes(8);
  bytes.insert(bytes.end(), plain.begin(), plain.end());
  note.signatures.push_back({witness.name, witness.id, bytes});
  CHECK(code_of([&] { check({witness}); }) == Code::bad_signature);
}

TEST_CASE_METHOD(Fixture, "Nothing is cosigned for no time, nor beyond the year 9999",
                 "[cosignature]") {
  for (const std::int64_t seconds :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{253'402'300'800}}) {
    CHECK(code_of([&] { cosign(note.text, witness, key, Time{seconds}); }) == Code::invalid);
  }
  cosign_by(witness, key, Time{253'402'300'799});
  CHECK(check({witness})[0].time.text() == "9999-12-31T23:59:59Z");
}

// A time of zero, signed: a statement about no time.
TEST_CASE_METHOD(Fixture, "A signed time of zero does not hold", "[cosignature]") {
  const Ed25519Signature zero = key.sign(as_bytes("cosignature/v1\ntime 0\n" + note.text));
  Bytes bytes(8);
  bytes.insert(bytes.end(), zero.begin(), zero.end());
  note.signatures.push_back({witness.name, witness.id, bytes});
  CHECK(code_of([&] { check({witness}); }) == Code::bad_signature);
}

TEST_CASE_METHOD(Fixture, "What is no checkpoint is not cosigned", "[cosignature]") {
  CHECK(code_of([&] { cosign("text\n", witness, key, kTime); }) == Code::malformed);
}

TEST_CASE_METHOD(Fixture, "Extension lines are cosigned too", "[cosignature]") {
  note.text += "more\n";
  cosign_by(witness, key);
  CHECK(check({witness}).size() == 1);
  note.text.replace(note.text.size() - 5, 4, "less");
  CHECK(code_of([&] { check({witness}); }) == Code::bad_signature);
}

// What an Ed25519 witness signs does not hold its name.
TEST_CASE_METHOD(Fixture, "A witness counts once, however often and under what names it cosigned",
                 "[cosignature]") {
  const WitnessKey alias = WitnessKey::make("another.example", key.public_key());
  cosign_by(witness, key);
  cosign_by(witness, key, Time{kTime.seconds + 60});
  cosign_by(alias, key);
  const auto found = check({witness, alias});
  CHECK(found.size() == 3);
  CHECK(count_witnesses(found) == 1);
}

TEST_CASE_METHOD(Fixture, "Every truncation and flipped bit of a cosigned checkpoint fails",
                 "[cosignature]") {
  cosign_by(witness, key);
  CHECK(testing::unnoticed(note.bytes(), [&](const std::string& altered) {
          open_checkpoint(altered, log.log);
          if (check_cosignatures(Note::parse(altered), {&witness, 1}).empty())
            throw Error(Code::mismatch, "no witness");
        }) == std::nullopt);
}

TEST_CASE_METHOD(Fixture, "A receipt keeps the cosignatures of its checkpoint", "[cosignature]") {
  Receipt receipt = log.receipt(1);
  cosign_by(witness, key);
  note.signatures.push_back({"unknown.example", 6, Bytes(2428, 7)});
  receipt.checkpoint = note.bytes();
  const Receipt read = Receipt::parse(receipt.text());
  CHECK(read.text() == receipt.text());
  CHECK(check_receipt(read, {&log.log, 1}).index == 1);
  CHECK(check_cosignatures(Note::parse(read.checkpoint), {&witness, 1}).size() == 1);
}

}  // namespace
}  // namespace depone
