#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "crypto/formats/invite.h"
#include "crypto/formats/wire.h"
#include "sync/remote/request_key.h"
#include "tests/cli/audit_fixture.h"
#include "tests/sync/remote/tiny_server.h"

using namespace depone;
using namespace depone::testing;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

// A relay that knows one invite, its roster and its log.
struct JoinFixture : AuditProgram {
  std::vector<ProvenLine> lines =
      prove_lines(organisation.members, std::vector<std::uint64_t>{0, 1});
  std::map<std::string, Bytes> log = files();
  bool takes_invite = true;
  std::string status = "pending";
  std::string problem_name;  // of everything, where set
  TinyServer server{[this](const TinyRequest& request) { return reply(request); }};
  Invite invite{server.url(),
                organisation.authority_key(),
                organisation.log.public_key(),
                {1, 2, 3},
                {4, 5, 6},
                1,
                {}};
  std::string key_file = (temp / "auditor.key").string();
  std::string passphrase_file = (temp / "passphrase").string();

  JoinFixture() { write_file(passphrase_file, kPassphrase); }

  std::string reply(const TinyRequest& request) const {
    if (!problem_name.empty()) return problem(403, problem_name);
    if (request.target == "/v1/join") {
      if (!takes_invite) return problem(403, "invite");
      const Join join = Join::parse(request.body);
      return answer(202, "", JoinAnswer{status, join.fingerprint(), ""}.json());
    }
    if (request.headers.contains("depone-invite") && !takes_invite) return problem(403, "invite");
    if (request.target.starts_with("/v1/roster/members?version=")) {
      std::string text;
      for (const ProvenLine& line : lines) text += line.json() + "\n";
      return answer(200, "", text);
    }
    if (request.target.starts_with("/v1/roster.minisig?version="))
      return answer(200, "", roster.minisig);
    if (request.target == "/v1/roster") return answer(200, "", roster.head_json);
    if (request.target.starts_with("/log/")) {
      const auto found = log.find(request.target.substr(5));
      return found == log.end() ? problem(404, "not-found")
                                : answer(200, "", std::string(as_text(found->second)));
    }
    return problem(404, "not-found");
  }
  Ran join(const std::string& invite_text, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{"join",   invite_text,         "--key",
                                       key_file, "--passphrase-file", passphrase_file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  Ran join() const { return join(invite.text(), {"--json", "--name", "expert"}); }
  Ran check_log_of_relay(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{
        "log", server.url(), "--key", key_file, "--passphrase-file", passphrase_file, "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
};

}  // namespace

TEST_CASE("join makes a request key and says what to tell the operator", "[audit]") {
  JoinFixture fixture;
  const Ran ran = fixture.join();
  CHECK(ran.status == 0);
  const Json report = ran.json();
  CHECK(report["organisation"] == "Test");
  CHECK(report["authority"] == fixture.authority);
  CHECK(report["status"] == "pending");
  CHECK(report["fingerprint"].get<std::string>().size() == 20);
  const RequestKey key = read_request_key(fixture.key_file, as_bytes(kPassphrase));
  CHECK(key.name == "expert");
  CHECK(key.relay == fixture.server.url());
  CHECK(report["fingerprint"] == fingerprint("", request_key_text(key.key.public_key()), "", ""));
}

TEST_CASE("join run again with its file repeats the join with the same key", "[audit]") {
  JoinFixture fixture;
  const std::string first = fixture.join().json()["fingerprint"].get<std::string>();
  const Bytes before = read_file(fixture.key_file, 1 << 20);
  fixture.status = "member";
  const Ran ran = fixture.join();
  CHECK(ran.status == 0);
  CHECK(ran.json()["status"] == "member");
  CHECK(ran.json()["fingerprint"] == first);
  CHECK(ran.json()["organisation"] == "Test");
  CHECK(read_file(fixture.key_file, 1 << 20) == before);
}

TEST_CASE("join exits 7 for a key file of another invite and leaves it", "[audit]") {
  JoinFixture fixture;
  CHECK(fixture.join().status == 0);
  const Bytes before = read_file(fixture.key_file, 1 << 20);
  fixture.invite.id = {9, 9, 9};
  CHECK(fixture.join().status == 7);
  CHECK(read_file(fixture.key_file, 1 << 20) == before);
}

TEST_CASE("join exits 7 for a used invite and makes no file", "[audit]") {
  JoinFixture fixture;
  fixture.takes_invite = false;
  const Ran ran = fixture.join();
  CHECK(ran.status == 7);
  CHECK_THAT(ran.err, ContainsSubstring("used up"));
  CHECK_FALSE(fs::exists(fixture.key_file));
}

TEST_CASE("join exits 7 for an altered invite and makes no file", "[audit]") {
  JoinFixture fixture;
  std::string text = fixture.invite.text();
  text[text.size() - 10] = text[text.size() - 10] == 'A' ? 'B' : 'A';
  CHECK(fixture.join(text).status == 7);
  CHECK_FALSE(fs::exists(fixture.key_file));
}

TEST_CASE("join exits 4 for an invite of another authority than the one named", "[audit]") {
  JoinFixture fixture;
  const std::string other = minisign::PublicKey(Ed25519Key::generate().public_key()).text();
  const Ran ran = fixture.join(fixture.invite.text(), {"--authority", other});
  CHECK(ran.status == 4);
  CHECK_FALSE(fs::exists(fixture.key_file));
}

TEST_CASE("join goes on for an invite of the authority that was named", "[audit]") {
  JoinFixture fixture;
  CHECK(fixture.join(fixture.invite.text(), {"--authority", fixture.authority}).status == 0);
}

TEST_CASE("join exits 4 where the roster is not the one that the invite speaks of", "[audit]") {
  JoinFixture fixture;
  fixture.invite.log_key = Ed25519Key::generate().public_key();
  CHECK(fixture.join().status == 4);
  CHECK_FALSE(fs::exists(fixture.key_file));
}

TEST_CASE("join exits 6 where no relay answers and makes no file", "[audit]") {
  JoinFixture fixture;
  fixture.invite.url = "http://127.0.0.1:" + std::to_string(free_port());
  CHECK(fixture.join().status == 6);
  CHECK_FALSE(fs::exists(fixture.key_file));
}

TEST_CASE("log of a relay fetches the roster with the key and checks everything", "[audit]") {
  JoinFixture fixture;
  CHECK(fixture.join().status == 0);
  const Ran ran = fixture.check_log_of_relay({"--authority", fixture.authority});
  CHECK(ran.status == 0);
  const Json report = ran.json();
  CHECK(report["valid"] == true);
  CHECK(report["source"] == fixture.server.url());
  CHECK(report["bundles"] == 2);
  for (const char* name : {"signature", "tree", "tiles", "entries", "rosters", "members", "chains",
                           "roster", "authority"}) {
    INFO(name);
    CHECK(check_of(report, name) == "ok");
  }
}

TEST_CASE("log of a relay exits 4 for another authority than was given", "[audit]") {
  JoinFixture fixture;
  CHECK(fixture.join().status == 0);
  const std::string other = minisign::PublicKey(Ed25519Key::generate().public_key()).text();
  CHECK(fixture.check_log_of_relay({"--authority", other}).status == 4);
}

TEST_CASE("log of a relay exits 3 for a wrong passphrase of the key file", "[audit]") {
  JoinFixture fixture;
  CHECK(fixture.join().status == 0);
  write_file(fixture.passphrase_file, "some other passphrase");
  CHECK(fixture.check_log_of_relay().status == 3);
}

TEST_CASE("log of a relay exits 7 for an auditor who is not approved yet, and says what to do",
          "[audit]") {
  JoinFixture fixture;
  CHECK(fixture.join().status == 0);
  fixture.problem_name = "pending";
  const Ran ran = fixture.check_log_of_relay();
  CHECK(ran.status == 7);
  CHECK_THAT(ran.err, ContainsSubstring("fingerprint"));
}

TEST_CASE("log of a relay exits 7 for a revoked auditor, and says so", "[audit]") {
  JoinFixture fixture;
  CHECK(fixture.join().status == 0);
  fixture.problem_name = "revoked";
  const Ran ran = fixture.check_log_of_relay();
  CHECK(ran.status == 7);
  CHECK_THAT(ran.err, ContainsSubstring("no longer a member"));
}

TEST_CASE("log of a relay takes a public log with the log's key alone", "[audit]") {
  JoinFixture fixture;
  const Ran ran =
      fixture.run({"log", fixture.server.url(), "--log-key", fixture.log_key.text(), "--json"});
  CHECK(ran.status == 0);
  CHECK(check_of(ran.json(), "members") == "not checked");
  for (const TinyRequest& request : fixture.server.requests())
    CHECK_FALSE(request.headers.contains("signature"));
}

TEST_CASE("log of a relay exits 2 where nothing says whose log it should be", "[audit]") {
  JoinFixture fixture;
  CHECK(fixture.run({"log", fixture.server.url()}).status == 2);
}
