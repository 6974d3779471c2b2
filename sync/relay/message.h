#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "crypto/formats/time.h"
#include "crypto/formats/wire.h"
#include "crypto/io.h"

namespace depone::relay {

// HTTP as the handlers see it; server.cpp alone knows the library below.

struct Request {
  std::string method;
  std::string target;  // as it was received, from the slash on
  std::string path;    // the target without its query
  std::map<std::string, std::string> query;  // decoded; the first of each name
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case; several of a name joined by ", "
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  std::string peer;  // the numeric address that it came from: to judge, never to be kept or logged
  bool http_1_0 = false;
  std::size_t fields = 0;  // as many as stood in the head

  const std::string* header(std::string_view name) const;
  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
  std::string query_value(const std::string& name) const;  // "" where it is not there
  // path and query from target. False for a target that is not of the plain form.
  bool parse_target();
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::unique_ptr<Source> stream;  // instead of body, stream_size bytes
  std::uint64_t stream_size = 0;

  Response& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};
Response text_response(int status, std::string type, std::string body);

// Takes a request's body as it arrives. Destroyed without finish(): the connection was cut.
class Body {
 public:
  virtual ~Body() = default;
  virtual void write(ByteView bytes) = 0;
  virtual Response finish() = 0;
};

// Asked again each time that the log has grown, and once more (`last`) when the time is over.
struct Poll {
  std::chrono::seconds time;
  std::function<std::optional<Response>(bool last)> ask;
};

using Outcome = std::variant<Response, std::unique_ptr<Body>, Poll>;

// A refusal on the way to an answer: thrown by handlers, answered as application/problem+json. `name` as in
// crypto/formats/wire.h, which gives status and title.
struct Refused {
  std::string name;
  std::string detail = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  int status = 0;  // another than the name's own
};
Problem as_problem(const Refused& refused);
Response problem_response(const Refused& refused);

std::string http_date(Time time);  // IMF-fixdate
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace depone::relay
