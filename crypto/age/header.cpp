#include "crypto/age/header.h"

#include <bit>

#include "crypto/error.h"
#include "crypto/kdf.h"

namespace depone::age {
namespace {

constexpr std::string_view kVersion = "age-encryption.org/v1";
constexpr std::string_view kFamily = "age-encryption.org/";
constexpr std::string_view kStanza = "-> ";
constexpr std::string_view kEnd = "---";
constexpr std::size_t kColumns = 64;
constexpr std::size_t kEndLine = 48;  // "--- ", 43 characters, LF
constexpr std::size_t kMaxBundleStanzas = 1024;

[[noreturn]] void malformed(const std::string& message) {
  throw Error(Code::malformed, message, "age header");
}

bool is_visible(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x21 && c <= 0x7e; });
}

// Takes the header's bytes in any portions and knows how many are sure to follow, so that a source
// can be read without taking a byte of the payload.
class Scanner {
 public:
  // Returns how many of `bytes` belong to the header.
  std::size_t feed(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size() && state_ != State::done) {
      const std::size_t end = bytes.find('\n', at);
      const std::size_t size = (end == std::string_view::npos ? bytes.size() : end) - at;
      consumed_ += size + (end == std::string_view::npos ? 0 : 1);
      if (consumed_ > kMaxHeaderSize) malformed("It is larger than the 2 MiB that are accepted.");
      line_.append(bytes.substr(at, size));
      at += size;
      if (end == std::string_view::npos) break;
      ++at;
      ++number_;
      take_line();
      line_.clear();
    }
    if (state_ == State::version) check_version();
    return at;
  }

  // So many bytes, at least one, are still part of a well-formed header.
  std::size_t certain() const {
    switch (state_) {
      case State::version:
        return line_.size() <= kVersion.size() ? kVersion.size() + 1 - line_.size() : 1;
      case State::between:
        if (line_.starts_with(kEnd) || line_.size() < kEnd.size()) {
          return line_.size() < kEndLine ? kEndLine - line_.size() : 1;
        }
        return kEndLine + 2;
      case State::body:
        return kEndLine + 1;
      case State::done:
        break;
    }
    return 0;
  }

  bool done() const { return state_ == State::done; }
  Header take() { return std::move(header_); }

 private:
  enum class State { version, between, body, done };

  [[noreturn]] void bad_line(const std::string& expected) const {
    malformed("Line " + std::to_string(number_) + " is not as it must be: " + expected + ".");
  }

  // As soon as a byte differs, so that what is no age file is not read far.
  void check_version() const {
    if (kVersion.starts_with(line_)) return;
    const std::string_view version =
        std::string_view(line_).substr(std::min(line_.size(), kFamily.size()));
    if (line_.starts_with(kFamily) && is_visible(version)) {
      throw Error(Code::unsupported, "It is in a version of the age format that is not known here.",
                  "age header");
    }
    malformed("This is not an age file: its first line is not \"" + std::string(kVersion) + "\".");
  }

  void take_line() {
    switch (state_) {
      case State::version:
        if (line_ != kVersion) {
          check_version();
          malformed("This is not an age file: its first line is cut short.");
        }
        state_ = State::between;
        break;
      case State::between:
        if (line_.starts_with(kEnd)) {
          take_end();
          return;
        }
        take_arguments();
        state_ = State::body;
        break;
      case State::body:
        if (line_.size() > kColumns) bad_line("at most 64 columns of base64");
        body_ += line_;
        if (line_.size() < kColumns) take_body();
        break;
      case State::done:
        return;
    }
    header_.signed_part.append(line_).append("\n");
  }

  void take_arguments() {
    if (!line_.starts_with(kStanza)) bad_line("\"-> \" and a stanza, or \"--- \" and the MAC");
    Stanza stanza;
    for (const std::string_view argument : split(std::string_view(line_).substr(3), ' ')) {
      if (!is_visible(argument)) {
        bad_line("arguments of visible characters, one space between");
      }
      if (stanza.type.empty()) {
        stanza.type = argument;
      } else {
        stanza.arguments.emplace_back(argument);
      }
    }
    header_.stanzas.push_back(std::move(stanza));
  }

  void take_body() {
    auto bytes = from_base64_unpadded(body_);
    if (!bytes) bad_line("the end of a body in canonical base64 without padding");
    header_.stanzas.back().body = std::move(*bytes);
    body_.clear();
    state_ = State::between;
  }

  void take_end() {
    if (header_.stanzas.empty()) bad_line("a stanza before the MAC");
    const std::string_view text = line_;
    if (!text.starts_with("--- ")) bad_line("\"--- \" and the MAC");
    const auto mac = exactly<32>(from_base64_unpadded(text.substr(4)));
    if (!mac) bad_line("\"--- \" and a MAC of 32 bytes in canonical base64 without padding");
    header_.mac = *mac;
    header_.signed_part.append(kEnd);
    state_ = State::done;
  }

  State state_ = State::version;
  int number_ = 0;
  std::size_t consumed_ = 0;
  std::string line_;
  std::string body_;
  Header header_;
};

Sha256 header_mac(const FileKey& key, std::string_view signed_part) {
  const Secret<32> mac_key = hkdf_sha256(key.reveal(), {}, "header");
  return hmac_sha256(mac_key.reveal(), as_bytes(signed_part));
}

}  // namespace

Header read_header(Source& source) {
  Scanner scanner;
  ByteArray<kEndLine + 2> buffer;
  while (!scanner.done()) {
    const std::size_t got = source.read(std::span(buffer).first(scanner.certain()));
    if (got == 0) malformed("It ends in the middle.");
    scanner.feed(as_text(ByteView(buffer).first(got)));
  }
  return scanner.take();
}

std::optional<std::pair<Header, std::size_t>> parse_header(ByteView bytes) {
  Scanner scanner;
  const std::size_t size = scanner.feed(as_text(bytes));
  if (!scanner.done()) return std::nullopt;
  return std::pair(scanner.take(), size);
}

std::string write_header(const FileKey& key, std::span<const Stanza> stanzas) {
  std::string out = std::string(kVersion) + "\n";
  for (const Stanza& stanza : stanzas) {
    out.append("-> ").append(stanza.type);
    for (const std::string& argument : stanza.arguments) out.append(" ").append(argument);
    out.append("\n");
    const std::string body = base64_unpadded(stanza.body);
    std::string_view rest = body;
    for (; rest.size() >= kColumns; rest.remove_prefix(kColumns)) {
      out.append(rest.substr(0, kColumns)).append("\n");
    }
    out.append(rest).append("\n");
  }
  out.append(kEnd);
  const Sha256 mac = header_mac(key, out);
  return out.append(" ").append(base64_unpadded(mac)).append("\n");
}

bool header_mac_ok(const FileKey& key, const Header& header) {
  return equal_secret(header_mac(key, header.signed_part), header.mac);
}

void check_bundle_header(const Header& header) {
  const std::size_t count = header.stanzas.size();
  if (count < 2 || count > kMaxBundleStanzas || !std::has_single_bit(count)) {
    malformed("A bundle has 2, 4, 8 … or 1,024 stanzas; this has " + std::to_string(count) + ".");
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Stanza& stanza = header.stanzas[i];
    if (stanza.type != "mlkem768x25519" || stanza.arguments.size() != 1 ||
        !exactly<1120>(from_base64_unpadded(stanza.arguments[0])) || stanza.body.size() != 32) {
      malformed("Stanza " + std::to_string(i + 1) +
                " is not of the one kind that a bundle may have, mlkem768x25519.");
    }
  }
}

}  // namespace depone::age
