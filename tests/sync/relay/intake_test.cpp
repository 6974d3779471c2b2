#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct IntakeFixture : ServiceFixture {
  using ServiceFixture::ServiceFixture;
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);

  relay::Response send(const Sealed& sealed, const std::string& to = "") {
    relay::Response created = create(monitor, sealed, to);
    if (created.status != 201) return created;
    return patch(monitor, sealed.sha256, 0, sealed.age);
  }
  // Nothing of a refused bundle stays.
  void check_nothing_kept() {
    CHECK(names_in(relay->staging()).empty());
    CHECK(relay->ledger().count_waiting() == 0);
    std::size_t objects = 0;
    relay->blobs().list([&](std::string_view, std::uint64_t) { ++objects; });
    CHECK(objects == 0);
  }
};

Sealed signed_anew(Sealed sealed, const Ed25519Key& key) {
  sealed.sha256 = hex(sha256(sealed.age));
  sealed.minisig =
      minisign::sign(key, blake2b512(as_bytes(sealed.age)), kBundleUntrusted, sealed.comment.text()).text();
  return sealed;
}

}  // namespace

TEST_CASE("Other bytes than announced are refused and not kept", "[relay]") {
  IntakeFixture f;
  Sealed sealed = f.seal(f.monitor, "text", 1);
  sealed.age.back() = static_cast<char>(sealed.age.back() ^ 1);
  CHECK(problem_in(f.send(sealed)) == "signature");
  f.check_nothing_kept();
}

TEST_CASE("A signature over another ciphertext is refused and nothing kept", "[relay]") {
  IntakeFixture f;
  Sealed sealed = f.seal(f.monitor, "text", 1);
  const Sealed other = f.seal(f.monitor, "other", 1);
  sealed.minisig = other.minisig;
  CHECK(problem_in(f.send(sealed)) == "signature");
  f.check_nothing_kept();
}

TEST_CASE("A trusted comment that was not signed is refused at creation", "[relay]") {
  IntakeFixture f;
  Sealed sealed = f.seal(f.monitor, "text", 1);
  sealed.minisig.replace(sealed.minisig.find("sequence=1"), 10, "sequence=2");
  const relay::Response response = f.create(f.monitor, sealed);
  CHECK(response.status == 422);
  CHECK(problem_in(response) == "signature");
}

TEST_CASE("A bundle signed by somebody else is refused at creation", "[relay]") {
  IntakeFixture f;
  CHECK(problem_in(f.create(f.monitor, f.seal(f.desk, "text", 1))) == "signature");
}

TEST_CASE("A file that is no age file is refused and not kept", "[relay]") {
  IntakeFixture f;
  Sealed sealed = f.seal(f.monitor, "text", 1);
  sealed.age = "no age file at all";
  CHECK(problem_in(f.send(signed_anew(sealed, f.monitor.identity.bundle))) == "malformed");
  f.check_nothing_kept();
}

TEST_CASE("An age file for an X25519 recipient is refused", "[relay]") {
  IntakeFixture f;
  Sealed sealed = f.seal(f.monitor, "text", 1);
  const age::X25519Recipient recipient(ByteArray<32>{9});
  const age::Recipient* one = &recipient;
  MemorySink out;
  age::Encryptor encryptor({&one, 1}, out);
  encryptor.finish();
  sealed.age = std::string(as_text(out.bytes()));
  CHECK(problem_in(f.send(signed_anew(sealed, f.monitor.identity.bundle))) == "malformed");
  f.check_nothing_kept();
}

TEST_CASE("A place in the chain is used once, and that is said at creation", "[relay]") {
  IntakeFixture f;
  f.deliver(f.monitor, 1);
  const relay::Response response = f.create(f.monitor, f.seal(f.monitor, "another", 1));
  CHECK(response.status == 422);
  CHECK(problem_in(response) == "sequence-used");
}

