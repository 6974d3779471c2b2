#include "sync/remote/http_exchange.h"

#include <algorithm>

#include "crypto/bytes.h"
#include "crypto/error.h"

namespace depone {

namespace {

constexpr std::size_t kMaxHeaders = 64u << 10;
constexpr std::size_t kKeptOfErrorBody = 64u << 10;
constexpr std::size_t kMaxErrorBody = 1u << 20;

}  // namespace

void HttpExchange::rewind() {
  text_left_ = request.text.value_or(std::string_view());
  body_left_ = request.body_size;
}

std::size_t HttpExchange::give(std::span<std::uint8_t> into) {
  if (request.text) {
    const std::size_t size = std::min(into.size(), text_left_.size());
    std::copy_n(text_left_.begin(), size, into.begin());
    text_left_.remove_prefix(size);
    return size;
  }
  if (!request.body || body_left_ == 0) return 0;
  const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), body_left_));
  const std::size_t size = request.body->read(into.first(want));
  if (size == 0)
    throw Error(Code::io, "what was to be sent ended early; it changed while it was read");
  body_left_ -= size;
  return size;
}

void HttpExchange::take(ByteView bytes) {
  if (!good()) {
    error_bytes_ += bytes.size();
    if (error_bytes_ > kMaxErrorBody)
      throw Error(Code::malformed, "the answer is larger than an answer can be");
    const std::size_t room = kKeptOfErrorBody - std::min(response.body.size(), kKeptOfErrorBody);
    response.body += as_text(bytes.first(std::min(room, bytes.size())));
    return;
  }
  if (!body_began) {
    body_began = true;
    if (request.before_body) request.before_body(response);
  }
  if (request.into) {
    request.into->write(bytes);
    return;
  }
  if (bytes.size() > request.limit - std::min(response.body.size(), request.limit)) {
    throw Error(Code::malformed, "the answer is larger than an answer of its kind can be");
  }
  response.body += as_text(bytes);
}

void HttpExchange::header(std::string_view line) {
  header_bytes += line.size();
  if (header_bytes > kMaxHeaders) throw Error(Code::malformed, "the answer's headers are too long");
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {  // a final status comes after any 1xx
    const std::size_t space = line.find(' ');
    const auto status = space == std::string_view::npos
                            ? std::nullopt
                            : from_decimal(line.substr(space + 1, 3), 999);
    if (!status) throw Error(Code::malformed, "the answer has no HTTP status");
    response.status = static_cast<int>(*status);
    response.headers.clear();
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
  std::string& stored = response.headers[name];
  if (!stored.empty()) stored += ", ";
  stored += value;
}

}  // namespace depone
