#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

// What tus-js-client 4.3.1 sent to a server, request by request, for a file of 300,000 bytes (recorded): offsets, lengths
// and headers are its own; address, metadata and signature are those of this relay. `cut`: how much arrived of a body
// whose connection then broke.
struct Recorded {
  std::string method;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::optional<std::uint64_t> cut = std::nullopt;
};

constexpr std::uint64_t kFile = 300'000;

struct RecordedFixture : ServiceFixture {
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);
  Sealed sealed = of_recorded_size();

  // A bundle that is exactly as long as the recorded file.
  Sealed of_recorded_size() {
    const std::size_t overhead = seal(monitor, std::string(299'000, 'x'), 1).age.size() - 299'000;
    Sealed made = seal(monitor, std::string(kFile - overhead, 'x'), 1);
    REQUIRE(made.age.size() == kFile);
    return made;
  }

  void play(const std::vector<Recorded>& requests) {
    for (const Recorded& recorded : requests) {
      INFO(recorded.method << " at " << recorded.offset);
      if (recorded.method == "POST") {
        const std::string body = sealed.age.substr(0, recorded.length);
        const relay::Response made = create(monitor, sealed, "", body);
        CHECK(made.status == 201);
        CHECK(header_in(made, "Location").ends_with(sealed.sha256));
      } else if (recorded.method == "HEAD") {
        const relay::Response there = head(monitor, sealed.sha256);
        CHECK(there.status == 200);
        CHECK(header_in(there, "Upload-Offset") == std::to_string(recorded.offset));
        CHECK(header_in(there, "Upload-Length") == std::to_string(kFile));
      } else if (recorded.cut) {
        relay::Outcome outcome = service->begin(patch_request(
            monitor, sealed.sha256, recorded.offset, sealed.age.substr(recorded.offset, recorded.length)));
        std::get<std::unique_ptr<relay::Body>>(outcome)->write(
            as_bytes(std::string_view(sealed.age).substr(recorded.offset, *recorded.cut)));
      } else {
        const relay::Response taken =
            patch(monitor, sealed.sha256, recorded.offset,
                  std::string_view(sealed.age).substr(recorded.offset, recorded.length));
        CHECK(taken.status == 204);
        CHECK(header_in(taken, "Upload-Offset") == std::to_string(recorded.offset + recorded.length));
      }
    }
    sequence();
    CHECK(get(monitor, "/v1/receipts/" + sealed.sha256).status == 200);
  }
};

}  // namespace

TEST_CASE("A plain upload as tus-js-client sends it is taken in", "[relay]") {
  RecordedFixture().play({{"POST"}, {"PATCH", 0, 300'000}});
}

TEST_CASE("An upload that tus-js-client goes on with after a cut is taken in", "[relay]") {
  RecordedFixture().play({{"POST"}, {"PATCH", 0, 300'000, 65'536}, {"HEAD", 65'536}, {"PATCH", 65'536, 234'464}});
}

TEST_CASE("An upload in chunks as tus-js-client sends it is taken in", "[relay]") {
  RecordedFixture().play({{"POST"}, {"PATCH", 0, 131'072}, {"PATCH", 131'072, 131'072}, {"PATCH", 262'144, 37'856}});
}

TEST_CASE("A creation with upload as tus-js-client sends it is taken in", "[relay]") {
  RecordedFixture().play({{"POST", 0, 300'000}});
}

TEST_CASE("An upload whose address is gone is begun again as tus-js-client does", "[relay]") {
  RecordedFixture f;
  CHECK(f.head(f.monitor, std::string(64, '9')).status == 404);
  f.play({{"POST"}, {"PATCH", 0, 300'000}});
}

TEST_CASE("An upload given up as tus-js-client does is gone", "[relay]") {
  RecordedFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  const std::string target = "/v1/bundles/uploads/" + f.sealed.sha256;
  CHECK(f.ask(signed_request(f.monitor.request(), {"DELETE", target, {{"tus-resumable", "1.0.0"}}, "", {}})).status ==
        204);
  CHECK(f.head(f.monitor, f.sealed.sha256).status != 200);
}