TEST_CASE("Of two uploads for one place the first that is complete has it", "[relay]") {
  IntakeFixture f;
  const Sealed one = f.seal(f.monitor, "one", 1);
  const Sealed two = f.seal(f.monitor, "two", 1);
  CHECK(f.create(f.monitor, one).status == 201);
  CHECK(f.create(f.monitor, two).status == 201);
  CHECK(f.patch(f.monitor, two.sha256, 0, two.age).status == 204);
  CHECK(problem_in(f.patch(f.monitor, one.sha256, 0, one.age)) == "sequence-used");
  CHECK(f.relay->ledger().bundles(0, 10).size() == 1);
  CHECK(f.relay->ledger().uploads().empty());
}

TEST_CASE("The same place in another chain is another place", "[relay]") {
  IntakeFixture f;
  f.deliver(f.monitor, 1);
  CHECK(f.send(seal_text(f.monitor.identity.bundle, "text", "00000000000000bb", 1, std::nullopt)).status == 204);
}

TEST_CASE("The same bundle with another signature is refused", "[relay]") {
  IntakeFixture f;
  Sealed sealed = f.deliver(f.monitor, 1);
  sealed.comment.sequence = 2;
  CHECK(problem_in(f.create(f.monitor, signed_anew(sealed, f.monitor.identity.bundle))) == "other-signature");
}

TEST_CASE("A hash that is none is refused", "[relay]") {
  IntakeFixture f;
  Sealed sealed = f.seal(f.monitor, "text", 1);
  sealed.sha256 = "../../etc";
  CHECK(problem_in(f.create(f.monitor, sealed)) == "malformed");
}

TEST_CASE("An addressee who is no member is refused", "[relay]") {
  IntakeFixture f;
  CHECK(problem_in(f.create(f.monitor, f.seal(f.monitor, "text", 1), "desk-1 nobody")) == "malformed");
}

TEST_CASE("Nobody named means every desk of now", "[relay]") {
  IntakeFixture f;
  f.add("desk-2", Role::desk, 8);
  const Sealed sealed = f.deliver(f.monitor, 1);
  CHECK(f.relay->ledger().bundle(sealed.sha256)->to == std::vector<std::string>{"desk-1", "desk-2"});
}

TEST_CASE("A bundle larger than the limit is refused", "[relay]") {
  IntakeFixture f([](relay::Config& config) { config.limits.bundle_bytes = 1000; });
  const relay::Response response = f.create(f.monitor, f.seal(f.monitor, "text", 1));
  CHECK(response.status == 413);
  CHECK(problem_in(response) == "too-large");
}

