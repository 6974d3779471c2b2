#include "crypto/formats/receipt.h"
#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct ReadsFixture : ServiceFixture {
  using ServiceFixture::ServiceFixture;
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);
  Person other = add("monitor-2", Role::monitor, 2);
  Person auditor = add("auditor-1", Role::auditor, 3);

  Mailbox mailbox_of(const Person& who, const std::string& query = "") {
    return Mailbox::parse(get(who, "/v1/mailbox" + query).body);
  }
  std::vector<VerifierKey> log_keys() { return {relay->log_name()}; }
};

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("A receipt holds, and only once the log has the entry", "[relay]") {
  ReadsFixture f;
  const Sealed sealed = f.deliver(f.monitor, 1);
  CHECK(f.get(f.monitor, "/v1/receipts/" + sealed.sha256).status == 202);
  f.sequence();
  const relay::Response response = f.get(f.monitor, "/v1/receipts/" + sealed.sha256);
  CHECK(response.status == 200);
  const CheckedReceipt checked = check_receipt(Receipt::parse(response.body), f.log_keys());
  CHECK(std::get<BundleEntry>(checked.entry).text() == sealed.entry);
}

TEST_CASE("Sender, addressees and auditors see a bundle; for others there is none", "[relay]") {
  ReadsFixture f;
  const Sealed sealed = f.deliver(f.monitor, 1, "desk-1");
  f.sequence();
  for (const std::string& target : {"/v1/receipts/" + sealed.sha256, "/v1/bundles/" + sealed.sha256,
                                    "/v1/bundles/" + sealed.sha256 + ".minisig"}) {
    CHECK(f.get(f.monitor, target).status == 200);
    CHECK(f.get(f.desk, target).status == 200);
    CHECK(f.get(f.auditor, target).status == 200);
    CHECK(problem_in(f.get(f.other, target)) == "not-found");
  }
}

TEST_CASE("A desk sees what is addressed to another of its class", "[relay]") {
  ReadsFixture f;
  const ServiceFixture::Person second = f.add("desk-2", Role::desk, 8);
  const Sealed sealed = f.deliver(f.monitor, 1, "desk-1");
  f.sequence();
  CHECK(f.get(second, "/v1/bundles/" + sealed.sha256).status == 200);
}

TEST_CASE("A desk of another class does not", "[relay]") {
  ReadsFixture f;
  relay::InviteWish wish{Role::desk, "legal", "legal-1", 3600};
  const relay::NewInvite made = make_invite(*f.relay, wish, kNow);
  const ServiceFixture::Person legal = f.person("legal-1", 7);
  REQUIRE(f.join(legal.identity, made.invite, Role::desk).status == 202);
  f.approve(legal, Role::desk);
  const Sealed sealed = f.deliver(f.monitor, 1, "desk-1");
  f.sequence();
  CHECK(problem_in(f.get(legal, "/v1/bundles/" + sealed.sha256)) == "not-found");
}

TEST_CASE("A bundle is given whole, from an offset, and from its end", "[relay]") {
  ReadsFixture f;
  const Sealed sealed = f.deliver(f.monitor, 1);
  f.sequence();
  const auto ranged = [&](const std::string& range) {
    return f.ask(signed_request(f.desk.request(),
                                {"GET", "/v1/bundles/" + sealed.sha256, {{"range", range}}, "", {}}));
  };
  const std::size_t size = sealed.age.size();
  CHECK(body_of(f.get(f.desk, "/v1/bundles/" + sealed.sha256)) == sealed.age);
  relay::Response from = ranged("bytes=100-");
  CHECK(from.status == 206);
  CHECK(header_in(from, "Content-Range") == "bytes 100-" + std::to_string(size - 1) + "/" + std::to_string(size));
  CHECK(body_of(std::move(from)) == sealed.age.substr(100));
  CHECK(body_of(ranged("bytes=10-19")) == sealed.age.substr(10, 10));
  CHECK(body_of(ranged("bytes=-5")) == sealed.age.substr(size - 5));
  const relay::Response beyond = ranged("bytes=" + std::to_string(size) + "-");
  CHECK(beyond.status == 416);
  CHECK(header_in(beyond, "Content-Range") == "bytes */" + std::to_string(size));
  CHECK(ranged("bytes=5-2").status == 200);
  CHECK(ranged("lines=1-2").status == 200);
}

