#include "crypto/formats/invite.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/kdf.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

Invite some_invite() {
  return {"https://relay.example.org/path",
          minisign::PublicKey(Ed25519Key::generate().public_key()),
          Ed25519Key::generate().public_key(),
          random_array<8>(),
          random_array<16>(),
          0x01020304,
          std::nullopt};
}

std::optional<Code> parsing(const std::string& text) {
  return code_of([&] { Invite::parse(text); });
}

TEST_CASE("An invite is read as it was written", "[invite]") {
  Invite invite = some_invite();
  for (const auto& pin : {std::optional<Sha256>(), std::optional(sha256("pin"))}) {
    invite.pin = pin;
    const Invite read = Invite::parse(invite.text());
    CHECK(read.text() == invite.text());
    CHECK(read.url == invite.url);
    CHECK(read.authority == invite.authority);
    CHECK(read.log_key == invite.log_key);
    CHECK(read.id == invite.id);
    CHECK(read.secret == invite.secret);
    CHECK(read.roster == 0x01020304);
    CHECK(read.pin == pin);
  }
}

TEST_CASE("An invite has the decided bytes", "[invite]") {
  Invite invite = some_invite();
  invite.pin = sha256("pin");
  Bytes packed = invite.authority.raw();
  packed.insert(packed.end(), invite.log_key.begin(), invite.log_key.end());
  packed.insert(packed.end(), invite.id.begin(), invite.id.end());
  packed.insert(packed.end(), invite.secret.begin(), invite.secret.end());
  for (std::uint8_t byte = 1; byte <= 4; ++byte) packed.push_back(byte);
  REQUIRE(packed.size() == 102);
  const Sha256 hash = sha256(invite.url + std::string(as_text(packed)));
  packed.insert(packed.end(), hash.begin(), hash.begin() + 4);
  CHECK(invite.text() ==
        "depone:1:" + invite.url + "#" + base64url(packed) + "&pin=" + base64url(sha256("pin")));
}

TEST_CASE("Every truncation and flipped bit of an invite is refused, and says so", "[invite]") {
  const std::string good = some_invite().text();
  std::vector<std::string> taken;
  for (std::size_t size = 0; size < good.size(); ++size) {
    if (parsing(good.substr(0, size)) != Code::refused)
      taken.push_back("cut to " + std::to_string(size));
  }
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string altered = good;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    if (parsing(altered) != Code::refused) taken.push_back("bit " + std::to_string(bit));
  }
  CHECK(taken == std::vector<std::string>{});
}

TEST_CASE("A pin that is none, or anything else behind an invite, is refused", "[invite]") {
  const std::string good = some_invite().text();
  for (const char* tail :
       {" ", "\n", "&", "&pin=", "&pin=AA", "&pin=AA&pin=AA", "&more=1", "=", "#"}) {
    INFO(tail);
    CHECK(parsing(good + tail) == Code::refused);
  }
  Invite invite = some_invite();
  invite.pin = sha256("pin");
  CHECK(parsing(invite.text() + "&more=1") == Code::refused);
}

TEST_CASE("An invite of another version says so", "[invite]") {
  std::string text = some_invite().text();
  text[7] = '2';
  const auto error = testing::error_of([&] { Invite::parse(text); });
  REQUIRE(error);
  CHECK(error->code() == Code::refused);
  CHECK(error->message().find("version") != std::string::npos);
}

TEST_CASE("An address that is none makes no invite", "[invite]") {
  for (const char* url :
       {"", "relay.example.org", "ftp://relay.example.org", "https://", "https:///path",
        "https://a b", "https://a#b", "https://é", "HTTPS://relay.example.org"}) {
    INFO(url);
    Invite invite = some_invite();
    invite.url = url;
    CHECK(code_of([&] { invite.text(); }) == Code::invalid);
  }
}

TEST_CASE("An invite is at most 320 characters long", "[invite]") {
  Invite invite = some_invite();
  invite.url = "https://" + std::string(320 - 9 - 8 - 1 - 142, 'a');
  CHECK(invite.text().size() == 320);
  CHECK(Invite::parse(invite.text()).url == invite.url);
  invite.url += 'a';
  CHECK(code_of([&] { invite.text(); }) == Code::invalid);
}

TEST_CASE("Keys of an invite that are no points are refused", "[invite]") {
  Invite invite = some_invite();
  invite.log_key = Ed25519Public{1};
  CHECK(parsing(invite.text()) == Code::refused);
}

TEST_CASE("The invite's header proves that its secret is held", "[invite]") {
  const Invite invite = some_invite();
  const std::string header = invite_header(invite, "body");
  CHECK(header == hex(invite.id) + " " + base64(hmac_sha256(invite.secret, as_bytes("body"))));
  const auto claim = InviteClaim::parse(header);
  REQUIRE(claim);
  CHECK(claim->id == invite.id);
  CHECK(claim->matches(invite.secret, "body"));
  CHECK_FALSE(claim->matches(invite.secret, "other body"));
  CHECK_FALSE(claim->matches(random_array<16>(), "body"));
}

TEST_CASE("A header that is none makes no claim", "[invite]") {
  const std::string good = invite_header(some_invite(), "body");
  for (const std::string& text :
       std::vector<std::string>{"", " ", good.substr(0, 16), good + " ", " " + good, good.substr(2),
                                good.substr(0, good.size() - 4)}) {
    INFO(text);
    CHECK_FALSE(InviteClaim::parse(text));
  }
}

TEST_CASE("A pseudonym is something that can be shown", "[invite]") {
  for (const char* name : {"a", "민들레", "မမ", "Zoë 2", "field-7"}) CHECK(is_pseudonym(name));
  CHECK(is_pseudonym(std::string(64, 'a')));
  for (const char* name : {"", " ", "\u3000", "a\nb", "a\x1b[2J", "a\u202e", "a\u2028", "\xff"}) {
    INFO(name);
    CHECK_FALSE(is_pseudonym(name));
  }
  CHECK_FALSE(is_pseudonym(std::string(65, 'a')));
}

}  // namespace
}  // namespace depone
