#include "store/inbox.h"

#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kNow;
using testing::VaultFixture;

IncomingBundle bundle_of(char name, std::uint64_t number,
                         std::optional<std::string> previous = std::nullopt) {
  IncomingBundle bundle;
  bundle.sha256 = std::string(64, name);
  bundle.sender = "RWsender";
  bundle.chain = "0011223344556677";
  bundle.sequence = number + 10;
  bundle.previous = std::move(previous);
  bundle.number = number;
  bundle.opened = kNow;
  return bundle;
}

TEST_CASE_METHOD(VaultFixture, "What is known of an opened bundle comes back") {
  IncomingBundle bundle = bundle_of('a', 1, std::string(64, '9'));
  bundle.log_index = 0;
  add_incoming(vault, bundle, {std::string(64, 'f')});
  reopen();
  CHECK(was_opened(vault, bundle.sha256));
  CHECK_FALSE(was_opened(vault, std::string(64, 'b')));
  const auto found = incoming(vault, bundle.sha256);
  REQUIRE(found);
  CHECK(found->sender == bundle.sender);
  CHECK(found->sequence == 11);
  CHECK(found->previous == bundle.previous);
  CHECK(found->log_index == 0);
  CHECK(found->opened == kNow);
}

TEST_CASE_METHOD(VaultFixture, "A bundle is taken in once") {
  add_incoming(vault, bundle_of('a', 1));
  CHECK(code_of([&] { add_incoming(vault, bundle_of('a', 1)); }) == Code::mismatch);
}

TEST_CASE_METHOD(VaultFixture, "Two bundles of one sender behind the same one are siblings") {
  const std::string before(64, '9');
  add_incoming(vault, bundle_of('a', 1, before));
  CHECK_FALSE(sibling(vault, bundle_of('a', 1, before)));
  CHECK(sibling(vault, bundle_of('b', 2, before)) == std::string(64, 'a'));
  IncomingBundle other = bundle_of('b', 2, before);
  other.sender = "RWother";
  CHECK_FALSE(sibling(vault, other));
}

TEST_CASE_METHOD(VaultFixture, "First bundles without one before them are no siblings") {
  add_incoming(vault, bundle_of('a', 1));
  CHECK_FALSE(sibling(vault, bundle_of('b', 1)));
}

TEST_CASE_METHOD(VaultFixture, "Numbers that never came are counted") {
  add_incoming(vault, bundle_of('a', 1));
  add_incoming(vault, bundle_of('b', 4));
  CHECK(missing_numbers(vault, "RWsender", "0011223344556677", 1) == 0);
  CHECK(missing_numbers(vault, "RWsender", "0011223344556677", 2) == 0);
  CHECK(missing_numbers(vault, "RWsender", "0011223344556677", 6) == 3);
  CHECK(missing_numbers(vault, "RWsender", "ffffffffffffffff", 2) == 1);
}

TEST_CASE_METHOD(VaultFixture, "Files of opened bundles are swept, downloads under way stay") {
  add_incoming(vault, bundle_of('a', 1));
  write_file(vault.inbox_dir() / (std::string(64, 'a') + ".age"), "in");
  write_file(vault.inbox_dir() / (std::string(64, 'b') + ".age.part"), "half");
  write_file(vault.inbox_dir() / (".partial-" + random_name()), "left by a crash");
  write_file(vault.inbox_dir() / "notes.txt", "somebody's");
  sweep_inbox(vault);
  CHECK(names_in(vault.inbox_dir()) ==
        std::vector<std::string>{std::string(64, 'b') + ".age.part", "notes.txt"});
}

}  // namespace
}  // namespace depone