TEST_CASE("A mailbox holds what is addressed to its member, in order, and no more", "[relay]") {
  ReadsFixture f;
  f.deliver(f.monitor, 1, "desk-1");
  f.deliver(f.monitor, 2, "monitor-2");
  f.deliver(f.monitor, 3, "desk-1 monitor-2");
  f.sequence();
  const Mailbox box = f.mailbox_of(f.desk);
  CHECK(box.log == kOrigin);
  CHECK(box.roster == 5);
  CHECK(box.own == 0);
  REQUIRE(box.items.size() == 2);
  CHECK(box.items[0].index == 5);
  CHECK(box.items[1].index == 7);
  CHECK(f.mailbox_of(f.desk, "?after=5").items.size() == 1);
  CHECK(f.mailbox_of(f.desk, "?after=7").items.empty());
  CHECK(f.mailbox_of(f.monitor).own == 3);
}

TEST_CASE("What waits for its checkpoint is in no mailbox", "[relay]") {
  ReadsFixture f;
  f.deliver(f.monitor, 1);
  CHECK(f.mailbox_of(f.desk).items.empty());
  CHECK(f.get(f.monitor, "/v1/sent").body.find("\"own\":0") != std::string::npos);
}

TEST_CASE("A mailbox comes in pages", "[relay]") {
  ReadsFixture f;
  relay::UploadRecord upload;
  upload.member = "monitor-1";
  upload.chain = kChain;
  upload.key = "key";
  upload.to = {"desk-1"};
  const std::string entry = f.seal(f.monitor, "text", 1).entry;
  for (std::uint64_t i = 1; i <= 1001; ++i) {
    upload.sequence = i;
    upload.sha256 = hex(sha256(std::to_string(i)));
    f.relay->ledger().put_upload(upload);
    REQUIRE(f.relay->ledger().accept(upload, entry, kNow) == relay::Ledger::Accepted::yes);
  }
  f.sequence();
  const Mailbox first = f.mailbox_of(f.desk);
  CHECK(first.items.size() == 1000);
  CHECK(first.more);
  const Mailbox rest = f.mailbox_of(f.desk, "?after=" + std::to_string(first.items.back().index));
  CHECK(rest.items.size() == 1);
  CHECK_FALSE(rest.more);
}

TEST_CASE("Another log's mailbox is not here", "[relay]") {
  ReadsFixture f;
  CHECK(f.get(f.desk, "/v1/mailbox?log=test.example%2Flog").status == 200);
  CHECK(problem_in(f.get(f.desk, "/v1/mailbox?log=other.example%2Flog")) == "not-found");
}

TEST_CASE("A long poll answers when something comes, and is asked last when the time is over", "[relay]") {
  ReadsFixture f;
  const relay::Request request =
      signed_request(f.desk.request(), {"GET", "/v1/mailbox?wait=30", {}, "", {}});
  relay::Outcome outcome = f.service->begin(request);
  auto& poll = std::get<relay::Poll>(outcome);
  CHECK(poll.time == std::chrono::seconds(30));
  CHECK_FALSE(poll.ask(false));
  f.deliver(f.monitor, 1);
  f.sequence();
  const auto answer = poll.ask(false);
  REQUIRE(answer);
  CHECK(Mailbox::parse(answer->body).items.size() == 1);
}

TEST_CASE("Nobody waits for longer than a minute", "[relay]") {
  ReadsFixture f;
  relay::Outcome outcome =
      f.service->begin(signed_request(f.desk.request(), {"GET", "/v1/mailbox?wait=9000", {}, "", {}}));
  CHECK(std::get<relay::Poll>(outcome).time == std::chrono::seconds(60));
}

TEST_CASE("A monitor gets the readers and itself, desks and auditors get all", "[relay]") {
  ReadsFixture f;
  const std::string lines = f.get(f.monitor, "/v1/roster/members").body;
  CHECK(lines_in(lines) == 2);
  CHECK(lines.find("monitor-2") == std::string::npos);
  CHECK(lines_in(f.get(f.desk, "/v1/roster/members").body) == 4);
  CHECK(lines_in(f.get(f.auditor, "/v1/roster/members").body) == 4);
}

