#include "crypto/age/stream.h"

#include <sodium.h>

#include <catch2/catch_test_macros.hpp>
#include <numeric>

#include "../test_bytes.h"
#include "crypto/error.h"
#include "crypto/kdf.h"

namespace depone::age {
namespace {

using testing::error_of;
using testing::pattern;
using testing::secret_of;

const FileKey& file_key() {
  static const FileKey key = secret_of<16>("59454c4c4f57205355424d4152494e45");
  return key;
}

Bytes sealed(ByteView plain, std::size_t piece) {
  MemorySink sink;
  PayloadWriter writer(file_key(), sink);
  for (std::size_t at = 0; at < plain.size(); at += piece) {
    writer.write(plain.subspan(at, std::min(piece, plain.size() - at)));
  }
  writer.finish();
  return sink.bytes();
}

// What was given before the end or the error.
struct Opened {
  Bytes plain;
  std::optional<Error> error;
};

Opened open(ByteView payload, std::size_t piece = 1000) {
  Opened out;
  out.error = error_of([&] {
    MemorySource source(payload);
    PayloadReader reader(file_key(), source);
    Bytes buffer(piece);
    while (const std::size_t got = reader.read(buffer)) {
      out.plain.insert(out.plain.end(), buffer.begin(),
                       buffer.begin() + static_cast<std::ptrdiff_t>(got));
    }
  });
  return out;
}

bool payload_failure(const Opened& opened) {
  return opened.error && opened.error->code() == Code::malformed &&
         opened.error->context() == "age payload";
}

// The payload chunk by chunk through libsodium, each with the flag that is asked for.
struct Chunk {
  std::size_t size;
  bool last;
};

Bytes by_hand(std::initializer_list<Chunk> chunks) {
  const ByteArray<16> nonce{7};
  const Secret<32> key = hkdf_sha256(file_key().reveal(), nonce, "payload");
  Bytes out(nonce.begin(), nonce.end());
  std::uint8_t counter = 0;
  for (const Chunk& chunk : chunks) {
    ByteArray<12> chunk_nonce{};
    chunk_nonce[10] = counter++;
    chunk_nonce[11] = chunk.last ? 1 : 0;
    Bytes box(chunk.size + kTag);
    const Bytes plain = pattern(chunk.size);
    crypto_aead_chacha20poly1305_ietf_encrypt(box.data(), nullptr, plain.data(), plain.size(),
                                              nullptr, 0, nullptr, chunk_nonce.data(),
                                              key.reveal().data());
    out.insert(out.end(), box.begin(), box.end());
  }
  return out;
}

TEST_CASE("Any length comes back, written and read in any pieces") {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kChunk - 1, kChunk, kChunk + 1, 2 * kChunk, 16 * kChunk,
        16 * kChunk + 1, 17 * kChunk, 33 * kChunk + 5, std::size_t{3'000'000}}) {
    const Bytes plain = pattern(size);
    for (const std::size_t piece :
         {std::size_t{100}, kChunk - 1, kChunk, 3 * kChunk + 1, std::size_t{4'000'000}}) {
      INFO(size << " by " << piece);
      const Bytes payload = sealed(plain, piece);
      CHECK(payload.size() == payload_size(size));
      const Opened opened = open(payload, piece);
      CHECK_FALSE(opened.error);
      CHECK(opened.plain == plain);
    }
  }
}

// Long ones are sealed and opened by a second thread from 4 MiB on.
TEST_CASE("A long payload comes back, written and read in any pieces") {
  for (const std::size_t size :
       {64 * kChunk - 1, 64 * kChunk, 64 * kChunk + 1, 65 * kChunk, 80 * kChunk, 80 * kChunk + 1,
        96 * kChunk, 113 * kChunk + 17, std::size_t{20'000'000}}) {
    const Bytes plain = pattern(size);
    for (const std::size_t piece :
         {std::size_t{5000}, kChunk, 16 * kChunk, std::size_t{50'000'000}}) {
      INFO(size << " by " << piece);
      const Bytes payload = sealed(plain, piece);
      CHECK(payload.size() == payload_size(size));
      const Opened opened = open(payload, piece);
      CHECK_FALSE(opened.error);
      const bool same = opened.plain == plain;
      CHECK(same);
    }
  }
}

