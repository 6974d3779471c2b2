#include "cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "cli/text.h"
#include "crypto/error.h"
#include "crypto/secret.h"

namespace depone::cli {

namespace {

constexpr std::size_t kBuffer = 1u << 16;

}  // namespace

DescriptorBuffer::DescriptorBuffer(int descriptor) : descriptor_(descriptor), buffer_(kBuffer) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

DescriptorBuffer::int_type DescriptorBuffer::overflow(int_type character) {
  sync();
  if (!traits_type::eq_int_type(character, traits_type::eof()))
    sputc(traits_type::to_char_type(character));
  return traits_type::not_eof(character);
}

int DescriptorBuffer::sync() {
  const char* from = pbase();
  const char* const end = pptr();
  const Wiped wiped(
      {reinterpret_cast<std::uint8_t*>(buffer_.data()), static_cast<std::size_t>(end - from)});
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  while (from < end) {
    const ssize_t written = ::write(descriptor_, from, static_cast<std::size_t>(end - from));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) throw ClosedPipe{};
    if (written < 0)
      throw Error(Code::io,
                  std::string("the output could not be written: ") + std::strerror(errno));
    from += written;
  }
  return 0;
}

std::string json_text(const Json& value) {
  const std::string plain = dump_json(value);
  std::string out;
  out.reserve(plain.size());
  constexpr char kDigits[] = "0123456789abcdef";
  for (std::size_t at = 0; at < plain.size();) {
    const Character c = character_at(plain, at);
    if (c.valid && c.code >= 0x7f && steers_terminal(c.code) && c.code <= 0xffff) {
      out += "\\u";
      for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(c.code >> shift) & 15];
    } else {
      out.append(plain, at, c.length);
    }
    at += c.length;
  }
  return out;
}

void print_json(Context& context, const Json& value) { context.out << json_text(value) << '\n'; }

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    columns += columns_of_character(c.code);
    at += c.length;
  }
  return columns;
}

std::string cut_to(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  std::size_t used = 1;
  std::size_t at = 0;
  while (at < text.size()) {
    const Character c = character_at(text, at);
    if (used + columns_of_character(c.code) > columns) break;
    used += columns_of_character(c.code);
    at += c.length;
  }
  return std::string(text.substr(0, at)) + "…";
}

std::string padded_to(std::string_view text, std::size_t columns) {
  std::string out = cut_to(text, columns);
  out.append(columns - std::min(columns, columns_of(out)), ' ');
  return out;
}

std::size_t terminal_columns() {
  struct winsize size {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
  return size.ws_col;
}

}  // namespace depone::cli
