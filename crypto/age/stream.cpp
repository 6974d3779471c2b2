#include "crypto/age/stream.h"

#include <sodium.h>

#include <bit>

#include "crypto/age/wrap.h"
#include "crypto/error.h"

namespace depone::age {
namespace {

constexpr std::size_t kMaxBundleStanzas = 1024;

}  // namespace

Encryptor::Encryptor(std::span<const Recipient* const> recipients, Sink& out) {
  const FileKey key = FileKey::random();
  std::vector<Stanza> stanzas;
  stanzas.reserve(recipients.size());
  for (const Recipient* const recipient : recipients) stanzas.push_back(recipient->wrap(key));
  if (stanzas.empty()) throw Error(Code::invalid, "There is nobody to encrypt to.");
  check_scrypt_alone(stanzas);
  out.write(as_bytes(write_header(key, stanzas)));
  payload_ = std::make_unique<PayloadWriter>(key, out);
}

std::unique_ptr<Encryptor> Encryptor::for_bundle(std::span<const HybridRecipient> recipients,
                                                 Sink& out) {
  if (recipients.empty() || recipients.size() > kMaxBundleStanzas) {
    throw Error(Code::invalid, "A bundle has 1 to 1,024 recipients; nothing was sealed.");
  }
  const FileKey key = FileKey::random();
  std::vector<Stanza> stanzas;
  for (const HybridRecipient& recipient : recipients) stanzas.push_back(recipient.wrap(key));
  const std::size_t padded = std::bit_ceil(std::max<std::size_t>(stanzas.size(), 2));
  while (stanzas.size() < padded) stanzas.push_back(HybridRecipient::decoy());
  for (std::size_t i = stanzas.size() - 1; i > 0; --i) {
    std::swap(stanzas[i], stanzas[randombytes_uniform(static_cast<std::uint32_t>(i + 1))]);
  }
  std::unique_ptr<Encryptor> encryptor(new Encryptor());
  out.write(as_bytes(write_header(key, stanzas)));
  encryptor->payload_ = std::make_unique<PayloadWriter>(key, out);
  return encryptor;
}

Decryptor::Decryptor(Source& in, std::span<const Identity* const> identities) {
  open(read_header(in), in, identities);
}

Decryptor::Decryptor(const Header& header, Source& in,
                     std::span<const Identity* const> identities) {
  open(header, in, identities);
}

void Decryptor::open(const Header& header, Source& in,
                     std::span<const Identity* const> identities) {
  check_scrypt_alone(header.stanzas);
  std::optional<FileKey> key;
  for (const Identity* const identity : identities) {
    key = identity->unwrap(header.stanzas);
    if (key) break;
  }
  if (!key) {
    check_known_stanzas(header.stanzas);
    throw Error(
        Code::no_identity,
        "None of the keys at hand opens this file: it is addressed to somebody else, or the "
        "passphrase is another one.");
  }
  if (!header_mac_ok(*key, header)) {
    throw Error(Code::mismatch, "The MAC of the header is wrong: the file was altered.",
                "age header");
  }
  payload_ = std::make_unique<PayloadReader>(*key, in);
}

}  // namespace depone::age
