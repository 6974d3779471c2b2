#pragma once

#include <optional>
#include <string>

#include "crypto/error.h"

namespace depone::testing {

// Which truncation or flipped bit of `good` an action takes that should refuse each with an Error
// that says what is wrong with the bytes, and not, for instance, with a file; nullopt: none.
template <typename Action>
std::optional<std::string> unnoticed(const std::string& good, Action action) {
  const auto refuses = [&](const std::string& altered) {
    try {
      action(altered);
    } catch (const Error& error) {
      return error.code() == Code::malformed || error.code() == Code::unsupported ||
             error.code() == Code::mismatch || error.code() == Code::bad_signature;
    }
    return false;
  };
  for (std::size_t size = 0; size < good.size(); ++size) {
    if (!refuses(good.substr(0, size))) return "cut to " + std::to_string(size) + " bytes";
  }
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string altered = good;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    if (!refuses(altered))
      return "byte " + std::to_string(bit / 8) + " bit " + std::to_string(bit % 8);
  }
  return std::nullopt;
}

}  // namespace depone::testing
