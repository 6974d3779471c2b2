#include "crypto/io.h"

#include <catch2/catch_test_macros.hpp>

#include "test_bytes.h"

namespace depone {
namespace {

using testing::code_of;
using testing::pattern;

// A source that gives one byte at a time.
class Drip : public Source {
 public:
  explicit Drip(ByteView bytes) : in_(bytes) {}
  std::size_t read(std::span<std::uint8_t> into) override {
    return in_.read(into.first(std::min<std::size_t>(into.size(), 1)));
  }

 private:
  MemorySource in_;
};

TEST_CASE("Reading full goes on over short reads") {
  const Bytes bytes = pattern(100);
  Drip source(bytes);
  Bytes out(100);
  CHECK(read_full(source, out) == 100);
  CHECK(out == bytes);
  CHECK(read_full(source, out) == 0);
}

TEST_CASE("A whole source is read up to its limit") {
  const Bytes bytes = pattern(300'000);
  MemorySource source(bytes);
  CHECK(read_all(source, 300'000) == bytes);
}

TEST_CASE("A source over its limit is refused") {
  const Bytes bytes = pattern(300'000);
  MemorySource source(bytes);
  CHECK(code_of([&] { read_all(source, 299'999); }) == Code::malformed);
}

TEST_CASE("An empty source reads as nothing") {
  MemorySource source({});
  CHECK(read_all(source, 0).empty());
}

TEST_CASE("Memory takes no more than its limit") {
  MemorySink sink(3);
  sink.write(pattern(3));
  CHECK(code_of([&] { sink.write(pattern(1)); }) == Code::malformed);
  CHECK(sink.bytes() == pattern(3));
}

TEST_CASE("Copying gives every byte and says how many") {
  const Bytes bytes = pattern(1'000'000);
  MemorySource source(bytes);
  MemorySink sink;
  CHECK(copy(source, sink) == bytes.size());
  CHECK(sink.bytes() == bytes);
}

}  // namespace
}  // namespace depone
