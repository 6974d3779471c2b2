#pragma once

#include <memory>
#include <span>
#include <vector>

#include "crypto/age/header.h"
#include "crypto/age/recipients.h"
#include "crypto/io.h"

namespace depone::age {

// The payload of an age file: 16-byte nonce, then STREAM over chunks of 64 KiB with
// ChaCha20-Poly1305 (C2SP age, "Payload"). Memory is constant whatever the length.
inline constexpr std::size_t kChunk = 64u << 10;
inline constexpr std::size_t kTag = 16;

// Length of a payload (nonce included) of `plain` bytes.
std::uint64_t payload_size(std::uint64_t plain);

// Encrypts what is written; finish() writes the last chunk and finishes `out`. From 4 MiB on, `out`
// is written to by a second thread, in order and never by two at a time; once finish() has returned
// or thrown, or this is destroyed, it is not used any more. An error of `out` comes from a later
// write() or from finish(). The bytes do not depend on the threads.
class PayloadWriter : public Sink {
 public:
  PayloadWriter(const FileKey& key, Sink& out);
  ~PayloadWriter() override;
  void write(ByteView bytes) override;
  void finish() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Gives only authenticated bytes, and all of them up to where something is wrong. Code::malformed,
// context "age payload", for a chunk that does not authenticate, a missing end, or data after it; a
// nonce that is missing or short is Code::malformed of the "age header". Beyond 4 MiB a second
// thread reads `in` ahead; once read() has given 0 or thrown, or this is destroyed, it does not.
class PayloadReader : public Source {
 public:
  PayloadReader(const FileKey& key, Source& in);
  ~PayloadReader() override;
  std::size_t read(std::span<std::uint8_t> into) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A whole age file: header at construction, payload as written.
class Encryptor : public Sink {
 public:
  // Stanzas in the order given.
  Encryptor(std::span<const Recipient* const> recipients, Sink& out);
  // The form of a sealed bundle: padded with decoys to 2, 4, 8 … 1,024 stanzas, order shuffled.
  static std::unique_ptr<Encryptor> for_bundle(std::span<const HybridRecipient> recipients,
                                               Sink& out);
  void write(ByteView bytes) override { payload_->write(bytes); }
  void finish() override { payload_->finish(); }

 private:
  Encryptor() = default;
  std::unique_ptr<PayloadWriter> payload_;
};

// Opens an age file. At construction: reads the header, finds the file key, checks the header's MAC
// before anything else is used. Code::no_identity where no identity opens it; context "age header":
// Code::mismatch for a wrong MAC, unsupported for another version of age, malformed for the rest.
class Decryptor : public Source {
 public:
  Decryptor(Source& in, std::span<const Identity* const> identities);
  // As above for a header that was already read (and judged) from `in`.
  Decryptor(const Header& header, Source& in, std::span<const Identity* const> identities);
  std::size_t read(std::span<std::uint8_t> into) override { return payload_->read(into); }

 private:
  void open(const Header& header, Source& in, std::span<const Identity* const> identities);
  std::unique_ptr<PayloadReader> payload_;
};

}  // namespace depone::age
