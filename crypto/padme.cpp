#include "crypto/padme.h"

#include <bit>

#include "crypto/error.h"

namespace depone {

std::uint64_t padme(std::uint64_t length) {
  if (length < 2) return length;
  const auto exponent = static_cast<unsigned>(std::bit_width(length)) - 1;
  const auto kept = static_cast<unsigned>(std::bit_width(exponent));
  const std::uint64_t mask = (std::uint64_t{1} << (exponent - kept)) - 1;
  if (length > UINT64_MAX - mask) throw Error(Code::invalid, "A length too large to be padded.");
  return (length + mask) & ~mask;
}

}  // namespace depone
