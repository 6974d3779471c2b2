#include <algorithm>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "crypto/age/armor.h"
#include "crypto/age/stream.h"
#include "crypto/error.h"
#include "store/file.h"
#include "tests/conformance/commands.h"

namespace depone::conformance {
namespace {

constexpr std::size_t kMaxIdentities = 1u << 20;

struct Options {
  std::string identity_file;
  std::string passphrase_file;
  bool armor = false;
};

struct EncryptOptions {
  std::vector<std::string> recipients;
  std::string passphrase_file;
};

// As `depone` takes a passphrase from a file.
std::string first_line(const std::string& file) {
  std::string line = read_text(file, kMaxIdentities, true);
  line.resize(std::min(line.find('\n'), line.size()));
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

// One identity a line, of any kind; a line that is no key is a passphrase.
std::vector<std::unique_ptr<age::Identity>> identities(const Options& options) {
  std::vector<std::unique_ptr<age::Identity>> out;
  if (!options.passphrase_file.empty()) {
    out.push_back(std::make_unique<age::ScryptIdentity>(as_bytes(first_line(options.passphrase_file))));
    return out;
  }
  if (options.identity_file.empty()) return out;
  const std::string text = read_text(options.identity_file, kMaxIdentities, true);
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("AGE-SECRET-KEY-")) {
      for (auto& identity : age::parse_identity_file(line)) out.push_back(std::move(identity));
    } else {
      out.push_back(std::make_unique<age::ScryptIdentity>(as_bytes(line)));
    }
  }
  return out;
}

void write_out(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (n < 0) throw Error(Code::io, "standard output can't be written");
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

// Whatever standard input is: a file, a pipe, a socket.
class StandardInput : public Source {
 public:
  std::size_t read(std::span<std::uint8_t> into) override {
    const ssize_t n = ::read(STDIN_FILENO, into.data(), into.size());
    if (n < 0) throw Error(Code::io, "standard input can't be read");
    return static_cast<std::size_t>(n);
  }
};

// The class of a failure; nullptr where it is none of the file's.
const char* class_of(const Error& error) {
  if (error.code() == Code::no_identity) return "no_match";
  if (error.context() == "armor") return "armor_failure";
  if (error.context() == "age header") {
    return error.code() == Code::mismatch ? "hmac_failure" : "header_failure";
  }
  if (error.context() == "age payload") return "payload_failure";
  return nullptr;
}

int run(const Options& options) {
  const auto held = identities(options);
  std::vector<const age::Identity*> pointers;
  for (const auto& identity : held) pointers.push_back(identity.get());
  StandardInput input;
  std::unique_ptr<age::ArmorReader> armor;
  if (options.armor) armor = std::make_unique<age::ArmorReader>(input);
  Source& source = armor ? static_cast<Source&>(*armor) : input;
  try {
    age::Decryptor decryptor(source, pointers);
    Bytes buffer(age::kChunk);
    while (const std::size_t n = decryptor.read(buffer)) write_out(ByteView(buffer).first(n));
    return kHolds;
  } catch (const Error& error) {
    const char* failure = class_of(error);
    if (failure == nullptr) throw;
    std::cerr << error.what() << "\n" << failure << "\n";
    return kFails;
  }
}

class StandardOutput : public Sink {
 public:
  void write(ByteView bytes) override { write_out(bytes); }
  void finish() override {}
};

std::unique_ptr<age::Recipient> parse_recipient(const std::string& text) {
  if (auto hybrid = age::HybridRecipient::parse(text)) {
    return std::make_unique<age::HybridRecipient>(std::move(*hybrid));
  }
  if (auto x25519 = age::X25519Recipient::parse(text)) {
    return std::make_unique<age::X25519Recipient>(*x25519);
  }
  throw Error(Code::malformed, "this is not a recipient", text.substr(0, 80));
}

int encrypt(const EncryptOptions& options) {
  std::vector<std::unique_ptr<age::Recipient>> recipients;
  for (const std::string& text : options.recipients) recipients.push_back(parse_recipient(text));
  if (!options.passphrase_file.empty()) {
    recipients.push_back(std::make_unique<age::ScryptRecipient>(as_bytes(first_line(options.passphrase_file))));
  }
  std::vector<const age::Recipient*> pointers;
  for (const auto& recipient : recipients) pointers.push_back(recipient.get());
  StandardInput input;
  StandardOutput output;
  age::Encryptor encryptor(pointers, output);
  copy(input, encryptor);
  encryptor.finish();
  return kHolds;
}

}  // namespace

Runner age_encrypt_command(CLI::App& app) {
  const auto options = std::make_shared<EncryptOptions>();
  auto* recipients = app.add_option("--recipient", options->recipients, "age1… or age1pq1…, several times");
  app.add_option("--passphrase-file", options->passphrase_file, "The passphrase, in the first line")
      ->excludes(recipients);
  return [options] { return encrypt(*options); };
}

Runner age_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* identity = app.add_option("--identity", options->identity_file,
                                  "Identities, one a line; a line that is no key is a passphrase");
  app.add_option("--passphrase-file", options->passphrase_file, "The passphrase, in the first line")
      ->excludes(identity);
  app.add_flag("--armor", options->armor, "The file is armored");
  return [options] { return run(*options); };
}

}  // namespace depone::conformance
