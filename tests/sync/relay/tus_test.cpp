#include "sync/relay/tus.h"

#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct TusFixture : ServiceFixture {
  using ServiceFixture::ServiceFixture;
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);
  Sealed sealed = seal(monitor, std::string(200'000, 'x'), 1);
  std::string_view bytes() const { return sealed.age; }
};

}  // namespace

TEST_CASE("OPTIONS says what of tus there is", "[relay]") {
  ServiceFixture f;
  const relay::Response response = f.ask(plain_request({"OPTIONS", "/v1/bundles", {}, "", {}}));
  CHECK(response.status == 204);
  CHECK(header_in(response, "Tus-Version") == "1.0.0");
  CHECK(header_in(response, "Tus-Extension") == "creation,creation-with-upload,expiration,termination");
  CHECK(header_in(response, "Tus-Max-Size") == "2147483648");
}

TEST_CASE("A creation says where the upload goes", "[relay]") {
  TusFixture f;
  const relay::Response response = f.create(f.monitor, f.sealed);
  CHECK(response.status == 201);
  CHECK(header_in(response, "Location") == std::string(kUrl) + "/v1/bundles/uploads/" + f.sealed.sha256);
  CHECK(header_in(response, "Upload-Offset") == "0");
  CHECK(header_in(response, "Tus-Resumable") == "1.0.0");
  CHECK(header_in(response, "Upload-Expires") == "Tue, 01 Dec 2026 09:30:00 GMT");
}

TEST_CASE("Another version of tus is refused with the one that there is", "[relay]") {
  TusFixture f;
  const relay::Response response =
      f.ask(plain_request({"POST", "/v1/bundles", {{"tus-resumable", "2.0.0"}}, "", {}}));
  CHECK(response.status == 412);
  CHECK(header_in(response, "Tus-Version") == "1.0.0");
}

TEST_CASE("A bundle in three pieces is taken in with the last", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  CHECK(f.patch(f.monitor, f.sealed.sha256, 0, f.bytes().substr(0, 65536)).status == 204);
  const relay::Response second = f.patch(f.monitor, f.sealed.sha256, 65536, f.bytes().substr(65536, 65536));
  CHECK(header_in(second, "Upload-Offset") == "131072");
  CHECK(f.woken == 0);
  const relay::Response last = f.patch(f.monitor, f.sealed.sha256, 131072, f.bytes().substr(131072));
  CHECK(last.status == 204);
  CHECK(header_in(last, "Upload-Offset") == std::to_string(f.sealed.age.size()));
  CHECK(f.woken == 1);
  CHECK(f.relay->blobs().size(relay::bundle_blob(f.sealed.sha256)) == f.sealed.age.size());
  CHECK(names_in(f.relay->staging()).empty());
}

TEST_CASE("HEAD says how much is there", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  f.patch(f.monitor, f.sealed.sha256, 0, f.bytes().substr(0, 1000));
  const relay::Response response = f.head(f.monitor, f.sealed.sha256);
  CHECK(response.status == 200);
  CHECK(header_in(response, "Upload-Offset") == "1000");
  CHECK(header_in(response, "Upload-Length") == std::to_string(f.sealed.age.size()));
  CHECK(header_in(response, "Cache-Control") == "no-store");
}

TEST_CASE("HEAD of a finished upload says its whole length", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  f.patch(f.monitor, f.sealed.sha256, 0, f.bytes());
  CHECK(header_in(f.head(f.monitor, f.sealed.sha256), "Upload-Offset") == std::to_string(f.sealed.age.size()));
}

TEST_CASE("An upload that is not there is 404", "[relay]") {
  TusFixture f;
  CHECK(f.head(f.monitor, f.sealed.sha256).status == 404);
  CHECK(problem_in(f.patch(f.monitor, f.sealed.sha256, 0, "x")) == "not-found");
}

TEST_CASE("Another member's upload is not there", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  CHECK(f.head(f.desk, f.sealed.sha256).status == 404);
}

