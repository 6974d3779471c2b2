#include "sync/remote/request_key.h"

#include <array>

#include "crypto/age/stream.h"
#include "crypto/error.h"

namespace depone {

namespace {

constexpr std::string_view kFormat = "depone/request-key/1\nseed ";
constexpr std::size_t kMaxPlain = 16u << 10;
constexpr std::size_t kMaxFile = 64u << 10;
constexpr std::size_t kSeedDigits = 64;

[[noreturn]] void not_a_key_file(const fs::path& path) {
  throw Error(Code::damaged,
              "this is not a request key file of `depone-audit join`, or it was damaged; it was "
              "left as it is",
              path.string());
}

int digit_of(std::uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// Hex by hand because bytes.h gives strings, which are no place for a secret.
void put_hex(std::span<const std::uint8_t> bytes, std::span<std::uint8_t> out) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[2 * i] = static_cast<std::uint8_t>(kDigits[bytes[i] >> 4]);
    out[2 * i + 1] = static_cast<std::uint8_t>(kDigits[bytes[i] & 15]);
  }
}

bool take_hex(ByteView text, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = digit_of(text[2 * i]);
    const int low = digit_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

std::string public_lines(const RequestKey& key) {
  return "\nrelay " + key.relay + "\npin " + key.pin.value_or("-") + "\nauthority " +
         key.authority.text() + "\ninvite " + key.invite + "\nname " + key.name + "\n";
}

}  // namespace

std::optional<RequestKey> RequestKey::parse(ByteView plain) {
  const std::size_t head = kFormat.size() + kSeedDigits;
  if (plain.size() < head || as_text(plain.first(kFormat.size())) != kFormat) return std::nullopt;
  Secret<32> seed;
  if (!take_hex(plain.subspan(kFormat.size(), kSeedDigits), seed.reveal())) return std::nullopt;
  const auto lines = lines_of(as_text(plain.subspan(head)));
  static constexpr std::array<std::string_view, 5> kNames{"relay ", "pin ", "authority ", "invite ",
                                                          "name "};
  if (!lines || lines->size() != kNames.size() + 1 || !lines->front().empty()) return std::nullopt;
  std::array<std::string_view, kNames.size()> values;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const std::string_view line = (*lines)[i + 1];
    if (!line.starts_with(kNames[i])) return std::nullopt;
    values[i] = line.substr(kNames[i].size());
  }
  const auto authority = minisign::PublicKey::parse(values[2]);
  if (!authority) return std::nullopt;
  return RequestKey{Ed25519Key::from_seed(seed),
                    std::string(values[0]),
                    values[1] == "-" ? std::nullopt : std::optional<std::string>(values[1]),
                    *authority,
                    std::string(values[3]),
                    std::string(values[4])};
}

void write_request_key(const fs::path& path, const RequestKey& key, ByteView passphrase) {
  FileSink file(path, false);
  const age::ScryptRecipient recipient(passphrase);
  const age::Recipient* const recipients[] = {&recipient};
  age::Encryptor out(recipients, file);
  out.write(as_bytes(kFormat));
  const Secret<32> seed = key.key.seed();
  SecretBytes digits(kSeedDigits);
  put_hex(seed.reveal(), digits.reveal());
  out.write(std::as_const(digits).reveal());
  out.write(as_bytes(public_lines(key)));
  out.finish();
}

RequestKey read_request_key(const fs::path& path, ByteView passphrase) {
  const Bytes bytes = read_file(path, kMaxFile, true);
  SecretBytes plain(kMaxPlain);
  std::size_t size = 0;
  try {
    MemorySource source(bytes);
    const age::ScryptIdentity identity(passphrase);
    const age::Identity* const identities[] = {&identity};
    age::Decryptor in(source, identities);
    size = read_full(in, plain.reveal());
  } catch (const Error& error) {
    if (error.code() == Code::no_identity) {
      throw Error(Code::wrong_key,
                  "this is not the passphrase of the key file; nothing was changed", path.string());
    }
    if (error.code() == Code::malformed) not_a_key_file(path);
    throw;
  }
  if (size == kMaxPlain) not_a_key_file(path);
  plain.truncate(size);
  auto key = RequestKey::parse(std::as_const(plain).reveal());
  if (!key) not_a_key_file(path);
  return std::move(*key);
}

}  // namespace depone