TEST_CASE("A long payload has the chunks that libsodium would have made") {
  const Bytes plain = pattern(100 * kChunk + 5);
  const Bytes payload = sealed(plain, 70'000);
  const Secret<32> key = hkdf_sha256(file_key().reveal(), ByteView(payload).first(16), "payload");
  Bytes expected(payload.begin(), payload.begin() + 16);
  for (std::size_t i = 0; i <= 100; ++i) {
    ByteArray<12> nonce{};
    nonce[10] = static_cast<std::uint8_t>(i);
    nonce[11] = i == 100 ? 1 : 0;
    const ByteView chunk = ByteView(plain).subspan(i * kChunk, i == 100 ? 5 : kChunk);
    Bytes box(chunk.size() + kTag);
    crypto_aead_chacha20poly1305_ietf_encrypt(box.data(), nullptr, chunk.data(), chunk.size(),
                                              nullptr, 0, nullptr, nonce.data(),
                                              key.reveal().data());
    expected.insert(expected.end(), box.begin(), box.end());
  }
  const bool same = payload == expected;
  CHECK(same);
}

TEST_CASE("A long payload that is altered or cut off gives exactly what is authentic") {
  const Bytes good = sealed(pattern(150 * kChunk), 1'000'000);
  for (const std::size_t chunk : {std::size_t{3}, std::size_t{63}, std::size_t{64}, std::size_t{65},
                                  std::size_t{100}, std::size_t{149}}) {
    for (const std::size_t piece : {std::size_t{1000}, kChunk, 40 * kChunk}) {
      INFO("chunk " << chunk << " by " << piece);
      const std::size_t at = 16 + chunk * (kChunk + kTag);
      Bytes bad = good;
      bad[at] ^= 1;
      const Opened altered = open(bad, piece);
      CHECK(payload_failure(altered));
      CHECK(altered.plain.size() == chunk * kChunk);
      const Opened cut = open(ByteView(good).first(at + 100), piece);
      CHECK(payload_failure(cut));
      CHECK(cut.plain.size() == chunk * kChunk);
    }
  }
}

// Takes so many bytes, then fails.
class FullSink : public Sink {
 public:
  explicit FullSink(std::size_t room) : room_(room) {}
  void write(ByteView bytes) override {
    if (bytes.size() > room_) throw Error(Code::io, "The disk is full.");
    room_ -= bytes.size();
  }
  void finish() override { finished = true; }
  bool finished = false;

 private:
  std::size_t room_;
};

TEST_CASE("A sink that fails fails the writing, and is never finished") {
  const Bytes plain = pattern(30'000'000);
  for (const std::size_t room :
       {std::size_t{0}, std::size_t{1'000'000}, std::size_t{10'000'000}, std::size_t{29'990'000}}) {
    INFO(room);
    FullSink sink(room);
    const auto code = testing::code_of([&] {
      PayloadWriter writer(file_key(), sink);
      for (std::size_t at = 0; at < plain.size(); at += 100'000) {
        writer.write(ByteView(plain).subspan(at, 100'000));
      }
      writer.finish();
    });
    CHECK(code == Code::io);
    CHECK_FALSE(sink.finished);
  }
}

TEST_CASE("A long writer that is not finished leaves a payload that does not look complete") {
  MemorySink sink;
  {
    PayloadWriter writer(file_key(), sink);
    writer.write(pattern(10'000'000));
    writer.write(pattern(10'000'000));
  }
  CHECK(payload_failure(open(sink.bytes())));
}

TEST_CASE("A long reader may be left before the end") {
  const Bytes payload = sealed(pattern(30'000'000), 1'000'000);
  MemorySource source(payload);
  PayloadReader reader(file_key(), source);
  Bytes buffer(6'000'000);
  CHECK(read_full(reader, buffer) == buffer.size());
  const bool same = buffer == pattern(6'000'000);
  CHECK(same);
}

TEST_CASE("A payload made chunk by chunk with libsodium is read") {
  const Opened opened = open(by_hand({{kChunk, false}, {kChunk, false}, {10, true}}));
  CHECK_FALSE(opened.error);
  Bytes expected = pattern(kChunk);
  expected.insert(expected.end(), expected.begin(), expected.end());
  const Bytes end = pattern(10);
  expected.insert(expected.end(), end.begin(), end.end());
  CHECK(opened.plain == expected);
}

TEST_CASE("An empty payload is one empty last chunk") {
  CHECK(sealed({}, 1).size() == 32);
  CHECK_FALSE(open(by_hand({{0, true}})).error);
  CHECK(payload_failure(open(by_hand({{0, false}}))));
  CHECK(payload_failure(open(by_hand({}))));
}

TEST_CASE("An empty last chunk after another is refused") {
  const Opened opened = open(by_hand({{kChunk, false}, {0, true}}));
  CHECK(payload_failure(opened));
  CHECK(opened.plain == pattern(kChunk));
}

TEST_CASE("A missing last chunk is an error after what is authentic") {
  const Opened opened = open(by_hand({{kChunk, false}}));
  CHECK(payload_failure(opened));
  CHECK(opened.plain == pattern(kChunk));
  CHECK(payload_failure(open(by_hand({{10, false}}))));
}

TEST_CASE("A short chunk in the middle is refused") {
  CHECK(payload_failure(open(by_hand({{100, false}, {kChunk, true}}))));
  const Opened opened = open(by_hand({{kChunk, false}, {100, false}, {kChunk, true}}));
  CHECK(payload_failure(opened));
  CHECK(opened.plain == pattern(kChunk));
}

TEST_CASE("A last chunk followed by anything is refused, a whole one after it was given") {
  Bytes payload = by_hand({{kChunk, true}});
  payload.push_back(0);
  const Opened whole = open(payload);
  CHECK(payload_failure(whole));
  CHECK(whole.plain == pattern(kChunk));
  const Opened two = open(by_hand({{kChunk, true}, {kChunk, true}}));
  CHECK(payload_failure(two));
  CHECK(two.plain == pattern(kChunk));
  Bytes after_short = by_hand({{10, true}});
  after_short.push_back(0);
  CHECK(payload_failure(open(after_short)));
}

TEST_CASE("Chunks that are swapped, repeated or left out are refused") {
  const Bytes good = sealed(pattern(3 * kChunk), 1'000'000);
  const auto chunk = [&](std::size_t index) {
    return ByteView(good).subspan(16 + index * (kChunk + kTag), kChunk + kTag);
  };
  const auto with = [&](std::initializer_list<std::size_t> order) {
    Bytes out(good.begin(), good.begin() + 16);
    for (const std::size_t index : order) {
      out.insert(out.end(), chunk(index).begin(), chunk(index).end());
    }
    return open(out);
  };
  REQUIRE_FALSE(with({0, 1, 2}).error);
  CHECK(payload_failure(with({1, 0, 2})));
  CHECK(payload_failure(with({0, 2})));
  CHECK(payload_failure(with({0, 0, 1, 2})));
  CHECK(payload_failure(with({0, 1})));
}

TEST_CASE("Every truncation of a payload is refused, and gives only what is authentic") {
  const Bytes plain = pattern(kChunk + 40);
  const Bytes good = sealed(plain, 1'000'000);
  for (std::size_t size = 0; size < good.size();
       size = size < 200 || size > kChunk ? size + 1 : size + 997) {
    const Opened opened = open(ByteView(good).first(size), kChunk);
    INFO(size);
    REQUIRE(opened.error);
    CHECK(opened.error->code() == Code::malformed);
    CHECK(opened.error->context() == (size < 16 ? "age header" : "age payload"));
    CHECK((opened.plain.empty() || opened.plain == pattern(kChunk)));
  }
}

TEST_CASE("Every flipped bit of a small payload is refused") {
  const Bytes good = sealed(pattern(50), 50);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    const Opened opened = open(bad);
    INFO("bit " << bit);
    CHECK(payload_failure(opened));
    CHECK(opened.plain.empty());
  }
}

TEST_CASE("A flipped bit in a chunk fails after the chunks before it") {
  Bytes bad = sealed(pattern(20 * kChunk), 1'000'000);
  bad[16 + 17 * (kChunk + kTag) + 5] ^= 1;
  for (const std::size_t piece : {std::size_t{1000}, kChunk, 5 * kChunk, 40 * kChunk}) {
    const Opened opened = open(bad, piece);
    INFO(piece);
    CHECK(payload_failure(opened));
    CHECK(opened.plain.size() == 17 * kChunk);
  }
}

// Gives what it has, then fails instead of ending.
class BrokenSource : public Source {
 public:
  explicit BrokenSource(ByteView bytes) : rest_(bytes) {}
  std::size_t read(std::span<std::uint8_t> into) override {
    const std::size_t got = rest_.read(into);
    if (got == 0) throw Error(Code::malformed, "a bad line", "armor");
    return got;
  }

 private:
  MemorySource rest_;
};

TEST_CASE("Where the source fails, the chunks that came whole are given before its error") {
  const Bytes plain = pattern(3 * kChunk);
  const Bytes payload = sealed(plain, plain.size());
  for (const std::size_t chunks : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    for (const std::size_t more : {std::size_t{0}, std::size_t{48}}) {
      const std::size_t size = 16 + chunks * (kChunk + kTag) + (chunks < 3 ? more : 0);
      BrokenSource source(ByteView(payload).first(size));
      PayloadReader reader(file_key(), source);
      Bytes given;
      Bytes buffer(1000);
      const auto error = error_of([&] {
        while (const std::size_t got = reader.read(buffer))
          given.insert(given.end(), buffer.begin(),
                       buffer.begin() + static_cast<std::ptrdiff_t>(got));
      });
      INFO(chunks << " chunks and " << more << " bytes");
      CHECK(given.size() == chunks * kChunk);
      REQUIRE(error);
      CHECK(error->context() == "armor");
    }
  }
}

TEST_CASE("After a failure every further read fails") {
  Bytes bad = sealed(pattern(10), 10);
  bad.back() ^= 1;
  MemorySource source(bad);
  PayloadReader reader(file_key(), source);
  Bytes buffer(100);
  CHECK(error_of([&] { reader.read(buffer); }));
  CHECK(error_of([&] { reader.read(buffer); }));
}

TEST_CASE("Another file key opens nothing") {
  const Bytes payload = sealed(pattern(100), 100);
  MemorySource source(payload);
  PayloadReader reader(FileKey::random(), source);
  Bytes buffer(1000);
  CHECK(testing::code_of([&] { reader.read(buffer); }) == Code::malformed);
}

TEST_CASE("A writer that is not finished leaves a payload that does not look complete") {
  MemorySink sink;
  {
    PayloadWriter writer(file_key(), sink);
    writer.write(pattern(2 * kChunk));
  }
  CHECK(payload_failure(open(sink.bytes())));
}

// Gives its bytes, then fails.
class Failing : public Source {
 public:
  explicit Failing(ByteView bytes) : in_(bytes) {}
  std::size_t read(std::span<std::uint8_t> into) override {
    const std::size_t got = in_.read(into);
    if (got == 0) throw Error(Code::io, "The disk failed.");
    return got;
  }

 private:
  MemorySource in_;
};

TEST_CASE("Where the source fails, what came whole is given before the error") {
  const Bytes payload = sealed(pattern(5 * kChunk), 1'000'000);
  Failing source(ByteView(payload).first(16 + 3 * (kChunk + kTag) + 100));
  PayloadReader reader(file_key(), source);
  Bytes plain;
  const auto code = testing::code_of([&] {
    Bytes buffer(1000);
    while (const std::size_t got = reader.read(buffer)) {
      plain.insert(plain.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
    }
  });
  CHECK(code == Code::io);
  CHECK(plain.size() == 3 * kChunk);
}

}  // namespace
}  // namespace depone::age
