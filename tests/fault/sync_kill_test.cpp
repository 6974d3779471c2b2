#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <random>

#include "crypto/json.h"
#include "store/outbox.h"
#include "store/vault.h"
#include "tests/store/vault_fixture.h"
#include "tests/support/child.h"
#include "tests/support/process.h"

namespace depone::testing {
namespace {

constexpr int kIncidents = 910;
constexpr double kLong = 60;  // seconds that no sync here takes

std::string incidents() {
  std::string csv = "id,state,city,date,title,description,tags,latitude,longitude,links\n";
  for (int i = 0; i < kIncidents; ++i) {
    const std::string n = std::to_string(i);
    csv += "ex-" + n + ",North,Town " + n + ",2026-03-04,Incident number " + n +
           ",\"Traders were held at the harbour.\n\nPassage two of " + n +
           ", 북송되었다.\",arrest;detention,12.5,44.25,https://example.org/" + n + "\n";
  }
  return csv;
}

// A relay, a monitor with 911 records not yet sent and a desk, all stopped; each round works on a copy.
class Scene {
 public:
  Scene() {
    write_file(passphrase(), std::string(kPassphrase) + "\n");
    Vault::create(at("start/monitor"), as_bytes(kPassphrase), kCheap, seed_of(1), kNow);
    Vault::create(at("start/desk"), as_bytes(kPassphrase), kCheap, seed_of(2), kNow);
    must({relay_program(), "init", at("start/relay"), "--organisation", "Example Organisation",
          "--origin", "relay.example.org/log", "--url", url(), "--passphrase-file", passphrase()});
    here_ = "start";
    start_relay();
    enrol("desk");
    enrol("monitor");
    REQUIRE(sync("monitor") == 0);
    fill();
    stop_relay();
  }

  void begin_round(int round) {
    here_ = "round" + std::to_string(round);
    fs::copy(at("start"), at(here_), fs::copy_options::recursive);
    start_relay();
  }
  void end_round() {
    stop_relay();
    fs::remove_all(at(here_));
  }

  // How long an undisturbed sync of that vault takes, on a copy of its own.
  double measure(const std::string& who) {
    begin_round(0);
    if (who == "desk") REQUIRE(sync("monitor") == 0);
    const double began = seconds_now();
    REQUIRE(sync(who) == 0);
    const double took = seconds_now() - began;
    end_round();
    return took;
  }

  Child start_sync(const std::string& who) const { return Child::start(sync_command(who)); }
  int sync(const std::string& who) const {
    return Child::start(sync_command(who), {}, at("sync.log")).wait(kLong).value_or(-1);
  }
  void start_relay() {
    relay_.emplace(Child::start({relay_program(), "serve", at(here_ + "/relay"), "--listen",
                                 "127.0.0.1:" + std::to_string(port_)},
                                {}, at("relay.log")));
    REQUIRE(wait_for_port(port_, 20));
  }
  void kill_relay() {
    relay_->signal(SIGKILL);
    REQUIRE(relay_->wait(kLong).has_value());
  }
  void stop_relay() {
    relay_->signal(SIGTERM);
    REQUIRE(relay_->wait(kLong) == 0);
    relay_.reset();
  }

  // What must hold once both have synced again: everything at the desk, every receipt's bundle at the relay, all clean.
  void check_all() const {
    const ProcessResult list = depone("desk", {"list", "--json"});
    REQUIRE(list.status == 0);
    CHECK(std::count(list.out.begin(), list.out.end(), '\n') == kIncidents + 1);
    {
      Vault vault = Vault::open(at(here_ + "/monitor"), as_bytes(kPassphrase));
      const std::vector<OutgoingBundle> delivered = outgoing(vault, "delivered");
      CHECK_FALSE(delivered.empty());
      for (const OutgoingBundle& bundle : delivered) CHECK(relay_holds(bundle.sha256));
    }
    CHECK(depone("monitor", {"check"}).status == 0);
    CHECK(depone("desk", {"check"}).status == 0);
    const ProcessResult relay = run_process({relay_program(), "check", at(here_ + "/relay")});
    INFO(relay.err);
    CHECK(relay.status == 0);
  }

