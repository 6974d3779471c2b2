#include "store/inbox.h"
#include "tests/support/child.h"
#include "tests/sync/relay_fixture.h"

// join, seal, sync, status, open and unseal of the real program, against a relay in this process.
namespace depone {
namespace {

using namespace testing;

struct Finished {
  int status = -1;
  std::string out;
  std::string err;
  Json json() const {
    return parse_json(std::string_view(out).substr(0, out.find('\n')), "output");
  }
};

struct ProgramFixture : RelayFixture {
  fs::path passphrase = team.dir() / "passphrase";

  ProgramFixture() { write_file(passphrase, std::string(Team::kTeamPassphrase) + "\n"); }

  // On a vault that is closed meanwhile.
  Finished run(Teammate& who, std::vector<std::string> arguments) {
    who.close();
    Finished done = run_in(who.dir, std::move(arguments));
    who.reopen();
    return done;
  }
  Finished run_in(const fs::path& vault, std::vector<std::string> arguments) {
    std::vector<std::string> all{DEPONE_BIN "/depone", "--vault", vault.string(),
                                 "--passphrase-file", passphrase.string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const fs::path out = team.dir() / "out.txt";
    const fs::path err = team.dir() / "err.txt";
    remove_file(out);
    remove_file(err);
    Finished done;
    done.status = Child::start(all, out.string(), err.string()).wait(60).value_or(-1);
    done.out = read_text(out, 1 << 20);
    done.err = read_text(err, 1 << 20);
    return done;
  }
  SealedFile with_signature(const SealedFile& sealed) {
    write_file(fs::path(sealed.age.string() + ".minisig"), sealed.minisig);
    return sealed;
  }
  Json refused_testimony() {
    Json fields = testimony_fields();
    fields["consent"]["share"] = {"medical"};
    return fields;
  }
};

TEST_CASE_METHOD(ProgramFixture, "seal says what it made") {
  add_incident(monitor.vault);
  const Finished done = run(monitor, {"seal", "--json"});
  CHECK(done.status == 0);
  CHECK(done.json().at("records") == 1);
  CHECK(done.json().at("bundles").size() == 1);
  CHECK(done.json().at("refused").empty());
}

TEST_CASE_METHOD(ProgramFixture, "seal of a record by name that consent keeps back exits 7") {
  const std::string record = add_record(monitor.vault, "testimony", refused_testimony());
  const Finished done = run(monitor, {"seal", record.substr(0, 8)});
  CHECK(done.status == 7);
  CHECK(done.err.find(record) != std::string::npos);
  CHECK(done.err.find("desk-1") != std::string::npos);
}

TEST_CASE_METHOD(ProgramFixture, "seal of everything lists what consent keeps back and exits 0") {
  add_record(monitor.vault, "testimony", refused_testimony());
  add_incident(monitor.vault);
  const Finished done = run(monitor, {"--json", "seal"});
  CHECK(done.status == 0);
  CHECK(done.json().at("records") == 1);
  CHECK(done.json().at("refused").size() == 1);
}

TEST_CASE_METHOD(ProgramFixture, "seal for somebody unknown exits 5") {
  add_incident(monitor.vault);
  CHECK(run(monitor, {"seal", "--to", "nobody"}).status == 5);
}

TEST_CASE_METHOD(ProgramFixture, "sync brings records from one vault to the other") {
  add_incident(monitor.vault);
  const Finished sent = run(monitor, {"sync", "--json"});
  INFO(sent.err);
  CHECK(sent.status == 0);
  CHECK(sent.json().at("sealed") == 1);
  CHECK(sent.json().at("pushed") == 1);
  CHECK(sent.json().at("receipts") == 1);
  CHECK(sent.json().at("refused") == 0);
  CHECK(sent.json().at("roster") == team.version());
  const Finished received = run(desk, {"sync", "--json"});
  CHECK(received.status == 0);
  CHECK(received.json().at("pulled") == 1);
  CHECK(received.json().at("opened") == 1);
}

TEST_CASE_METHOD(ProgramFixture, "sync exits 0 where only consent keeps something back") {
  add_record(monitor.vault, "testimony", refused_testimony());
  const Finished done = run(monitor, {"sync", "--json"});
  CHECK(done.status == 0);
  CHECK(done.json().at("refused") == 1);
  CHECK(done.json().at("problems").size() == 1);
}

TEST_CASE_METHOD(ProgramFixture, "status lists what consent keeps back, and why") {
  const std::string record = add_record(monitor.vault, "testimony", refused_testimony());
  add_incident(monitor.vault);
  const Json kept = run(monitor, {"status", "--json"}).json().at("kept_back");
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].at("record") == record);
  CHECK(kept[0].at("reason").get<std::string>().find("desk-1") != std::string::npos);
}

TEST_CASE_METHOD(ExchangeFixture,
                 "sync with a relay that is down exits 6 and says what is only here") {
  add_incident(monitor.vault);
  write_file(team.dir() / "passphrase", std::string(Team::kTeamPassphrase) + "\n");
  monitor.close();
  const fs::path err = team.dir() / "err.txt";
  const int status =
      Child::start({DEPONE_BIN "/depone", "--vault", monitor.dir.string(), "--passphrase-file",
                    (team.dir() / "passphrase").string(), "sync"},
                   "", err.string())
          .wait(60)
          .value_or(-1);
  CHECK(status == 6);
  CHECK(read_text(err, 1 << 20).find("1 record is still only here") != std::string::npos);
}

TEST_CASE_METHOD(ProgramFixture, "status counts each state and knows the relay's checkpoint") {
  add_incident(monitor.vault);
  Json before = run(monitor, {"status", "--json"}).json();
  CHECK(before.at("local") == 1);
  CHECK(before.at("checkpoint").is_null());
  run(monitor, {"sync"});
  add_incident(monitor.vault);
  const Json after = run(monitor, {"status", "--json"}).json();
  CHECK(after.at("delivered") == 1);
  CHECK(after.at("local") == 1);
  CHECK(after.at("checkpoint").at("size") == 1);
  CHECK(open_checkpoint(after.at("checkpoint").at("note").get<std::string>(), team.log()).size == 1);
  CHECK(after.at("member") == "monitor-1");
}

TEST_CASE_METHOD(ProgramFixture, "open takes in a bundle with the signature beside it") {
  add_incident(monitor.vault);
  const SealedFile sealed = with_signature(seal_one(monitor));
  const Finished done = run(desk, {"open", sealed.age.string(), "--json"});
  CHECK(done.status == 0);
  CHECK(done.json().at("sha256") == sealed.sha256);
  CHECK(done.json().at("sender") == "monitor-1");
  CHECK(done.json().at("records") == 1);
  CHECK(done.json().at("already") == false);
}

TEST_CASE_METHOD(ProgramFixture, "open of an altered bundle exits 4") {
  add_incident(monitor.vault);
  const SealedFile sealed = with_signature(seal_one(monitor));
  Bytes bytes = read_file(sealed.age, 1 << 20);
  bytes.at(12'000) ^= 1;
  write_file(sealed.age, bytes);
  CHECK(run(desk, {"open", sealed.age.string()}).status == 4);
}

TEST_CASE_METHOD(ProgramFixture, "open of a bundle for somebody else exits 3") {
  Teammate& other = team.add("desk-2", Role::desk, "desk");
  add_incident(monitor.vault);
  const SealedFile sealed = with_signature(seal_one(monitor));
  team.publish();
  CHECK(run(other, {"open", sealed.age.string()}).status == 3);
}

TEST_CASE_METHOD(ProgramFixture, "open without a signature exits 5") {
  add_incident(monitor.vault);
  CHECK(run(desk, {"open", seal_one(monitor).age.string()}).status == 5);
}

TEST_CASE_METHOD(ProgramFixture, "unseal unpacks with the vault's own key") {
  add_incident(monitor.vault);
  const SealedFile sealed = seal_one(monitor);
  const fs::path to = team.dir() / "unpacked";
  CHECK(run(desk, {"unseal", sealed.age.string(), "--to", to.string()}).status == 0);
  CHECK(fs::exists(to / "manifest.json"));
}

TEST_CASE_METHOD(ProgramFixture, "unseal unpacks with an identity file and no vault") {
  add_incident(monitor.vault);
  const SealedFile sealed = seal_one(monitor);
  const SecretBytes identity = desk.vault.identity().recipient.text();
  write_file(team.dir() / "identity.txt", identity.reveal());
  const fs::path to = team.dir() / "unpacked";
  CHECK(run_in(team.dir() / "no-vault", {"unseal", sealed.age.string(), "--to", to.string(),
                                         "--identity", (team.dir() / "identity.txt").string()})
            .status == 0);
  CHECK(fs::exists(to / "manifest.json"));
}

TEST_CASE_METHOD(ProgramFixture, "join says whom to tell what") {
  const fs::path dir = team.dir() / "new";
  {
    const Vault made = Vault::create(dir, as_bytes(Team::kTeamPassphrase),
                                     Argon2idCost{1, 8u << 20}, Seed::random(), Team::kToday);
  }
  const Invite invite{relay.url(),        team.authority(),
                      team.log().key,     random_array<8>(),
                      random_array<16>(), static_cast<std::uint32_t>(team.version()),
                      std::nullopt};
  const Finished done = run_in(dir, {"join", invite.text(), "--name", "Azalea", "--json"});
  INFO(done.err);
  CHECK(done.status == 0);
  CHECK(done.json().at("organisation") == "Test");
  CHECK(done.json().at("status") == "pending");
  CHECK(done.json().at("fingerprint").get<std::string>().size() == 20);
  const Finished text = run_in(dir, {"join", invite.text()});
  CHECK(text.out.find(done.json().at("fingerprint").get<std::string>()) != std::string::npos);
  CHECK(text.out.find("recovery sheet") != std::string::npos);
}

TEST_CASE_METHOD(ProgramFixture, "join with an altered invite exits 7") {
  const Invite invite{relay.url(),        team.authority(),
                      team.log().key,     random_array<8>(),
                      random_array<16>(), static_cast<std::uint32_t>(team.version()),
                      std::nullopt};
  std::string text = invite.text();
  text.back() = text.back() == 'A' ? 'B' : 'A';
  CHECK(run(monitor, {"join", text}).status == 7);
}

}  // namespace
}  // namespace depone
