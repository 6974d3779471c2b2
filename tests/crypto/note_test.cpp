#include "crypto/note.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

// The note and verifier key that golang.org/x/mod/sumdb/note documents (package example "Peter
// Neumann").
const std::string kPeter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string kPeterNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

struct Fixture {
  Ed25519Key key = Ed25519Key::generate();
  VerifierKey name = VerifierKey::make("example.org/log", key.public_key());
  Note note = sign_note("one\n\ntwo\n", name, key);
};

std::optional<Code> parsing(std::string_view text) {
  return code_of([&] { Note::parse(text); });
}

TEST_CASE("A note of another implementation verifies", "[note]") {
  const auto key = VerifierKey::parse(kPeter);
  REQUIRE(key);
  CHECK(key->text() == kPeter);
  CHECK(Note::parse(kPeterNote).signed_by(*key));
}

TEST_CASE("A note is written as it was read", "[note]") {
  CHECK(Note::parse(kPeterNote).bytes() == kPeterNote);
}

TEST_CASE_METHOD(Fixture, "What is signed verifies, and its text may hold empty lines", "[note]") {
  const Note read = Note::parse(note.bytes());
  CHECK(read.text == "one\n\ntwo\n");
  CHECK(read.signed_by(name));
}

TEST_CASE_METHOD(Fixture, "Another key, or the same under another name, did not sign", "[note]") {
  CHECK_FALSE(
      note.signed_by(VerifierKey::make("example.org/log", Ed25519Key::generate().public_key())));
  CHECK_FALSE(note.signed_by(VerifierKey::make("example.org/other", key.public_key())));
}

TEST_CASE_METHOD(Fixture, "Signatures of unknown keys are kept and ignored", "[note]") {
  note.signatures.insert(note.signatures.begin(), {"witness.example", 7, Bytes(72, 1)});
  note.signatures.push_back({"example.org/log", name.id + 1, Bytes(64, 1)});
  const Note read = Note::parse(note.bytes());
  CHECK(read.signatures.size() == 3);
  CHECK(read.signed_by(name));
}

TEST_CASE_METHOD(Fixture, "A wrong signature by a known key spoils the note", "[note]") {
  note.signatures.push_back({"example.org/log", name.id, Bytes(64, 1)});
  CHECK_FALSE(note.signed_by(name));
  note.signatures.back().signature = Bytes(63, 1);
  CHECK_FALSE(note.signed_by(name));
}

TEST_CASE("What is no signed note is refused", "[note]") {
  const std::string line = "— a x08go/ZJkuA=\n";
  CHECK(parsing("t\n\n" + line) == std::nullopt);
  for (const std::string& text : std::vector<std::string>{
           std::string(), std::string("t\n"), "t\n" + line, std::string("t\n\n"),
           "t\n\n" + line + "x\n", "t\n\n" + line.substr(0, line.size() - 1),
           std::string("t\n\n— a b c\n"), std::string("t\n\n— a\n"),
           std::string("t\n\n- a x08go/ZJkuA=\n"), std::string("t\n\n— a x08gow==\n"),
           std::string("t\n\n— a+b x08go/ZJkuA=\n"), std::string("t\n\n— a\u3000b x08go/ZJkuA=\n"),
           std::string("t\n\n—  x08go/ZJkuA=\n"), "t\t\n\n" + line, "t\r\n\n" + line,
           "\xff\n\n" + line}) {
    INFO(text);
    CHECK(parsing(text) == Code::malformed);
  }
}

TEST_CASE("A hundred signatures are read and more refused", "[note]") {
  std::string text = "t\n\n";
  for (int i = 0; i < 100; ++i) text += "— a x08go/ZJkuA=\n";
  CHECK(parsing(text) == std::nullopt);
  CHECK(parsing(text + "— a x08go/ZJkuA=\n") == Code::malformed);
}

TEST_CASE("A note beyond the limit is refused", "[note]") {
  CHECK(parsing(std::string(kMaxNoteSize, 'x') + "\n\n— a x08go/ZJkuA=\n") == Code::malformed);
}

TEST_CASE("A text that does not end in LF is not signed", "[note]") {
  const Fixture fixture;
  CHECK(code_of([&] { sign_note("text", fixture.name, fixture.key); }) == Code::invalid);
}

// c2sp.org/signed-note bounds neither; what we do not know must not make the note unreadable.
TEST_CASE("Lines of keys with long names, or names that no terminal should see, are kept",
          "[note]") {
  for (const std::string& name :
       {std::string(300, 'n'), std::string("a\x7f"), std::string("\u202e")}) {
    const std::string text = "t\n\n— " + name + " x08go/ZJkuA=\n";
    CHECK(parsing(text) == std::nullopt);
    CHECK(Note::parse(text).bytes() == text);
  }
}

TEST_CASE("A key named in full has a name that a terminal may be shown", "[note]") {
  const Ed25519Key key = Ed25519Key::generate();
  for (const std::string& name :
       {std::string(256, 'n'), std::string("a\x7f"), std::string("\u202e")}) {
    CHECK(code_of([&] { VerifierKey::make(name, key.public_key()); }) == Code::invalid);
    CHECK_FALSE(is_verifier_key(name + "+00000000+BgEC"));
  }
}

TEST_CASE("Names with spaces or a plus are refused", "[note]") {
  const Ed25519Key key = Ed25519Key::generate();
  for (const char* name : {"", "a b", "a+b", "a\u00a0b", "a\n"}) {
    CHECK(code_of([&] { VerifierKey::make(name, key.public_key()); }) == Code::invalid);
  }
}

TEST_CASE("A verifier key with another id, type or point is refused", "[note]") {
  const Fixture fixture;
  const std::string id = fixture.name.text().substr(16, 8);
  CHECK(VerifierKey::parse(fixture.name.text()) == fixture.name);
  CHECK_FALSE(VerifierKey::parse("example.org/loh" + fixture.name.text().substr(15)));
  CHECK_FALSE(VerifierKey::parse("example.org/log+00000000" + fixture.name.text().substr(24)));
  CHECK_FALSE(VerifierKey::parse("PeterNeumann+c74f20a3"));
  CHECK_FALSE(VerifierKey::parse("PeterNeumann+c74f20a3+AgEC"));
  CHECK_FALSE(VerifierKey::parse(""));
  // The identity point: of small order.
  const Ed25519Public small{1};
  CHECK_FALSE(VerifierKey::parse(VerifierKey::make("a", small).text()));
}

TEST_CASE("Verifier keys of types that are not known here are still recognised as such", "[note]") {
  CHECK(is_verifier_key(kPeter));
  CHECK(is_verifier_key("witness.example+00000000+BgEC"));
  CHECK_FALSE(is_verifier_key("witness.example+00000000+BA=="));
  CHECK_FALSE(is_verifier_key("witness.example+00000000+BAEC"));  // type 04 with a key of 2 bytes
  CHECK_FALSE(is_verifier_key("witness.example"));
}

}  // namespace
}  // namespace depone
