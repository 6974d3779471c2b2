// The tus half of RelayClient (tus.io/protocols/resumable-upload, version 1.0.0: core, creation).

#include "crypto/error.h"
#include "sync/remote/relay_state.h"
#include "sync/remote/url.h"

namespace depone {

namespace {

constexpr std::uint64_t kMaxUpload = (1ull << 53) - 1;

// The offset that a tus answer states.
std::uint64_t stated_offset(const HttpResponse& response, const std::string& origin) {
  const std::string* text = response.header("upload-offset");
  const auto offset = text ? from_decimal(*text, kMaxUpload) : std::nullopt;
  if (!offset)
    throw Error(Code::malformed, "the relay does not say how much of the upload it has", origin);
  return *offset;
}

// Location against the request's own URL; it must stay at this relay, because what is sent there is
// signed.
std::string resolve_location(const std::string& location, const std::string& base,
                             const std::string& origin) {
  std::string url = location;
  if (location.starts_with("/") && !location.starts_with("//")) {
    url = origin + location;
  } else if (location.find("://") == std::string::npos && !location.starts_with("/")) {
    url = base + "/v1/" + location;
  }
  if (location.starts_with("//") || Url::parse(url).origin() != origin) {
    throw Error(
        Code::malformed,
        "the relay names a place for the upload that is not its own; nothing was sent there",
        origin);
  }
  return url;
}

}  // namespace

RelayClient::Upload RelayClient::create_upload(std::string_view sha256, std::uint64_t size,
                                               std::string_view minisig,
                                               const std::vector<std::string>& to) {
  std::string ids;
  for (const std::string& id : to) ids += (ids.empty() ? "" : " ") + id;
  std::string metadata =
      "sha256 " + base64(as_bytes(bundle_name(sha256))) + ",minisig " + base64(as_bytes(minisig));
  if (!ids.empty()) metadata += ",to " + base64(as_bytes(ids));
  const std::string length = std::to_string(size);
  Call call;
  call.request.method = "POST";
  call.request.url = state_->base + "/v1/bundles";
  call.request.headers = {
      {"Tus-Resumable", "1.0.0"}, {"Upload-Length", length}, {"Upload-Metadata", metadata}};
  call.covered = {{"upload-length", length}, {"upload-metadata", metadata}};
  const HttpResponse response = send(call);
  if (response.status != 201) throw_problem(response, state_->origin);
  Upload upload{"", response.header("upload-offset") ? stated_offset(response, state_->origin) : 0};
  if (upload.offset > size)
    throw Error(Code::malformed, "the relay says that it has more than there is", state_->origin);
  if (const std::string* location = response.header("location")) {
    upload.url = resolve_location(*location, state_->base, state_->origin);
  } else if (upload.offset != size) {
    throw Error(Code::malformed, "the relay does not say where the upload goes", state_->origin);
  }
  return upload;
}

std::optional<std::uint64_t> RelayClient::upload_offset(std::string_view upload_url) {
  Call call;
  call.request.url = upload_url;
  if (Url::parse(upload_url).origin() != state_->origin) return std::nullopt;
  call.request.method = "HEAD";
  call.request.headers = {{"Tus-Resumable", "1.0.0"}};
  const HttpResponse response = send(call);
  if (response.status == 404 || response.status == 410) return std::nullopt;
  if (response.status != 200 && response.status != 204) throw_problem(response, state_->origin);
  return stated_offset(response, state_->origin);
}

std::uint64_t RelayClient::append(std::string_view upload_url, std::uint64_t offset, Source& rest,
                                  std::uint64_t rest_size) {
  Call call;
  call.request.url = upload_url;
  if (Url::parse(upload_url).origin() != state_->origin) {
    throw Error(Code::refused,
                "the upload was begun at another relay; it has to be begun again. Nothing was lost",
                state_->origin);
  }
  const std::string at = std::to_string(offset);
  call.request.method = "PATCH";
  call.request.headers = {{"Tus-Resumable", "1.0.0"},
                          {"Upload-Offset", at},
                          {"Content-Type", "application/offset+octet-stream"}};
  call.covered = {{"upload-offset", at}, {"content-length", std::to_string(rest_size)}};
  call.request.body = &rest;
  call.request.body_size = rest_size;
  const HttpResponse response = send(call);
  if (response.status != 204) throw_problem(response, state_->origin);
  return stated_offset(response, state_->origin);
}

}  // namespace depone
