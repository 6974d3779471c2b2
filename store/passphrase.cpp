#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "crypto/error.h"
#include "store/vault.h"

namespace depone {

namespace {

constexpr std::size_t kMaxPassphrase = 4096;
constexpr std::size_t kMaxGrowth =
    4;  // NFC of UTF-16 is at most three times as long (Unicode, UAX #15)

// UTF-16 in guarded memory; an even number of bytes keeps sodium_malloc's end-aligned pointer even.
struct SecretText {
  explicit SecretText(std::size_t units) : bytes(units * sizeof(UChar)) {}
  UChar* data() { return reinterpret_cast<UChar*>(bytes.reveal().data()); }
  std::int32_t capacity() const { return static_cast<std::int32_t>(bytes.size() / sizeof(UChar)); }
  SecretBytes bytes;
};

void check(UErrorCode status) {
  if (U_FAILURE(status)) throw Error(Code::invalid, "this passphrase cannot be normalised");
}

}  // namespace

// ICU's C interface writes into the buffers that it is given: no copy is left on the heap.
SecretBytes normalise_passphrase(ByteView typed) {
  if (typed.empty()) throw Error(Code::invalid, "the passphrase is empty");
  if (typed.size() > kMaxPassphrase)
    throw Error(Code::invalid, "the passphrase is longer than 4096 bytes");
  if (!is_utf8(typed)) throw Error(Code::invalid, "the passphrase is not UTF-8");

  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfc = unorm2_getNFCInstance(&status);
  check(status);
  SecretText given(typed.size() + 1);
  std::int32_t length = 0;
  u_strFromUTF8(given.data(), given.capacity(), &length,
                reinterpret_cast<const char*>(typed.data()),
                static_cast<std::int32_t>(typed.size()), &status);
  check(status);
  SecretText normal(given.bytes.size() / sizeof(UChar) * kMaxGrowth);
  const std::int32_t normal_length =
      unorm2_normalize(nfc, given.data(), length, normal.data(), normal.capacity(), &status);
  check(status);
  SecretBytes out(static_cast<std::size_t>(normal_length) * 3 + 1);
  std::int32_t size = 0;
  u_strToUTF8(reinterpret_cast<char*>(out.reveal().data()), static_cast<std::int32_t>(out.size()),
              &size, normal.data(), normal_length, &status);
  check(status);
  out.truncate(static_cast<std::size_t>(size));
  return out;
}

}  // namespace depone
