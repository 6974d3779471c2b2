#include "crypto/age/armor.h"

#include "crypto/error.h"
#include "crypto/secret.h"

namespace depone::age {
namespace {

constexpr std::string_view kBegin = "-----BEGIN AGE ENCRYPTED FILE-----";
constexpr std::string_view kEnd = "-----END AGE ENCRYPTED FILE-----";
constexpr std::size_t kColumns = 64;
constexpr std::size_t kLineBytes = 48;
constexpr std::size_t kMaxBlank = 1024;  // of white space, before and after
constexpr std::size_t kBuffer = 64u << 10;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\v\f") == std::string_view::npos;
}

}  // namespace

struct ArmorReader::State {
  explicit State(Source& source) : in(source), buffer(kBuffer) {}

  Source& in;
  Bytes buffer;
  std::size_t begin = 0;  // of what is not used yet
  std::size_t end = 0;
  std::size_t number = 0;
  bool started = false;
  bool ended = false;
  Bytes decoded;
  std::size_t given = 0;

  [[noreturn]] void fail(const std::string& message) const {
    throw Error(Code::malformed, "Line " + std::to_string(number) + ": " + message, "armor");
  }

  bool fill() {
    begin = 0;
    end = in.read(buffer);
    return end > 0;
  }

  // A line without its LF or CRLF, which may be absent at the end of the source; nullopt there.
  std::optional<std::string> line() {
    std::string out;
    ++number;
    for (;;) {
      if (begin == end && !fill()) {
        if (out.empty()) return std::nullopt;
        break;
      }
      const std::string_view rest = as_text(ByteView(buffer).subspan(begin, end - begin));
      const std::size_t at = rest.find('\n');
      out.append(rest.substr(0, at));
      if (out.size() > kMaxBlank) fail("it is longer than 64 columns.");
      begin = at == std::string_view::npos ? end : begin + at + 1;
      if (at != std::string_view::npos) break;
    }
    if (out.ends_with('\r')) out.pop_back();
    return out;
  }

  void start() {
    std::size_t blank = 0;
    for (;;) {
      const auto text = line();
      if (!text) fail("\"" + std::string(kBegin) + "\" was expected.");
      if (*text == kBegin) break;
      blank += text->size() + 1;
      if (!is_blank(*text) || blank > kMaxBlank) {
        fail("\"" + std::string(kBegin) + "\" was expected.");
      }
    }
    started = true;
  }

  void finish() {
    std::size_t blank = 0;
    ++number;
    while (begin < end || fill()) {
      blank += end - begin;
      if (blank > kMaxBlank || !is_blank(as_text(ByteView(buffer).subspan(begin, end - begin)))) {
        fail("something follows the end of the armor.");
      }
      begin = end;
    }
    ended = true;
  }

  void next() {
    const auto text = line();
    if (!text) fail("the armor ends without \"" + std::string(kEnd) + "\".");
    if (*text == kEnd) return finish();
    if (text->empty() || text->size() > kColumns) fail("1 to 64 columns of base64 were expected.");
    auto bytes = from_base64(*text);
    if (!bytes) fail("canonical base64 was expected.");
    const bool last = bytes->size() < kLineBytes;
    if (last) {
      const auto closing = line();
      if (!closing || *closing != kEnd)
        fail("after a short line the end of the armor must follow.");
      finish();
    }
    decoded = std::move(*bytes);
    given = 0;
  }
};

ArmorReader::ArmorReader(Source& in) : state_(std::make_unique<State>(in)) {}
ArmorReader::~ArmorReader() = default;

std::size_t ArmorReader::read(std::span<std::uint8_t> into) {
  State& s = *state_;
  if (!s.started) s.start();
  std::size_t size = 0;
  while (size < into.size()) {
    if (s.given == s.decoded.size()) {
      // What was decoded is given before the next line is judged.
      if (s.ended || size > 0) break;
      s.next();
      continue;
    }
    const std::size_t part = std::min(into.size() - size, s.decoded.size() - s.given);
    std::copy_n(s.decoded.begin() + static_cast<std::ptrdiff_t>(s.given), part,
                into.begin() + static_cast<std::ptrdiff_t>(size));
    s.given += part;
    size += part;
  }
  return size;
}

}  // namespace depone::age
