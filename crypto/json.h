#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "crypto/error.h"

namespace depone {

// Keys keep the order in which they are written: our formats are hashed as they stand.
using Json = nlohmann::ordered_json;

inline constexpr std::size_t kMaxJson = 64u << 20;
inline constexpr std::size_t kMaxJsonDepth = 16;

// The JSON of our formats: UTF-8 without a byte-order mark; duplicate keys, lone surrogates,
// U+0000, depth over 16 and integers beyond 2^53−1 are refused. Code::malformed with the offset;
// `what` names the artefact in the error.
Json parse_json(std::string_view text, std::string_view what, std::size_t limit = kMaxJson);

// Code::invalid for a string that is not UTF-8. One line, no spaces, non-ASCII as it is:
// {"a":1,"b":[2]}.
std::string dump_json(const Json& value);

enum class UnknownKeys { refuse, ignore };

// Typed, named access to one object of a format; Code::malformed names artefact and key.
class JsonObject {
 public:
  // `keys`: every key that must be there. With UnknownKeys::refuse there may be no other.
  JsonObject(const Json& value, std::string_view what, std::initializer_list<std::string_view> keys,
             UnknownKeys unknown = UnknownKeys::refuse);

  const Json& at(std::string_view key) const;
  std::string string(std::string_view key, std::size_t limit = 4096) const;
  std::optional<std::string> string_or_null(std::string_view key, std::size_t limit = 4096) const;
  std::uint64_t integer(std::string_view key) const;  // 0 … 2^53−1
  const Json& array(std::string_view key, std::size_t limit) const;
  const Json& object(std::string_view key) const;
  // "format" must be this, else Code::unsupported (another version or format) or malformed.
  void format(std::string_view expected) const;
  [[noreturn]] void fail(std::string_view key, std::string_view expected) const;

 private:
  const Json& value_;
  std::string what_;
};

}  // namespace depone
