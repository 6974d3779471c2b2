#pragma once

#include <string>
#include <vector>

#include "crypto/json.h"

namespace depone::testing {

// The keys of a JSON object, in the order in which they stand.
inline std::vector<std::string> keys_of(std::string_view json) {
  const Json value = parse_json(json, "object");
  std::vector<std::string> out;
  for (const auto& [key, member] : value.items()) out.push_back(key);
  return out;
}

}  // namespace depone::testing