TEST_CASE("The day's bundles are counted and the next day is another", "[relay]") {
  IntakeFixture f([](relay::Config& config) { config.limits.member_bundles_a_day = 1; });
  f.deliver(f.monitor, 1);
  const relay::Response response = f.create(f.monitor, f.seal(f.monitor, "two", 2));
  CHECK(response.status == 429);
  CHECK(problem_in(response) == "quota");
  CHECK(header_in(response, "Retry-After") == std::to_string(86'400 - kNow.seconds % 86'400));
  f.now = Time{kNow.seconds + 86'400};
  Sending later{"GET", "/v1/sent", {}, "", {}};
  later.created = f.now;
  CHECK(f.ask(signed_request(f.monitor.request(), later)).status == 200);
  CHECK(f.relay->ledger().usage("monitor-1", f.now).bundles == 0);
}

TEST_CASE("The day's bytes are counted", "[relay]") {
  IntakeFixture f([](relay::Config& config) { config.limits.member_bytes_a_day = 5'000; });
  f.deliver(f.monitor, 1);
  CHECK(problem_in(f.create(f.monitor, f.seal(f.monitor, std::string(3'000, 'x'), 2))) == "quota");
}

TEST_CASE("A full disk refuses what comes in and still answers what is asked", "[relay]") {
  IntakeFixture f([](relay::Config& config) { config.limits.disk_reserve_bytes = std::uint64_t{1} << 60; });
  const relay::Response response = f.create(f.monitor, f.seal(f.monitor, "text", 1));
  CHECK(response.status == 507);
  CHECK(problem_in(response) == "storage-full");
  CHECK(f.get(f.monitor, "/v1/mailbox").status == 200);
}

TEST_CASE("Too many bodies of one member at once are refused", "[relay]") {
  IntakeFixture f([](relay::Config& config) { config.limits.member_uploads_at_once = 1; });
  const Sealed one = f.seal(f.monitor, "one", 1);
  const Sealed two = f.seal(f.monitor, "two", 2);
  f.create(f.monitor, one);
  f.create(f.monitor, two);
  const relay::Outcome arriving = f.service->begin(f.patch_request(f.monitor, one.sha256, 0, one.age));
  const relay::Response refused = f.patch(f.monitor, two.sha256, 0, two.age);
  CHECK(refused.status == 429);
  CHECK(problem_in(refused) == "busy");
  CHECK(header_in(refused, "Retry-After") == "5");
}

TEST_CASE("Beyond the number of open uploads the oldest is forgotten", "[relay]") {
  IntakeFixture f([](relay::Config& config) { config.limits.member_uploads = 2; });
  const Sealed one = f.seal(f.monitor, "one", 1);
  for (const std::uint64_t sequence : {1u, 2u, 3u}) {
    f.now = Time{kNow.seconds + static_cast<std::int64_t>(sequence)};
    CHECK(f.create(f.monitor, sequence == 1 ? one : f.seal(f.monitor, "more", sequence)).status == 201);
  }
  CHECK(f.head(f.monitor, one.sha256).status == 404);
  CHECK(f.relay->ledger().uploads().size() == 2);
}

TEST_CASE("What a crash left complete is taken in at the next start", "[relay]") {
  IntakeFixture f;
  const Sealed sealed = f.seal(f.monitor, "text", 1);
  f.create(f.monitor, sealed);
  const relay::UploadRecord record = *f.relay->ledger().upload("monitor-1", sealed.sha256);
  // The object is kept, its entry is not written yet.
  write_file(f.relay->staging() / record.staging, sealed.age);
  REQUIRE(f.relay->ledger().begin_completing("monitor-1", sealed.sha256));
  f.relay->blobs().put_file(relay::bundle_blob(sealed.sha256), f.relay->staging() / record.staging);
  f.start();
  f.sequence();
  CHECK(f.get(f.monitor, "/v1/receipts/" + sealed.sha256).status == 200);
  CHECK(names_in(f.relay->staging()).empty());
}

TEST_CASE("What a crash left full and not judged is judged when its sender asks", "[relay]") {
  IntakeFixture f;
  const Sealed sealed = f.seal(f.monitor, "text", 1);
  f.create(f.monitor, sealed);
  write_file(f.relay->staging() / f.relay->ledger().upload("monitor-1", sealed.sha256)->staging, sealed.age);
  f.start();
  CHECK(header_in(f.head(f.monitor, sealed.sha256), "Upload-Offset") == std::to_string(sealed.age.size()));
  CHECK(f.relay->ledger().bundle(sealed.sha256));
}

TEST_CASE("Nothing is taken in from a key that is closed meanwhile", "[relay]") {
  IntakeFixture f;
  const Sealed sealed = f.seal(f.monitor, "text", 1);
  f.create(f.monitor, sealed);
  relay::Outcome arriving = f.service->begin(f.patch_request(f.monitor, sealed.sha256, 0, sealed.age));
  auto& body = std::get<std::unique_ptr<relay::Body>>(arriving);
  body->write(as_bytes(sealed.age));
  revoke_member(*f.relay, "monitor-1", &f.authority, kNow);
  CHECK(problem_in(f.service->guarded([&] { return body->finish(); })) == "revoked");
}
