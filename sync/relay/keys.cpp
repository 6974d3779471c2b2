#include "sync/relay/keys.h"

#include "crypto/error.h"

namespace depone::relay {

namespace {

struct Kind {
  const char* file;
  std::string_view format;
};

Kind kind_of(KeyFile which) {
  switch (which) {
    case KeyFile::log:
      return {"log.key", "depone/log-key/1\n"};
    case KeyFile::ledger:
      return {"ledger.key", "depone/ledger-key/1\n"};
    case KeyFile::token:
      return {"token.key", "depone/token-key/1\n"};
  }
  return {};
}

std::uint8_t digit(std::uint8_t value) { return static_cast<std::uint8_t>("0123456789abcdef"[value]); }

std::uint8_t value_of(std::uint8_t digit, const fs::path& path) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  throw Error(Code::damaged, "this key file is damaged; nothing was changed. Put it back from a backup", path.string());
}

}  // namespace

void make_key_files(const fs::path& directory) {
  for (const KeyFile which : {KeyFile::log, KeyFile::ledger, KeyFile::token}) {
    const Kind kind = kind_of(which);
    const auto key = Secret<32>::random();
    SecretBytes text(65);
    for (std::size_t i = 0; i < 32; ++i) {
      text.reveal()[2 * i] = digit(static_cast<std::uint8_t>(key.reveal()[i] >> 4));
      text.reveal()[2 * i + 1] = digit(static_cast<std::uint8_t>(key.reveal()[i] & 15));
    }
    text.reveal()[64] = '\n';
    FileSink sink(directory / kind.file, false);
    sink.write(as_bytes(kind.format));
    sink.write(text.reveal());
    sink.finish();
  }
}

Secret<32> read_key_file(const fs::path& directory, KeyFile which) {
  const Kind kind = kind_of(which);
  const fs::path path = directory / kind.file;
  FileSource source(path);
  SecretBytes text(kind.format.size() + 66);
  const std::size_t size = read_full(source, text.reveal());
  const ByteView bytes = text.reveal();
  if (size != kind.format.size() + 65 || as_text(bytes.first(kind.format.size())) != kind.format ||
      bytes[size - 1] != '\n') {
    throw Error(Code::damaged, "this key file is damaged; nothing was changed. Put it back from a backup", path.string());
  }
  Secret<32> key;
  for (std::size_t i = 0; i < 32; ++i) {
    const std::size_t at = kind.format.size() + 2 * i;
    key.reveal()[i] = static_cast<std::uint8_t>(value_of(bytes[at], path) << 4 | value_of(bytes[at + 1], path));
  }
  return key;
}

}  // namespace depone::relay
