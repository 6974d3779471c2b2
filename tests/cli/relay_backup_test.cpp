#include <signal.h>

#include "crypto/json.h"
#include "tests/support/child.h"
#include "tests/support/process.h"
#include "tests/sync/relay/backup_fixture.h"

// backup, restore and serve --latest of the real program.
namespace depone::testing {
namespace {

struct ProgramFixture : BackupFixture {
  Sealed sealed = deliver(monitor, 1);
  std::string at_backup;
  ProgramFixture() {
    sequence();
    at_backup = newest_note();
  }
  ProcessResult run(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), DEPONE_BIN "/depone-relay");
    return run_process(arguments, input);
  }
  ProcessResult serve(const std::string& latest, const std::string& input = {}) {
    return run({"serve", restored.string(), "--listen", "127.0.0.1:0", "--latest", latest}, input);
  }
  fs::path file(const std::string& text) const {
    write_file(temp / "latest", text);
    return temp / "latest";
  }
};

TEST_CASE_METHOD(ProgramFixture, "backup and restore say what they made") {
  const ProcessResult made = run({"backup", dir().string(), target.string(), "--json"});
  CHECK(made.status == 0);
  const Json backup = parse_json(made.out, "output");
  CHECK(backup["backup"] == target.string());
  CHECK(backup["bundles"] == 1);
  CHECK(backup["entries"] == 4);
  CHECK(backup["missing"].empty());
  const ProcessResult back = run({"restore", target.string(), restored.string(), "--json"});
  CHECK(back.status == 0);
  CHECK(parse_json(back.out, "output")["relay"] == restored.string());
  CHECK(run({"check", restored.string()}).status == 0);
}

TEST_CASE_METHOD(ProgramFixture, "backup with a damaged bundle names it and ends with 8") {
  flip_byte(object(dir(), sealed));
  const ProcessResult made = run({"backup", dir().string(), target.string()});
  CHECK(made.status == 8);
  CHECK(made.err.find(sealed.sha256) != std::string::npos);
  CHECK(run({"restore", target.string(), restored.string()}).status == 8);
}

TEST_CASE_METHOD(ProgramFixture, "serve of a restored relay ends with 7 until its log is held up") {
  back_up();
  restore();
  CHECK(run({"serve", restored.string(), "--listen", "127.0.0.1:0"}).status == 7);
  CHECK(serve(file("text\n").string()).status == 4);
  deliver(monitor, 2);
  sequence();
  const ProcessResult beyond = serve("-", newest_note());
  CHECK(beyond.status == 7);
  CHECK(beyond.err.find("nothing may be served") != std::string::npos);
  REQUIRE(relay::is_restored(restored));

  const std::string port = std::to_string(free_port());
  Child child = Child::start({DEPONE_BIN "/depone-relay", "serve", restored.string(), "--listen",
                              "127.0.0.1:" + port, "--latest", file(at_backup).string()});
  CHECK(wait_for_port(std::stoi(port), 30));
  child.signal(SIGTERM);
  CHECK(child.wait(30) == 0);
  CHECK_FALSE(relay::is_restored(restored));
}

}  // namespace
}  // namespace depone::testing
