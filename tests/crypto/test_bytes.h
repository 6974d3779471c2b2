#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/secret.h"

// What the tests of this folder share: values in hex, and the error that something ends in.
namespace depone::testing {

inline Bytes unhex(std::string_view text) { return from_hex(text).value(); }

template <std::size_t N>
ByteArray<N> array_of(std::string_view text) {
  return exactly<N>(from_hex(text)).value();
}

template <std::size_t N>
Secret<N> secret_of(std::string_view text) {
  return Secret<N>::copy_of(array_of<N>(text));
}

// The bytes 0, 1, 2 … of a pattern that repeats after 251, so that swapped blocks are seen.
inline Bytes pattern(std::size_t size) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i % 251);
  return out;
}

template <typename Action>
std::optional<Error> error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

template <typename Action>
std::optional<Code> code_of(Action action) {
  const auto error = error_of(action);
  if (!error) return std::nullopt;
  return error->code();
}

}  // namespace depone::testing