  std::string log() const { return read_text(at("relay.log"), 1u << 20); }

 private:
  std::string at(const std::string& name) const { return (temp_ / name).string(); }
  std::string passphrase() const { return at("passphrase"); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  static std::string relay_program() { return DEPONE_BIN "/depone-relay"; }

  std::vector<std::string> command(const std::string& who, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {DEPONE_BIN "/depone", "--vault", at(here_ + "/" + who),
                                         "--passphrase-file", passphrase()});
    return arguments;
  }
  std::vector<std::string> sync_command(const std::string& who) const {
    return command(who, {"sync", "--json"});
  }
  ProcessResult depone(const std::string& who, std::vector<std::string> arguments) const {
    return run_process(command(who, std::move(arguments)));
  }
  static std::string must(const std::vector<std::string>& argv) {
    const ProcessResult ran = run_process(argv);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    return ran.out;
  }
  static std::string value(const std::string& json, const std::string& key) {
    return parse_json(json, "output").at(key).get<std::string>();
  }

  void enrol(const std::string& who) {
    const std::string invite = value(
        must({relay_program(), "invite", at(here_ + "/relay"), "--role", who, "--name", who, "--json"}),
        "invite");
    const std::string fingerprint =
        value(must(command(who, {"join", invite, "--name", who, "--json"})), "fingerprint");
    must({relay_program(), "members", "approve", at(here_ + "/relay"), who, "--fingerprint", fingerprint,
          "--passphrase-file", passphrase()});
  }

  void fill() {
    write_file(at("incidents.csv"), incidents());
    write_file(at("photograph.jpg"), std::string(200000, 'x'));
    must(command("monitor", {"import", at("incidents.csv"), "--kind", "incident"}));
    const std::string record =
        value(must(command("monitor", {"new", "testimony", "--set", "title=An account", "--set",
                                       "consent.status=given", "--set", R"(consent.share=["desk"])",
                                       "--set", R"(consent.identity=["desk"])", "--json"})),
              "id");
    must(command("monitor", {"attach", record, at("photograph.jpg")}));
  }

  bool relay_holds(const std::string& sha256) const {
    for (const auto& entry : fs::recursive_directory_iterator(at(here_ + "/relay"))) {
      if (entry.path().filename().string().starts_with(sha256)) return true;
    }
    return false;
  }

  TempDir temp_;
  int port_ = free_port();
  std::string here_;
  std::optional<Child> relay_;
};

// Kills at random moments of the sync of `who`: that program itself, or the relay.
void kill_and_go_on(const std::string& who, bool the_relay, int rounds) {
  Scene scene;
  const double whole = scene.measure(who);
  std::random_device seed;
  const unsigned chosen = seed();
  std::mt19937 random(chosen);
  std::uniform_real_distribution<double> moment(0, whole * 1.1);
  for (int round = 1; round <= rounds; ++round) {
    const double when = moment(random);
    INFO("seed " << chosen << ", round " << round << ", killed after " << when << " s of " << whole);
    scene.begin_round(round);
    if (who == "desk") REQUIRE(scene.sync("monitor") == 0);
    {
      Child client = scene.start_sync(who);
      sleep_for(when);
      if (the_relay) {
        scene.kill_relay();
        REQUIRE(client.wait(kLong).has_value());
        scene.start_relay();
      } else {
        client.signal(SIGKILL);
        REQUIRE(client.wait(kLong).has_value());
      }
    }
    REQUIRE(scene.sync("monitor") == 0);
    REQUIRE(scene.sync("desk") == 0);
    scene.check_all();
    scene.end_round();
  }
}

}  // namespace

TEST_CASE("A monitor killed at any moment of a sync loses nothing", "[kill]") {
  kill_and_go_on("monitor", false, 20);
}

TEST_CASE("A desk killed at any moment of a sync loses nothing", "[kill]") {
  kill_and_go_on("desk", false, 15);
}

TEST_CASE("A relay killed at any moment of a monitor's sync loses nothing", "[kill]") {
  kill_and_go_on("monitor", true, 15);
}

}  // namespace depone::testing
