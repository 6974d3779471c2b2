#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/time.h"
#include "crypto/hash.h"
#include "crypto/json.h"

namespace depone {

// depone/custody/1: one line of a record's custody chain (docs/format.md).
struct CustodyEvent {
  std::string line;      // as it is hashed, without LF
  std::string previous;  // hex: 64 digits, or 32 random ones where a chain starts
  Time time;
  std::string member;  // the member's id; "-" before joining
  std::string action;
  std::optional<std::string> object;  // hex SHA-256
  Json detail = Json::object();
  bool hidden = false;  // only `line` and `hash` mean something then
  std::string hash;     // hex SHA-256 of the line (of the hidden one where hidden)

  static CustodyEvent make(std::string_view previous, Time time, std::string_view member,
                           std::string_view action, std::optional<std::string> object,
                           const Json& detail);
  static CustodyEvent parse(std::string_view line);
};

// collected, imported, attached, revised, viewed, sealed, delivered, received, opened, exported,
// disclosed, shed, withdrawn
bool is_custody_action(std::string_view action);

// The chains of a custody.jsonl, each checked to be linked; Code::mismatch where one is not.
std::vector<std::vector<CustodyEvent>> parse_custody(std::string_view file);

}  // namespace depone
