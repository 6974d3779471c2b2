#include <catch2/catch_test_macros.hpp>

#include "tests/fault/acts.h"

namespace depone::testing {
namespace {

TEST_CASE("init on a full disk says so and leaves nothing", "[full]") {
  const Init init;
  survives_full_disk(init.start, init.act);
}

TEST_CASE("passwd on a full disk says so and changes nothing", "[full]") {
  const Passwd passwd;
  survives_full_disk(passwd.start, passwd.act);
}

TEST_CASE("new on a full disk says so and changes nothing", "[full]") {
  const New made;
  survives_full_disk(made.start, made.act);
}

TEST_CASE("attach on a full disk says so and changes nothing", "[full]") {
  const Attach attach;
  survives_full_disk(attach.start, attach.act);
}

TEST_CASE("import on a full disk says so and changes nothing", "[full]") {
  const Import import;
  survives_full_disk(import.start, import.act);
}

TEST_CASE("attach of a long file on a full disk says so and changes nothing", "[full]") {
  const AttachLong attach;
  survives_full_disk(attach.start, attach.act);
}

TEST_CASE("A long file is the same where nothing can be written past the page cache", "[full]") {
  const AttachLong here;
  const AttachLong elsewhere;
  const auto attach = [](const AttachLong& one, Fault fault) {
    const fs::path& root = one.start.path();
    const FaultyRun run = run_with_fault(fault, 1, root, one.act.command(root));
    INFO(run.process.err);
    REQUIRE(run.process.status == 0);
    return vault_content(root);
  };
  CHECK(attach(here, Fault::undirect) == attach(elsewhere, Fault::none));
}

TEST_CASE("edit on a full disk says so and changes nothing", "[full]") {
  const Edit edit;
  survives_full_disk(edit.start, edit.act);
}

TEST_CASE("passwd --rekey on a full disk says so and changes nothing", "[full]") {
  const Rekey rekey;
  survives_full_disk(rekey.start, rekey.act);
}

TEST_CASE("backup to a full disk says so and leaves nothing", "[full]") {
  const Backup backup;
  survives_full_disk(backup.start, backup.act);
}

TEST_CASE("restore on a full disk says so and leaves nothing", "[full]") {
  const Restore restore;
  survives_full_disk(restore.start, restore.act);
}

TEST_CASE("A migration on a full disk says so and changes nothing", "[full]") {
  const Migrate migrate;
  survives_full_disk(migrate.start, migrate.act);
}

TEST_CASE("panic on a full disk says what is left, and can be run again", "[full]") {
  const Panic panic;
  survives_full_disk(panic.start, panic.act);
}

TEST_CASE("new on a broken disk says so and changes nothing", "[broken]") {
  const New made;
  survives_broken_disk(made.start, made.act);
}

TEST_CASE("attach on a broken disk says so and changes nothing", "[broken]") {
  const Attach attach;
  survives_broken_disk(attach.start, attach.act);
}

TEST_CASE("import on a broken disk says so and changes nothing", "[broken]") {
  const Import import;
  survives_broken_disk(import.start, import.act);
}

}  // namespace
}  // namespace depone::testing