TEST_CASE("An older roster is there under its version", "[relay]") {
  ReadsFixture f;
  const std::string first = f.get(f.monitor, "/v1/roster?version=1").body;
  CHECK(RosterHead::parse(first).version == 1);
  CHECK(RosterHead::parse(f.get(f.monitor, "/v1/roster").body).version == 5);
  CHECK(problem_in(f.get(f.monitor, "/v1/roster?version=6")) == "not-found");
  const std::string minisig = f.get(f.monitor, "/v1/roster.minisig?version=1").body;
  CHECK(open_roster(first, minisig, minisign::PublicKey(f.authority.public_key())).version == 1);
}

TEST_CASE("The log is for members, its entries for desks and auditors", "[relay]") {
  ReadsFixture f;
  f.sequence();
  CHECK(f.get(f.monitor, "/log/checkpoint").status == 200);
  CHECK(f.get(f.monitor, "/log/tile/0/000.p/5").status == 200);
  CHECK(problem_in(f.get(f.monitor, "/log/tile/entries/000.p/5")) == "role");
  CHECK(f.get(f.desk, "/log/tile/entries/000.p/5").status == 200);
  CHECK(f.get(f.auditor, "/log/tile/entries/000.p/5").status == 200);
  CHECK(f.ask(plain_request({"GET", "/log/checkpoint", {}, "", {}})).status == 401);
}

TEST_CASE("A public log is for anybody", "[relay]") {
  ReadsFixture f([](relay::Config& config) { config.public_log = true; });
  for (const char* target : {"/log/checkpoint", "/log/tile/0/000.p/5", "/log/tile/entries/000.p/5"}) {
    CHECK(f.ask(plain_request({"GET", target, {}, "", {}})).status == 200);
  }
}

TEST_CASE("A tile that the log has not got is 404", "[relay]") {
  ReadsFixture f;
  for (const char* target : {"/log/tile/0/000", "/log/tile/0/000.p/6", "/log/tile/1/000.p/1", "/log/tile/63/000.p/1",
                             "/log/tile/0/001.p/1", "/log/tile/0/../x", "/log/nothing", "/log/time/5/checkpoint"}) {
    INFO(target);
    CHECK(problem_in(f.get(f.auditor, target)) == "not-found");
  }
}

TEST_CASE("The front page names the organisation and keys, and no member", "[relay]") {
  ReadsFixture f;
  const relay::Response page = f.ask(plain_request({"GET", "/", {}, "", {}}));
  CHECK(page.body.find("<h1>Test</h1>") != std::string::npos);
  CHECK(page.body.find(minisign::PublicKey(f.authority.public_key()).text()) != std::string::npos);
  CHECK(page.body.find("monitor") == std::string::npos);
}

TEST_CASE("Addresses and methods that there are not are refused as what they are", "[relay]") {
  ReadsFixture f;
  CHECK(problem_in(f.ask(plain_request({"GET", "/nothing", {}, "", {}}))) == "not-found");
  const relay::Response method = f.ask(plain_request({"POST", "/v1/roster", {}, "", {}}));
  CHECK(method.status == 405);
  CHECK(header_in(method, "Allow") == "GET, HEAD");
}

namespace {
relay::Response metrics_for(ReadsFixture& f, const std::string& peer) {
  relay::Request request = plain_request({"GET", "/metrics", {}, "", {}});
  request.peer = peer;
  return f.ask(request);
}
}  // namespace

