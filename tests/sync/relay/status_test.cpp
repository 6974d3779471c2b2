#include "sync/relay/status.h"

#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

bool warns(const relay::Status& status, std::string_view of) {
  for (const std::string& warning : status.warnings) {
    if (warning.find(of) != std::string::npos) return true;
  }
  return false;
}

struct StatusFixture : ServiceFixture {
  using ServiceFixture::ServiceFixture;
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);
};

}  // namespace

TEST_CASE("A relay in order has nothing to warn of", "[relay]") {
  StatusFixture f;
  f.deliver(f.monitor, 1);
  f.sequence();
  const relay::Status status = relay::status_of(*f.relay, f.now);
  CHECK(status.warnings.empty());
  CHECK(status.bundles == 1);
  CHECK(status.members == 2);
  CHECK(status.disk_days.has_value());
  CHECK(status.certificate_expires.empty());
}

TEST_CASE("A roster that is about to end is warned of", "[relay]") {
  StatusFixture f;
  CHECK_FALSE(warns(relay::status_of(*f.relay, Time{f.now.seconds + 330 * 86'400}), "roster"));
  CHECK(warns(relay::status_of(*f.relay, Time{f.now.seconds + 340 * 86'400}), "roster"));
}

TEST_CASE("A disk below the reserve is warned of", "[relay]") {
  StatusFixture f([](relay::Config& config) { config.limits.disk_reserve_bytes = std::uint64_t{1} << 60; });
  CHECK(warns(relay::status_of(*f.relay, f.now), "below the reserve"));
}

TEST_CASE("A disk that will be full in days is warned of", "[relay]") {
  StatusFixture f;
  f.deliver(f.monitor, 1);
  relay::Config config = relay::Config::read(f.dir() / "relay.toml");
  const relay::Status before = relay::status_of(*f.relay, f.now);
  config.limits.disk_reserve_bytes = before.disk_free - (std::uint64_t{1} << 20);  // at most 1 MiB is left
  config.limits.disk_reserve_bytes -= config.limits.disk_reserve_bytes % 4096;
  write_file(f.dir() / "relay.toml", config.toml());
  f.start();
  CHECK(relay::status_of(*f.relay, f.now).disk_days.value_or(0) < *before.disk_days);
}

TEST_CASE("A certificate that is about to expire, or that is broken, is warned of", "[relay]") {
  const TempDir keys;
  const relay::TlsFiles files{keys / "tls.crt", keys / "tls.key"};
  relay::make_tls_files(files, kNow);
  StatusFixture f([&](relay::Config& config) {
    config.tls_certificate = files.certificate.string();
    config.tls_key = files.key.string();
  });
  const Time end = relay::tls_expires(files.certificate);
  CHECK(end.seconds == kNow.seconds + std::int64_t{20} * 365 * 86'400);
  CHECK_FALSE(warns(relay::status_of(*f.relay, Time{end.seconds - 15 * 86'400}), "certificate"));
  CHECK(warns(relay::status_of(*f.relay, Time{end.seconds - 13 * 86'400}), "expires at"));
  CHECK(warns(relay::status_of(*f.relay, Time{end.seconds + 1}), "expired at"));
  write_file(files.certificate, "broken\n");
  CHECK(warns(relay::status_of(*f.relay, f.now), "cannot be read"));
}
