// More of everything than the relay has room for, and clients that take their time.
#include <sys/resource.h>

#include <atomic>

#include "sync/relay/descriptors.h"
#include "tests/sync/relay/server_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

constexpr const char* kHealth = "GET /healthz HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n";

// As many as this process may have open: a connection is two of its descriptors.
std::size_t connections_possible(std::size_t wanted) {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2 * wanted + 1'000);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  return std::min<std::size_t>(wanted, (limit.rlim_cur - 500) / 2);
}

// Asked again until somebody is let in.
bool serves(int port) {
  for (int i = 0; i < 100; ++i) {
    Raw raw(port);
    raw.send(kHealth);
    if (holds(raw.read_all(), "alive\n")) return true;
    sleep_for(0.02);
  }
  return false;
}

using Connections = std::vector<std::unique_ptr<Raw>>;
Connections connect(int port, std::size_t count) {
  Connections out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(std::make_unique<Raw>(port));
  return out;
}

// A byte to each, again and again, until destroyed.
class Dribble {
 public:
  explicit Dribble(Connections& connections)
      : thread_([this, &connections] {
          while (!over_) {
            for (const auto& one : connections) one->send("x");
            sleep_for(0.02);
          }
        }) {}
  ~Dribble() {
    over_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> over_{false};
  std::thread thread_;
};

// Directories made meanwhile are in memory, where there is such a place: 20,000 syncs of a disk
// take minutes, and show nothing here.
class InMemory {
 public:
  InMemory() {
    if (const char* before = std::getenv("TMPDIR")) before_ = before;
    if (::access("/dev/shm", W_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
  }
  ~InMemory() {
    if (before_) {
      ::setenv("TMPDIR", before_->c_str(), 1);
    } else {
      ::unsetenv("TMPDIR");
    }
  }

 private:
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE(
    "Thousands of half-open connections: the rest is told to come again, and served once they go",
    "[relay]") {
  constexpr std::size_t kTaken = 500;
  ServerFixture f([](relay::Config& config) { config.limits.connections = kTaken; });
  const std::size_t count = connections_possible(2'000);
  REQUIRE(count > kTaken + 200);  // more than are turned away in an orderly way
  REQUIRE(serves(f.port));
  sleep_for(0.1);  // that connection is gone
  {
    const Connections half_open = connect(f.port, count);
    for (std::size_t i = kTaken; i < count; ++i) {
      const std::string answer = half_open[i]->read_all();
      INFO(i);
      REQUIRE(starts(answer, "HTTP/1.1 503 "));
      REQUIRE(holds(answer, "Retry-After: 5\r\n"));
    }
    half_open[0]->send(kHealth);  // those within the limit are served all the time
    CHECK(holds(half_open[0]->read_all(), "alive\n"));
  }
  CHECK(serves(f.port));
}

TEST_CASE("Heads that come byte by byte are ended, and others are served meanwhile", "[relay]") {
  ServerFixture f([](relay::Config& config) { config.limits.header_seconds = 1; });
  Connections slow = connect(f.port, 50);
  for (const auto& one : slow) one->send("GET /healthz HTTP/1.1\r\nHost: relay\r\nX: ");
  const Dribble dribble(slow);
  CHECK(serves(f.port));
  for (const auto& one : slow) CHECK(starts(one->read_until("}\n"), "HTTP/1.1 408 "));
}

TEST_CASE("Bodies that come byte by byte are ended, and others are served meanwhile", "[relay]") {
  ServerFixture f([](relay::Config& config) {
    config.limits.body_seconds = 1;
    config.limits.member_uploads_at_once = 100;
  });
  Connections slow;
  std::vector<Sealed> sealed;
  for (std::uint64_t i = 0; i < 20; ++i) {
    sealed.push_back(f.seal(f.monitor, "text", 1));
    slow.push_back(std::make_unique<Raw>(f.port));
    slow.back()->send(f.creation_text(f.monitor, sealed.back()));
    REQUIRE(starts(slow.back()->read_until("\r\n\r\n"), "HTTP/1.1 201 "));
    slow.back()->forget();
    slow.back()->send(ServerFixture::text_of(
        f.patch_request(f.monitor, sealed.back().sha256, 0, sealed.back().age.substr(0, 200))));
  }
  const Dribble dribble(slow);
  CHECK(serves(f.port));
  for (const auto& one : slow) CHECK(starts(one->read_until("}\n"), "HTTP/1.1 408 "));
}

TEST_CASE("Who asks for much and reads nothing is ended, and others are served meanwhile",
          "[relay]") {
  ServerFixture f([](relay::Config& config) { config.limits.body_seconds = 1; });
  f.stop();
  f.start();
  const Sealed sealed = f.seal(f.monitor, std::string(24u << 20, 'x'), 1);
  REQUIRE(f.create(f.monitor, sealed, "", sealed.age).status == 201);
  f.sequence();
  f.serve();
  Connections asking = connect(f.port, 8);  // more than there are workers
  for (const auto& one : asking) {
    one->send(f.get_text(f.desk, "/v1/bundles/" + sealed.sha256));
  }
  CHECK(serves(f.port));
  sleep_for(1.5);
  CHECK(serves(f.port));
  for (const auto& one : asking) {
    const std::string answer = one->read_all();
    CHECK(starts(answer, "HTTP/1.1 200 "));
    CHECK(answer.size() < sealed.age.size());  // its length says that it was not all
  }
}

TEST_CASE("More connections than the system has files for are not promised", "[relay]") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit low = before;
  low.rlim_cur = 700;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  CHECK(relay::make_room_for_connections(1'000) == 1'000);
  rlimit raised{};
  ::getrlimit(RLIMIT_NOFILE, &raised);
  CHECK(raised.rlim_cur >= 2'000);
  CHECK(raised.rlim_max == before.rlim_max);
  CHECK(relay::make_room_for_connections(~std::uint64_t{0}) <= before.rlim_max / 2);
  CHECK(relay::make_room_for_connections(1) == 1);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE(
    "Of 10,000 uploads that a member begins as many stay as he may have, and none after a week",
    "[relay]") {
  const InMemory quick;
  ServiceFixture f;
  f.add("desk-1", Role::desk, 9);
  const ServiceFixture::Person monitor = f.add("monitor-1", Role::monitor, 1);
  const ServiceFixture::Person other = f.add("monitor-2", Role::monitor, 2);
  const Sealed of_other = f.seal(other, "text", 1);
  REQUIRE(f.create(other, of_other).status == 201);
  REQUIRE(f.patch(other, of_other.sha256, 0, of_other.age.substr(0, 100)).status == 204);
  Sealed sealed = f.seal(monitor, "text", 1);
  std::size_t most = 0;
  for (int i = 0; i < 10'000; ++i) {
    sealed.sha256 = hex(sha256(std::to_string(i)));  // nobody can tell before the content is there
    REQUIRE(f.create(monitor, sealed).status == 201);
    if (i % 100 == 0) {
      f.patch(monitor, sealed.sha256, 0, sealed.age.substr(0, 1000));
      most = std::max(most, names_in(f.relay->staging()).size());
    }
  }
  CHECK(most <= 65);
  CHECK(f.relay->ledger().uploads_of("monitor-1").size() == 64);
  CHECK(names_in(f.relay->staging()).size() == 65);
  CHECK(header_in(f.head(other, of_other.sha256), "Upload-Offset") == "100");  // nobody else's went
  f.now = Time{kNow.seconds + 7 * 86'400 + 1};
  f.service->sweep();
  CHECK(names_in(f.relay->staging()).empty());
  CHECK(f.relay->ledger().uploads().empty());
}