TEST_CASE("Metrics are for this machine, and count without naming anybody", "[relay]") {
  ReadsFixture f;
  f.deliver(f.monitor, 1);
  f.sequence();
  f.ask(plain_request({"GET", "/v1/mailbox", {}, "", {}}));
  const relay::Response metrics = metrics_for(f, "127.0.0.1");
  CHECK(header_in(metrics, "Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(metrics.body.find("\ndepone_bundles 1\n") != std::string::npos);
  CHECK(metrics.body.find("\ndepone_refusals_total{problem=\"unauthorized\"} 1\n") != std::string::npos);
  CHECK(metrics.body.find("monitor-1") == std::string::npos);
  CHECK(metrics_for(f, "::1").status == 200);
  CHECK(metrics_for(f, "192.0.2.7").status == 404);
  CHECK(metrics_for(f, "").status == 404);
}

TEST_CASE("Where addresses may read metrics, only these do", "[relay]") {
  ReadsFixture f([](relay::Config& config) { config.metrics_from = {"192.0.2.7"}; });
  CHECK(metrics_for(f, "192.0.2.7").status == 200);
  CHECK(metrics_for(f, "127.0.0.1").status == 404);
}

TEST_CASE("Behind something that does TLS this machine is everybody, and reads no metrics", "[relay]") {
  ReadsFixture f([](relay::Config& config) {
    config.url = "https://relay.example.org";
    config.listen = "127.0.0.1:8080";
  });
  CHECK(metrics_for(f, "127.0.0.1").status == 404);
}

TEST_CASE("The front page says how large a public log is, and of a private one nothing", "[relay]") {
  ReadsFixture f;
  f.deliver(f.monitor, 1);
  f.sequence();
  CHECK(f.ask(plain_request({"GET", "/", {}, "", {}})).body.find("checkpoint") == std::string::npos);
  relay::Config config = relay::Config::read(f.dir() / "relay.toml");
  config.public_log = true;
  write_file(f.dir() / "relay.toml", config.toml());
  CHECK(f.relay->read_settings_again().empty());
  CHECK(f.ask(plain_request({"GET", "/", {}, "", {}})).body.find("<dt>last checkpoint</dt>") != std::string::npos);
}

TEST_CASE("Failures beyond their limit are told less, and a member is answered all the same", "[relay]") {
  ReadsFixture f([](relay::Config& config) { config.limits.failures_a_minute = 3; });
  const auto stranger = [&] { return problem_in(f.ask(plain_request({"GET", "/v1/mailbox", {}, "", {}}))); };
  for (int i = 0; i < 3; ++i) CHECK(stranger() == "unauthorized");
  CHECK(stranger() == "failures");
  CHECK(f.get(f.monitor, "/v1/mailbox").status == 200);
  f.now = Time{f.now.seconds + 20};
  CHECK(stranger() == "unauthorized");
  CHECK(stranger() == "failures");
}

TEST_CASE("Settings are read again, and those that cannot be are named", "[relay]") {
  ReadsFixture f;
  relay::Config config = relay::Config::read(f.dir() / "relay.toml");
  config.limits.bundle_bytes = 1'000;
  config.listen = "127.0.0.1:9999";
  write_file(f.dir() / "relay.toml", config.toml());
  CHECK(f.relay->read_settings_again() == std::vector<std::string>{"listen"});
  CHECK(problem_in(f.create(f.monitor, f.seal(f.monitor, std::string(5'000, 'x'), 1))) == "too-large");
  write_file(f.dir() / "relay.toml", "broken");
  CHECK(code_of([&] { f.relay->read_settings_again(); }) == Code::invalid);
  CHECK(f.relay->settings().limits().bundle_bytes == 1'000);
}

TEST_CASE("A client of another version is told which side must be upgraded", "[relay]") {
  ReadsFixture f;
  const auto with_protocol = [&](const std::string& number) {
    Sending sending{"GET", "/v1/mailbox", {{"depone-protocol", number}}, "", {}};
    return f.ask(signed_request(f.monitor.request(), sending));
  };
  CHECK(with_protocol("1").status == 200);
  CHECK(with_protocol("0").status == 426);
  CHECK(problem_in(with_protocol("0")) == "client-old");
  CHECK(with_protocol("2").status == 501);
  CHECK(problem_in(with_protocol("2")) == "relay-old");
  CHECK(problem_in(with_protocol("x")) == "malformed");
}

TEST_CASE("Readiness says what is wrong", "[relay]") {
  ReadsFixture f([](relay::Config& config) { config.limits.disk_reserve_bytes = std::uint64_t{1} << 60; });
  const relay::Response response = f.ask(plain_request({"GET", "/readyz", {}, "", {}}));
  CHECK(response.status == 503);
  CHECK(response.body == "disk: below the reserve\n");
  CHECK(f.ask(plain_request({"GET", "/healthz", {}, "", {}})).status == 200);
}
