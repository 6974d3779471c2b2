#include "crypto/age/recipients.h"
#include "crypto/age/wrap.h"
#include "crypto/bytes.h"

namespace depone::age {
namespace {

constexpr std::size_t kHybridShare = 1120;

void check_count(std::size_t index, const Stanza& stanza, std::size_t arguments,
                 const char* reason) {
  if (stanza.arguments.size() != arguments) bad_stanza(index, reason);
}

template <std::size_t N>
void check_base64(std::size_t index, const std::string& argument, const char* reason) {
  if (!exactly<N>(from_base64_unpadded(argument))) bad_stanza(index, reason);
}

}  // namespace

void check_x25519_shape(std::size_t index, const Stanza& stanza) {
  check_count(index, stanza, 1, "an X25519 stanza has two arguments");
  check_base64<32>(index, stanza.arguments[0], "its share is not 32 bytes in canonical base64");
  check_body(index, stanza);
}

void check_hybrid_shape(std::size_t index, const Stanza& stanza) {
  check_count(index, stanza, 1, "an mlkem768x25519 stanza has two arguments");
  check_base64<kHybridShare>(index, stanza.arguments[0],
                             "its share is not 1,120 bytes in canonical base64");
  check_body(index, stanza);
}

void check_scrypt_shape(std::size_t index, const Stanza& stanza) {
  check_count(index, stanza, 2, "an scrypt stanza has three arguments");
  check_base64<16>(index, stanza.arguments[0], "its salt is not 16 bytes in canonical base64");
  const auto work = from_decimal(stanza.arguments[1]);
  if (!work || *work == 0) bad_stanza(index, "its work factor is not a decimal number from 1");
  if (*work > kMaxScryptWork)
    bad_stanza(index, "its work factor is over 22, which is not accepted");
  check_body(index, stanza);
}

void check_known_stanzas(std::span<const Stanza> stanzas) {
  for (std::size_t i = 0; i < stanzas.size(); ++i) {
    if (stanzas[i].type == "X25519") check_x25519_shape(i, stanzas[i]);
    if (stanzas[i].type == "mlkem768x25519") check_hybrid_shape(i, stanzas[i]);
    if (stanzas[i].type == "scrypt") check_scrypt_shape(i, stanzas[i]);
  }
}

}  // namespace depone::age
