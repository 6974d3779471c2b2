#include <algorithm>

#include "crypto/age/stream.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

namespace {

constexpr std::size_t kNonce = 16;
constexpr std::size_t kSealed = age::kChunk + age::kTag;

class Numbers {
 public:
  explicit Numbers(ByteView bytes) : bytes_(bytes) {}
  std::size_t below(std::size_t end) {
    std::size_t out = 0;
    for (int i = 0; i < 3 && !bytes_.empty(); ++i, bytes_ = bytes_.subspan(1)) out = out << 8 | bytes_[0];
    return out % end;
  }

 private:
  ByteView bytes_;
};

// What somebody without the key can do to a payload.
void tamper(Bytes& payload, Numbers& numbers) {
  const auto at = [&](std::size_t offset) { return payload.begin() + static_cast<std::ptrdiff_t>(offset); };
  switch (numbers.below(4)) {
    case 0: payload[numbers.below(payload.size())] ^= static_cast<std::uint8_t>(1 + numbers.below(255)); break;
    case 1: payload.resize(numbers.below(payload.size())); break;
    case 2: payload.insert(at(numbers.below(payload.size() + 1)), static_cast<std::uint8_t>(numbers.below(256))); break;
    default:  // a chunk and those behind it change places
      if (payload.size() <= kNonce + kSealed) return;
      std::rotate(at(kNonce), at(kNonce + kSealed), payload.end());
  }
}

}  // namespace

// A changed payload fails, and gives nothing but a beginning of what was sealed.
DEPONE_FUZZ_TARGET {
  const age::FileKey key;
  Numbers numbers(bytes);
  Bytes plain(numbers.below(3 * age::kChunk));
  for (std::size_t i = 0; i < plain.size(); ++i) plain[i] = static_cast<std::uint8_t>(i % 251);
  MemorySink sealed;
  age::PayloadWriter writer(key, sealed);
  writer.write(plain);
  writer.finish();

  Bytes changed = sealed.bytes();
  tamper(changed, numbers);
  MemorySource source(changed);
  std::array<std::uint8_t, 5000> buffer;
  std::size_t given = 0;
  bool whole = false;
  fuzz::refuse_or([&] {
    age::PayloadReader reader(key, source);
    while (const std::size_t n = reader.read(buffer)) {
      must(n <= plain.size() - given && equal(ByteView(buffer).first(n), ByteView(plain).subspan(given, n)));
      given += n;
    }
    whole = true;
  });
  must(whole == (changed == sealed.bytes()));
}
