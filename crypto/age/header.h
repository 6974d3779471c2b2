#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/hash.h"
#include "crypto/io.h"
#include "crypto/secret.h"

namespace depone::age {

// The header of an age v1 file (C2SP age, "Header format").

using FileKey = Secret<16>;

struct Stanza {
  std::string type;
  std::vector<std::string> arguments;
  Bytes body;
};

struct Header {
  std::vector<Stanza> stanzas;
  Sha256 mac{};
  std::string signed_part;  // bytes from the version line up to and including "---"
};

inline constexpr std::size_t kMaxHeaderSize = 2u << 20;  // 2 MiB

// Reads exactly the header from the source, no byte further. Code::malformed names line and reason;
// beyond kMaxHeaderSize likewise.
Header read_header(Source& source);
// The header at the start of `bytes` and its length; nullopt where more bytes are needed.
std::optional<std::pair<Header, std::size_t>> parse_header(ByteView bytes);

std::string write_header(const FileKey& key, std::span<const Stanza> stanzas);
bool header_mac_ok(const FileKey& key, const Header& header);

// What a sealed bundle's header must be: every stanza mlkem768x25519 in its canonical form, their
// number 2, 4, 8 … 1,024. Code::malformed says what is wrong.
void check_bundle_header(const Header& header);

}  // namespace depone::age
