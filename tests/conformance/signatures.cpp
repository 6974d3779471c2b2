#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "crypto/ed25519.h"
#include "crypto/error.h"
#include "crypto/json.h"
#include "crypto/minisign.h"
#include "store/file.h"
#include "tests/conformance/commands.h"

namespace depone::conformance {
namespace {

// A stock public key: "Ed", any key number, a point that is valid.
struct StockKey {
  minisign::KeyNumber number{};
  Ed25519Public key{};
};

StockKey stock_key(const std::string& text) {
  const auto raw = exactly<42>(from_base64(text));
  if (!raw || (*raw)[0] != 'E' || (*raw)[1] != 'd') {
    throw Error(Code::malformed, "this is not a minisign public key", text);
  }
  StockKey out;
  std::copy_n(raw->begin() + 2, 8, out.number.begin());
  std::copy_n(raw->begin() + 10, 32, out.key.begin());
  if (!ed25519_valid(out.key)) {
    throw Error(Code::malformed, "this key is not a valid point of prime order", text);
  }
  return out;
}

struct MinisignOptions {
  std::string key;
  std::string message;
  std::string signature;
};

int verify_minisign(const MinisignOptions& options) {
  FileSource message(options.message, true);
  const Digests digests = digest_all(message);
  try {
    const std::string text = read_text(options.signature, minisign::kMaxSignatureSize, true);
    const StockKey key = stock_key(options.key);
    const minisign::Signature signature = minisign::Signature::parse(text);
    if (minisign::verify(key.key, key.number, digests.blake2b, signature)) return kHolds;
    std::cerr << "the signature does not verify\n";
  } catch (const Error& error) {
    if (error.code() != Code::malformed && error.code() != Code::unsupported) throw;
    std::cerr << error.what() << "\n";
  }
  return kDoesNotVerify;
}

// Lower- or upper-case hex, as vectors have both.
std::optional<Bytes> hex_of(const Json& vector, const char* name) {
  const auto found = vector.find(name);
  if (found == vector.end() || !found->is_string()) {
    throw Error(Code::malformed, "a line is {\"pk\":\"…\",\"msg\":\"…\",\"sig\":\"…\"} in hex", name);
  }
  std::string text = found->get<std::string>();
  for (char& c : text) c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  return from_hex(text);
}

// As every signature is judged here: a key that is no valid point of prime order is refused before the signature.
bool good(const Json& vector) {
  const auto key = exactly<32>(hex_of(vector, "pk"));
  const auto message = hex_of(vector, "msg");
  const auto signature = exactly<64>(hex_of(vector, "sig"));
  return key && message && signature && ed25519_valid(*key) &&
         ed25519_verify(*key, *message, *signature);
}

constexpr std::size_t kMaxLine = 4u << 20;

// The next line, without its end; false at the end of all. What is longer than a line may be comes cut to one byte more
// than that.
bool next_line(std::streambuf& in, std::string& line) {
  line.clear();
  for (int c = in.sbumpc(); c != EOF; c = in.sbumpc()) {
    if (c == '\n') return true;
    if (line.size() <= kMaxLine) line += static_cast<char>(c);
  }
  return !line.empty();
}

// A line that is no vector is answered too, so that answers and lines stay side by side.
bool is_good_line(const std::string& line) {
  try {
    return good(parse_json(line, "vector", kMaxLine));
  } catch (const Error& error) {
    std::cerr << error.what() << "\n";
    return false;
  }
}

int run_ed25519() {
  std::string line;
  while (next_line(*std::cin.rdbuf(), line)) {
    if (!line.empty()) std::cout << (is_good_line(line) ? "ok" : "bad") << "\n";
  }
  return kHolds;
}

}  // namespace

Runner minisign_command(CLI::App& app) {
  const auto options = std::make_shared<MinisignOptions>();
  app.add_option("--key", options->key, "The public key, RW…")->required();
  app.add_option("--message", options->message, "The file that was signed")->required();
  app.add_option("--signature", options->signature, "The signature file")->required();
  return [options] { return verify_minisign(*options); };
}

Runner ed25519_command(CLI::App&) { return run_ed25519; }

}  // namespace depone::conformance
