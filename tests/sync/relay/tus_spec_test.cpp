// What the tus 1.0 specification says of the core protocol and of creation, creation with upload,
// expiration and termination, and what a stock client may ask for beyond them.
#include "sync/relay/uploads.h"
#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct SpecFixture : ServiceFixture {
  using ServiceFixture::ServiceFixture;
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);
  Sealed sealed = seal(monitor, std::string(10'000, 'x'), 1);
  std::string_view bytes() const { return sealed.age; }
  std::string length() const { return std::to_string(sealed.age.size()); }
  std::string place() const { return "/v1/bundles/uploads/" + sealed.sha256; }

  relay::Response terminate() {
    return ask(signed_request(monitor.request(),
                              {"DELETE", place(), {{"tus-resumable", "1.0.0"}}, "", {}}));
  }
  void finish() {
    REQUIRE(create(monitor, sealed).status == 201);
    REQUIRE(patch(monitor, sealed.sha256, 0, bytes()).status == 204);
  }
  // A creation with these headers beyond the version, signed over those of them that must be.
  relay::Response creation(std::vector<std::pair<std::string, std::string>> headers) {
    Sending sending{"POST", "/v1/bundles", std::move(headers), "", {}};
    sending.headers.emplace_back("tus-resumable", "1.0.0");
    for (const auto& [name, value] : sending.headers) {
      if (name == "upload-length" || name == "upload-metadata") sending.covered.push_back(name);
    }
    return ask(signed_request(monitor.request(), sending));
  }
  std::string metadata() const {
    return "sha256 " + base64(as_bytes(sealed.sha256)) + ",minisig " +
           base64(as_bytes(sealed.minisig));
  }
};

}  // namespace

TEST_CASE("tus: without the version, or with another, the answer is 412 and names the one there is",
          "[relay]") {
  SpecFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  for (const char* method : {"POST", "HEAD", "PATCH", "DELETE"}) {
    const std::string target = method == std::string("POST") ? "/v1/bundles" : f.place();
    for (const char* version : {"", "0.2.2", "1.0.1", "1.0.0, 2.0.0"}) {
      INFO(method << " " << version);
      relay::Request request = plain_request({method, target, {}, "", {}});
      if (*version) request.headers["tus-resumable"] = version;
      const relay::Response response = f.ask(request);
      CHECK(response.status == 412);
      CHECK(header_in(response, "Tus-Version") == "1.0.0");
      CHECK(header_in(response, "Tus-Resumable") == "1.0.0");
    }
  }
}

