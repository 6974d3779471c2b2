#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "crypto/secret.h"

// What a fuzz target is made of. A parser may refuse with Error; anything else (a crash, a hang, another exception, a
// property that does not hold) is a finding.
namespace depone::fuzz {

template <typename Parse>
void refuse_or(Parse&& parse) {
  try {
    parse();
  } catch (const Error&) {
  }
}

// A property of what was accepted.
inline void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace depone::fuzz

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// Begins the body of the target, over `bytes` and the same as `text`.
#define DEPONE_FUZZ_TARGET                                                                            \
  static void fuzz_one(::depone::ByteView bytes, std::string_view text);                              \
  extern "C" int LLVMFuzzerInitialize(int*, char***) {                                                \
    ::depone::start_crypto();                                                                         \
    return 0;                                                                                         \
  }                                                                                                   \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {                 \
    const ::depone::ByteView input(data, size);                                                       \
    ::depone::fuzz::refuse_or([&] { fuzz_one(input, ::depone::as_text(input)); });                    \
    return 0;                                                                                         \
  }                                                                                                   \
  static void fuzz_one([[maybe_unused]] ::depone::ByteView bytes, [[maybe_unused]] std::string_view text)
