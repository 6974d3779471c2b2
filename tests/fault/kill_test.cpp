#include <catch2/catch_test_macros.hpp>

#include "tests/fault/acts.h"

namespace depone::testing {
namespace {

TEST_CASE("init killed at any step leaves a whole vault or none", "[kill-step]") {
  const Init init;
  survives_kills(init.start, init.act);
}

TEST_CASE("passwd killed at any step leaves one passphrase that opens", "[kill-step]") {
  const Passwd passwd;
  survives_kills(passwd.start, passwd.act);
}

TEST_CASE("new killed at any step leaves the whole record or none", "[kill-step]") {
  const New made;
  survives_kills(made.start, made.act);
}

TEST_CASE("attach killed at any step leaves every file attached or none", "[kill-step]") {
  const Attach attach;
  survives_kills(attach.start, attach.act);
}

TEST_CASE("attach of a long file survives being killed at any step", "[kill-step]") {
  const AttachLong attach;
  survives_kills(attach.start, attach.act);
}

TEST_CASE("import killed at any step leaves all of its rows or none", "[kill-step]") {
  const Import import;
  survives_kills(import.start, import.act);
}

TEST_CASE("edit killed at any step leaves the new revision or none", "[kill-step]") {
  const Edit edit;
  survives_kills(edit.start, edit.act);
}

TEST_CASE("passwd --rekey killed at any step leaves one passphrase that opens", "[kill-step]") {
  const Rekey rekey;
  survives_kills(rekey.start, rekey.act);
}

TEST_CASE("backup killed at any step leaves a whole one or none", "[kill-step]") {
  const Backup backup;
  survives_kills(backup.start, backup.act);
}

TEST_CASE("restore killed at any step leaves a whole vault or none", "[kill-step]") {
  const Restore restore;
  survives_kills(restore.start, restore.act);
}

TEST_CASE("A migration killed at any step loses nothing", "[kill-step]") {
  const Migrate migrate;
  survives_kills(migrate.start, migrate.act);
}

TEST_CASE("panic killed at any step can be run again, and has destroyed all once it says so",
          "[kill-step]") {
  const Panic panic;
  survives_kills(panic.start, panic.act);
}

}  // namespace
}  // namespace depone::testing