TEST_CASE("tus: every refusal names the version", "[relay]") {
  SpecFixture f([](relay::Config& config) { config.limits.bundle_bytes = 20'000; });
  std::vector<relay::Response> refusals;
  refusals.push_back(
      f.ask(plain_request({"POST", "/v1/bundles", {{"tus-resumable", "1.0.0"}}, "", {}})));
  refusals.push_back(f.head(f.monitor, std::string(64, '0')));
  refusals.push_back(f.create(f.monitor, f.seal(f.monitor, std::string(30'000, 'x'), 1)));
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  refusals.push_back(f.patch(f.monitor, f.sealed.sha256, 7, f.bytes().substr(7)));
  refusals.push_back(f.patch(f.monitor, f.sealed.sha256, 0, f.sealed.age + "x"));
  std::string wrong = f.sealed.age;
  wrong.back() = static_cast<char>(wrong.back() ^ 1);
  refusals.push_back(f.patch(f.monitor, f.sealed.sha256, 0, wrong));
  const std::vector<int> statuses{401, 404, 413, 409, 413, 422};
  for (std::size_t i = 0; i < refusals.size(); ++i) {
    CHECK(refusals[i].status == statuses[i]);
    CHECK(header_in(refusals[i], "Tus-Resumable") == "1.0.0");
  }
}

TEST_CASE("tus: what is in is finished for HEAD and PATCH, and DELETE does not take it out",
          "[relay]") {
  SpecFixture f;
  f.finish();
  CHECK(header_in(f.head(f.monitor, f.sealed.sha256), "Upload-Offset") == f.length());
  for (const std::uint64_t offset :
       {std::uint64_t{0}, std::uint64_t{1'000}, std::uint64_t{f.sealed.age.size()}}) {
    const relay::Response response =
        f.patch(f.monitor, f.sealed.sha256, offset, f.bytes().substr(0, 100));
    CHECK(response.status == 409);
    CHECK(problem_in(response) == "offset");
    CHECK(header_in(response, "Upload-Offset") == f.length());
  }
  CHECK(problem_in(f.terminate()) == "conflict");
  f.sequence();
  CHECK(f.get(f.monitor, "/v1/receipts/" + f.sealed.sha256).status == 200);
}

TEST_CASE(
    "tus: a client that announces again what is in, and sends from the start, learns that it is in",
    "[relay]") {
  SpecFixture f;
  f.finish();
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);  // its offset is not looked at by all
  CHECK(f.patch(f.monitor, f.sealed.sha256, 0, f.bytes()).status == 409);
  const relay::Response there = f.head(f.monitor, f.sealed.sha256);
  CHECK(header_in(there, "Upload-Offset") == header_in(there, "Upload-Length"));
}

TEST_CASE("tus: another offset than the upload's is 409 with the right one", "[relay]") {
  SpecFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  REQUIRE(f.patch(f.monitor, f.sealed.sha256, 0, f.bytes().substr(0, 1'000)).status == 204);
  for (const std::uint64_t offset : {0u, 999u, 1'001u, 10'000u, 1'000'000u}) {
    const relay::Response response =
        f.patch(f.monitor, f.sealed.sha256, offset, f.bytes().substr(0, 10));
    CHECK(response.status == 409);
    CHECK(header_in(response, "Upload-Offset") == "1000");
  }
  CHECK(header_in(f.head(f.monitor, f.sealed.sha256), "Upload-Offset") == "1000");
}

TEST_CASE("tus: who goes on at an offset has the turn only where that is the end", "[relay]") {
  const TempDir temp;
  relay::UploadRecord record;
  record.size = 100;
  relay::OpenUpload upload(record, temp / "file");
  const relay::OpenUpload::Turn turn = upload.take_turn_at(0);
  upload.write(turn, as_bytes("ten bytes."));
  CHECK_THROWS_AS(upload.take_turn_at(0), relay::Refused);
  upload.write(turn, as_bytes("ten more.."));  // it did not lose its turn by that
  const relay::OpenUpload::Turn next = upload.take_turn_at(20);
  CHECK_THROWS_AS(upload.write(turn, as_bytes("late")), relay::Refused);
  upload.write(next, as_bytes("more"));
  CHECK(upload.size() == 24);
}

TEST_CASE("tus: an offset or a length that is no number is refused", "[relay]") {
  SpecFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  for (const char* offset : {"", "-1", "+0", "0x0", "1e3", " 0", "18446744073709551616"}) {
    INFO(offset);
    const relay::Response response = f.ask(
        signed_request(f.monitor.request(), {"PATCH",
                                             f.place(),
                                             {{"tus-resumable", "1.0.0"},
                                              {"upload-offset", offset},
                                              {"content-type", "application/offset+octet-stream"}},
                                             "x",
                                             {"upload-offset", "content-length"}}),
        "x");
    CHECK(problem_in(response) == "malformed");
  }
  for (const char* size : {"", "-1", "0", "10.5", "99999999999999999999"}) {
    INFO(size);
    CHECK(problem_in(f.creation({{"upload-length", size}, {"upload-metadata", f.metadata()}})) ==
          "malformed");
  }
}

TEST_CASE("tus: content without its length is 411", "[relay]") {
  SpecFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  relay::Request request = f.patch_request(f.monitor, f.sealed.sha256, 0, f.bytes());
  request.content_length.reset();
  request.chunked = true;
  CHECK(f.ask(request, f.bytes()).status == 411);
}

TEST_CASE("tus: a length that is deferred is refused as that, signed or not", "[relay]") {
  SpecFixture f;
  const std::vector<std::pair<std::string, std::string>> deferred{
      {"upload-defer-length", "1"}, {"upload-metadata", f.metadata()}};
  const relay::Response response = f.creation(deferred);
  CHECK(response.status == 400);
  CHECK(response.body.find("Upload-Defer-Length is not taken") != std::string::npos);
  CHECK(f.ask(plain_request({"POST",
                             "/v1/bundles",
                             {{"tus-resumable", "1.0.0"}, {"upload-defer-length", "1"}},
                             "",
                             {}}))
            .body == response.body);
}

TEST_CASE("tus: an upload in parallel parts is refused as that", "[relay]") {
  SpecFixture f;
  for (const char* part : {"partial", "final;/v1/bundles/uploads/a /v1/bundles/uploads/b"}) {
    const relay::Response response = f.creation(
        {{"upload-concat", part}, {"upload-length", "100"}, {"upload-metadata", f.metadata()}});
    CHECK(response.status == 400);
    CHECK(response.body.find("Upload-Concat is not taken") != std::string::npos);
  }
  CHECK(f.relay->ledger().uploads().empty());
}

TEST_CASE("tus: another method than the one that was signed is not taken from a header",
          "[relay]") {
  SpecFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  for (const auto& [method, meant] : {std::pair{"POST", "PATCH"}, std::pair{"HEAD", "DELETE"}}) {
    relay::Request request = signed_request(
        f.monitor.request(), {method, f.place(), {{"tus-resumable", "1.0.0"}}, "", {}});
    request.headers["x-http-method-override"] = meant;
    const relay::Response response = f.ask(request);
    CHECK(response.status == 405);
    CHECK(response.body.find("X-HTTP-Method-Override is not taken") != std::string::npos);
  }
  CHECK(f.head(f.monitor, f.sealed.sha256).status == 200);
}

TEST_CASE("tus: the draft of the IETF is told that this is tus 1.0", "[relay]") {
  SpecFixture f;
  const relay::Response response = f.ask(plain_request({"POST",
                                                        "/v1/bundles",
                                                        {{"upload-length", "300000"},
                                                         {"upload-complete", "?0"},
                                                         {"upload-draft-interop-version", "6"}},
                                                        "",
                                                        {}}));
  CHECK(response.status == 412);
  CHECK(header_in(response, "Tus-Version") == "1.0.0");
}

TEST_CASE("tus: while an upload can expire each answer says when, and it moves on", "[relay]") {
  SpecFixture f;
  CHECK(header_in(f.create(f.monitor, f.sealed), "Upload-Expires") ==
        "Tue, 01 Dec 2026 09:30:00 GMT");
  f.now = Time{kNow.seconds + 60};
  const relay::Response part = f.patch(f.monitor, f.sealed.sha256, 0, f.bytes().substr(0, 1'000));
  CHECK(header_in(part, "Upload-Expires") == "Tue, 01 Dec 2026 09:31:00 GMT");
  f.now = Time{kNow.seconds + 120};  // who only asks moves nothing
  CHECK(header_in(f.create(f.monitor, f.sealed), "Upload-Expires") ==
        "Tue, 01 Dec 2026 09:31:00 GMT");
  CHECK(header_in(f.head(f.monitor, f.sealed.sha256), "Upload-Expires") ==
        "Tue, 01 Dec 2026 09:31:00 GMT");
  const relay::Response last = f.patch(f.monitor, f.sealed.sha256, 1'000, f.bytes().substr(1'000));
  CHECK(header_in(last, "Upload-Expires").empty());
  CHECK(header_in(f.head(f.monitor, f.sealed.sha256), "Upload-Expires").empty());
}

TEST_CASE("tus: an upload that has expired or was given up is 404, and is begun again", "[relay]") {
  for (const bool expired : {true, false}) {
    SpecFixture f;
    REQUIRE(f.create(f.monitor, f.sealed).status == 201);
    REQUIRE(f.patch(f.monitor, f.sealed.sha256, 0, f.bytes().substr(0, 1'000)).status == 204);
    if (expired) {
      f.now = Time{kNow.seconds + 7 * 86'400 + 1};
      f.service->sweep();
      f.now = kNow;
    } else {
      REQUIRE(f.terminate().status == 204);
    }
    const relay::Response gone = f.head(f.monitor, f.sealed.sha256);
    CHECK(gone.status == 404);
    CHECK(header_in(gone, "Upload-Offset").empty());
    CHECK(f.patch(f.monitor, f.sealed.sha256, 1'000, f.bytes().substr(1'000)).status == 404);
    CHECK(f.terminate().status == 404);
    CHECK(header_in(f.create(f.monitor, f.sealed), "Upload-Offset") == "0");
    CHECK(f.patch(f.monitor, f.sealed.sha256, 0, f.bytes()).status == 204);
  }
}

TEST_CASE("tus: no answer about an upload is stored on the way", "[relay]") {
  SpecFixture f;
  CHECK(header_in(f.create(f.monitor, f.sealed), "Cache-Control") == "no-store");
  CHECK(header_in(f.head(f.monitor, f.sealed.sha256), "Cache-Control") == "no-store");
  CHECK(header_in(f.patch(f.monitor, f.sealed.sha256, 0, f.bytes()), "Cache-Control") ==
        "no-store");
  CHECK(header_in(f.head(f.monitor, f.sealed.sha256), "Cache-Control") == "no-store");
}

TEST_CASE("tus: a PATCH of nothing at the offset changes nothing", "[relay]") {
  SpecFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  relay::Request request =
      signed_request(f.monitor.request(), {"PATCH",
                                           f.place(),
                                           {{"tus-resumable", "1.0.0"},
                                            {"upload-offset", "0"},
                                            {"content-length", "0"},
                                            {"content-type", "application/offset+octet-stream"}},
                                           "",
                                           {"upload-offset", "content-length"}});
  request.content_length = 0;
  const relay::Response response = f.ask(request);
  CHECK(response.status == 204);
  CHECK(header_in(response, "Upload-Offset") == "0");
}
