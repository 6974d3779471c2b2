#include "cli/prompt.h"

#include "cli/terminal.h"
#include "cli/text.h"
#include "crypto/error.h"
#include "store/file.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxPassphrase = 4096;
constexpr std::size_t kShortest = 8;
constexpr std::size_t kSafe = 12;

std::size_t characters_in(ByteView bytes) {
  std::size_t count = 0;
  for (const std::uint8_t byte : bytes) count += (byte & 0xc0) != 0x80;
  return count;
}

void check_new(Context& context, const SecretBytes& passphrase) {
  const std::size_t length = characters_in(passphrase.reveal());
  if (length < kShortest) {
    throw Error(Code::invalid,
                "a passphrase of less than 8 characters protects nothing; nothing was changed. "
                "Take several words");
  }
  if (length < kSafe) {
    context.err << "This passphrase is short: 12 characters or more, for example four random "
                   "words, are much safer.\n";
  }
}

}  // namespace

SecretBytes passphrase_from_file(const std::string& path) {
  FileSource source(path, true);
  SecretBytes line(kMaxPassphrase);
  std::size_t length = 0;
  while (true) {
    if (length == line.size()) {
      throw Error(Code::invalid,
                  "the first line is longer than 4096 bytes: this is no passphrase file", path);
    }
    // Byte by byte: what comes after the line, in a pipe, is somebody else's.
    if (source.read(line.reveal().subspan(length, 1)) == 0 || line.reveal()[length] == '\n') break;
    ++length;
  }
  if (length > 0 && line.reveal()[length - 1] == '\r') --length;
  if (length == 0)
    throw Error(Code::invalid, "there is no passphrase in the first line of the file", path);
  line.truncate(length);
  return line;
}

SecretBytes ask_passphrase(Context& context, std::string_view label) {
  if (!context.passphrase_file.empty()) return passphrase_from_file(context.passphrase_file);
  context.out.flush();
  return Terminal().read_hidden(std::string(label) + ": ", context.waiting);
}

SecretBytes new_passphrase_from_file(Context& context, const std::string& path) {
  SecretBytes passphrase = passphrase_from_file(path);
  check_new(context, passphrase);
  return passphrase;
}

SecretBytes ask_new_passphrase(Context& context, std::string_view label) {
  if (!context.passphrase_file.empty())
    return new_passphrase_from_file(context, context.passphrase_file);
  context.out.flush();
  Terminal terminal;
  while (true) {
    try {
      SecretBytes first = terminal.read_hidden(std::string(label) + ": ", context.waiting);
      check_new(context, first);
      const SecretBytes second =
          terminal.read_hidden(std::string(label) + ", again: ", context.waiting);
      if (equal_secret(first.reveal(), second.reveal())) return first;
      throw Error(Code::invalid, "the two passphrases are not the same");
    } catch (const Error& error) {
      if (error.code() != Code::invalid) throw;
      // Whoever types on, as after a slip, would give it to the shell that comes after.
      context.err << printable(error.what()) << ". Once more, or Ctrl-C to leave it:\n";
    }
  }
}

bool confirm(Context& context, std::string_view question) {
  if (context.yes) return true;
  context.out.flush();
  Terminal terminal(
      "this asks before it goes on, and there is no terminal to ask on. Say --yes where you are "
      "sure");
  const std::string answer = terminal.read_line(printable(question) + " [y/N] ", context.waiting);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace depone::cli