TEST_CASE("A cut connection keeps what arrived", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  {
    relay::Outcome outcome = f.service->begin(f.patch_request(f.monitor, f.sealed.sha256, 0, f.bytes()));
    std::get<std::unique_ptr<relay::Body>>(outcome)->write(as_bytes(f.bytes().substr(0, 70'000)));
  }
  CHECK(header_in(f.head(f.monitor, f.sealed.sha256), "Upload-Offset") == "70000");
  CHECK(f.patch(f.monitor, f.sealed.sha256, 70'000, f.bytes().substr(70'000)).status == 204);
}

TEST_CASE("An upload goes on after a restart, hashed again", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  f.patch(f.monitor, f.sealed.sha256, 0, f.bytes().substr(0, 70'000));
  f.start();
  CHECK(header_in(f.head(f.monitor, f.sealed.sha256), "Upload-Offset") == "70000");
  CHECK(f.patch(f.monitor, f.sealed.sha256, 70'000, f.bytes().substr(70'000)).status == 204);
  f.sequence();
  CHECK(f.get(f.monitor, "/v1/receipts/" + f.sealed.sha256).status == 200);
}

TEST_CASE("A new connection takes the upload over from a dead one", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  relay::Outcome dead = f.service->begin(f.patch_request(f.monitor, f.sealed.sha256, 0, f.bytes()));
  auto& body = std::get<std::unique_ptr<relay::Body>>(dead);
  body->write(as_bytes(f.bytes().substr(0, 1000)));
  CHECK(header_in(f.head(f.monitor, f.sealed.sha256), "Upload-Offset") == "1000");
  const relay::Response late = f.service->guarded([&] {
    body->write(as_bytes(f.bytes().substr(1000, 1000)));
    return relay::Response{};
  });
  CHECK(problem_in(late) == "offset");
  CHECK(f.patch(f.monitor, f.sealed.sha256, 1000, f.bytes().substr(1000)).status == 204);
}

TEST_CASE("A wrong offset is told the right one", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  const relay::Response response = f.patch(f.monitor, f.sealed.sha256, 5, f.bytes().substr(5));
  CHECK(response.status == 409);
  CHECK(problem_in(response) == "offset");
  CHECK(header_in(response, "Upload-Offset") == "0");
}

TEST_CASE("More than was announced is refused", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  const relay::Response response = f.patch(f.monitor, f.sealed.sha256, 0, f.sealed.age + "x");
  CHECK(problem_in(response) == "too-large");
}

TEST_CASE("A PATCH of another content type is refused", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  relay::Request request = f.patch_request(f.monitor, f.sealed.sha256, 0, f.bytes());
  request.headers["content-type"] = "text/plain";
  CHECK(f.ask(request, f.bytes()).status == 415);
}

TEST_CASE("The same creation again goes on where it was", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  f.patch(f.monitor, f.sealed.sha256, 0, f.bytes().substr(0, 1000));
  const relay::Response response = f.create(f.monitor, f.sealed);
  CHECK(response.status == 201);
  CHECK(header_in(response, "Upload-Offset") == "1000");
}

TEST_CASE("A bundle that is there already is 201 with its length", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  f.patch(f.monitor, f.sealed.sha256, 0, f.bytes());
  const relay::Response response = f.create(f.monitor, f.sealed);
  CHECK(response.status == 201);
  CHECK(header_in(response, "Upload-Offset") == std::to_string(f.sealed.age.size()));
  f.sequence();
  CHECK(f.relay->ledger().count_waiting() == 0);
}

TEST_CASE("A creation may bring the content along", "[relay]") {
  TusFixture f;
  const relay::Response response = f.create(f.monitor, f.sealed, "", f.sealed.age);
  CHECK(response.status == 201);
  CHECK(header_in(response, "Upload-Offset") == std::to_string(f.sealed.age.size()));
  CHECK(f.woken == 1);
}

TEST_CASE("A creation may bring a part of the content along", "[relay]") {
  TusFixture f;
  CHECK(header_in(f.create(f.monitor, f.sealed, "", f.sealed.age.substr(0, 100)), "Upload-Offset") == "100");
  CHECK(f.patch(f.monitor, f.sealed.sha256, 100, f.bytes().substr(100)).status == 204);
}

TEST_CASE("A creation whose body is not the signed one keeps nothing of it", "[relay]") {
  TusFixture f;
  Sealed other = f.sealed;
  const std::string body = f.sealed.age;
  std::string metadata =
      "sha256 " + base64(as_bytes(f.sealed.sha256)) + ",minisig " + base64(as_bytes(f.sealed.minisig));
  const relay::Request request =
      signed_request(f.monitor.request(), {"POST",
                                           "/v1/bundles",
                                           {{"tus-resumable", "1.0.0"},
                                            {"upload-length", std::to_string(body.size())},
                                            {"upload-metadata", metadata},
                                            {"content-type", "application/offset+octet-stream"},
                                            {"content-digest", content_digest(as_bytes("something else"))}},
                                           body,
                                           {"upload-length", "upload-metadata", "content-digest"}});
  CHECK(problem_in(f.ask(request, body)) == "malformed");
  CHECK(header_in(f.head(f.monitor, f.sealed.sha256), "Upload-Offset") == "0");
}

TEST_CASE("An upload can be given up", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  f.patch(f.monitor, f.sealed.sha256, 0, f.bytes().substr(0, 1000));
  const relay::Response response = f.ask(signed_request(
      f.monitor.request(),
      {"DELETE", "/v1/bundles/uploads/" + f.sealed.sha256, {{"tus-resumable", "1.0.0"}}, "", {}}));
  CHECK(response.status == 204);
  CHECK(f.head(f.monitor, f.sealed.sha256).status == 404);
  CHECK(names_in(f.relay->staging()).empty());
}

TEST_CASE("An upload that stands still for a week is forgotten", "[relay]") {
  TusFixture f;
  f.create(f.monitor, f.sealed);
  f.now = Time{kNow.seconds + 7 * 86'400};
  f.service->sweep();
  CHECK(names_in(f.relay->staging()).size() == 1);
  f.now = Time{kNow.seconds + 7 * 86'400 + 1};
  f.service->sweep();
  CHECK(names_in(f.relay->staging()).empty());
}

TEST_CASE("A staging file of no upload goes at the next start", "[relay]") {
  TusFixture f;
  write_file(f.relay->staging() / random_name(), "left over");
  write_file(f.relay->staging() / "README", "not ours");
  f.start();
  CHECK(names_in(f.relay->staging()) == std::vector<std::string>{"README"});
}

TEST_CASE("Upload-Metadata is parsed as tus writes it", "[relay]") {
  // From what tus-js-client 4.3.1 sends.
  const auto metadata = relay::parse_upload_metadata("filename YS5hZ2U=,filetype YXBwbGljYXRpb24vb2N0ZXQtc3RyZWFt");
  REQUIRE(metadata);
  CHECK(metadata->at("filename") == "a.age");
  CHECK(metadata->at("filetype") == "application/octet-stream");
  CHECK(relay::parse_upload_metadata("empty,sha256 YQ==")->at("empty").empty());
  CHECK_FALSE(relay::parse_upload_metadata("a YQ==,a YQ=="));
  CHECK_FALSE(relay::parse_upload_metadata("a %%%"));
  CHECK_FALSE(relay::parse_upload_metadata(""));
  CHECK_FALSE(relay::parse_upload_metadata(" YQ==,"));
}
