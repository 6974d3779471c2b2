#pragma once

#include <csignal>
#include <optional>
#include <string>
#include <vector>

#include "crypto/json.h"
#include "store/outbox.h"
#include "store/vault.h"
#include "tests/store/vault_fixture.h"
#include "tests/support/child.h"
#include "tests/support/process.h"

// The three real programs: a relay, and members whose vaults are cheap to unlock.
namespace depone::testing {

struct RelayProgram {
  TempDir temp;
  fs::path relay = temp / "relay";
  fs::path stick = temp / "stick";
  fs::path passphrase = temp / "passphrase";
  int port = free_port();
  std::optional<Child> server;

  RelayProgram() {
    write_file(passphrase, std::string(kPassphrase) + "\n");
    must(run_relay({"init", relay.string(), "--organisation", "Example Organisation", "--origin",
                    "relay.example.org/log", "--url", "http://127.0.0.1:" + std::to_string(port),
                    "--passphrase-file", passphrase.string()}));
    serve();
    enrol("desk", 2);
    enrol("monitor", 1);
    must(run_member("monitor", {"sync"}));
  }

  void serve() {
    server.emplace(Child::start({DEPONE_BIN "/depone-relay", "serve", relay.string(), "--listen",
                                 "127.0.0.1:" + std::to_string(port)},
                                {}, (temp / "relay.log").string()));
    REQUIRE(wait_for_port(port, 30));
  }
  void stop() {
    server->signal(SIGTERM);
    REQUIRE(server->wait(60) == 0);
    server.reset();
  }

  static ProcessResult run_relay(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), DEPONE_BIN "/depone-relay");
    return run_process(arguments);
  }
  static ProcessResult run_audit(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), DEPONE_BIN "/depone-audit");
    return run_process(arguments);
  }
  ProcessResult run_member(const std::string& who, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {DEPONE_BIN "/depone", "--vault", (temp / who).string(),
                                         "--passphrase-file", passphrase.string()});
    return run_process(arguments);
  }
  static std::string must(const ProcessResult& ran) {
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    return ran.out;
  }
  static Json json(const ProcessResult& ran) {
    INFO(ran.err);
    return parse_json(std::string_view(ran.out).substr(0, ran.out.find('\n')), "output");
  }

  void enrol(const std::string& who, std::uint8_t seed) {
    Vault::create(temp / who, as_bytes(kPassphrase), kCheap, seed_of(seed), kNow);
    const Json invite =
        json(run_relay({"invite", relay.string(), "--role", who, "--name", who, "--json"}));
    const Json joined =
        json(run_member(who, {"join", invite.at("invite").get<std::string>(), "--json"}));
    must(run_relay({"members", "approve", relay.string(), who, "--fingerprint",
                    joined.at("fingerprint").get<std::string>(), "--passphrase-file",
                    passphrase.string()}));
  }

  // One record, sealed, and its bundle laid on the stick by hand; gives its SHA-256.
  std::string seal_to_stick(const std::string& title) {
    must(run_member("monitor", {"new", "incident", "--set", "title=" + title}));
    const Json sealed = json(run_member("monitor", {"seal", "--json"}));
    REQUIRE(sealed.at("bundles").size() == 1);
    const std::string sha256 = sealed.at("bundles")[0].get<std::string>();
    Vault vault = Vault::open(temp / "monitor", as_bytes(kPassphrase));
    const auto bundle = outgoing_by_hash(vault, sha256);
    REQUIRE(bundle);
    fs::create_directories(stick / "bundles");
    const fs::path age = stick / "bundles" / (sha256 + ".age");
    write_file(age.string() + ".minisig", bundle->minisig);
    fs::copy_file(vault.outbox_dir() / bundle->file, age);
    return sha256;
  }
};

}  // namespace depone::testing
