#include "store/export/content_kind.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "crypto/bytes.h"
#include "store/file.h"

namespace depone {

namespace {

constexpr std::size_t kHead = 64;

std::string ending_of(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  std::string ending = dot == std::string::npos ? "" : name.substr(dot + 1);
  std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return ending;
}

template <std::size_t N>
bool is_one_of(const std::string& ending, const std::array<std::string_view, N>& known) {
  return std::find(known.begin(), known.end(), ending) != known.end();
}

constexpr std::array<std::string_view, 11> kOffice{"docx", "xlsx", "pptx", "odt", "ods", "odp",
                                                   "odg",  "odf",  "odc",  "odi", "epub"};
constexpr std::array<std::string_view, 4> kOgg{"ogg", "oga", "opus", "spx"};
// Without those that programs write to keep data about another file in: sidecars (.json), a drone's
// track of positions (.srt).
constexpr std::array<std::string_view, 5> kText{"txt", "csv", "tsv", "md", "text"};
constexpr std::array<std::string_view, 5> kMarkup{"svg", "html", "htm", "xhtml", "css"};

struct Magic {
  std::size_t at;
  std::string_view bytes;
  std::string_view ending;
};
using namespace std::string_view_literals;
constexpr std::array<Magic, 25> kMagic{{
    {0, "\xff\xd8\xff"sv, "jpg"}, {0, "\x89PNG\r\n\x1a\n"sv, "png"},
    {0, "GIF8"sv, "gif"},         {0, "II*\0"sv, "tiff"},
    {0, "MM\0*"sv, "tiff"},       {0, "%PDF-"sv, "pdf"},
    {0, "ID3"sv, "mp3"},          {0, "\xff\xfb"sv, "mp3"},
    {0, "\xff\xf3"sv, "mp3"},     {0, "\xff\xf2"sv, "mp3"},
    {0, "fLaC"sv, "flac"},        {0, "FORM"sv, "aiff"},
    {8, "WAVE"sv, "wav"},         {8, "AVI "sv, "avi"},
    {8, "WEBP"sv, "webp"},        {0, "0&\xb2u\x8e\x66\xcf\x11"sv, "wmv"},
    {4, "ftypheic"sv, "heic"},    {4, "ftypheix"sv, "heic"},
    {4, "ftypmif1"sv, "heic"},    {4, "ftypqt"sv, "mov"},
    {4, "ftypM4A"sv, "m4a"},      {4, "ftyp3g"sv, "3gp"},
    {4, "ftyp"sv, "mp4"},         {0, "\x1a\x45\xdf\xa3"sv, "mkv"},
    {0, "BM"sv, "bmp"},
}};

// UTF-8 without control characters other than white space, to the end.
bool is_text(const fs::path& file) {
  FileSource source(file);
  Bytes buffer(1u << 16);
  Bytes held;  // a character that is cut at the end of a piece
  while (const std::size_t got = source.read(buffer)) {
    held.insert(held.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got));
    const bool steers = std::any_of(held.begin(), held.end(), [](std::uint8_t c) {
      return (c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f;
    });
    if (steers) return false;
    std::size_t cut = held.size();
    for (std::size_t back = 1; back <= 3 && back <= held.size(); ++back) {
      const std::uint8_t c = held[held.size() - back];
      if (c >= 0xc0) {
        cut = held.size() - back;
        break;
      }
      if (c < 0x80) break;
    }
    if (!is_utf8(ByteView(held).first(cut))) return false;
    held.erase(held.begin(), held.begin() + static_cast<std::ptrdiff_t>(cut));
  }
  return is_utf8(held);
}

}  // namespace

ContentKind kind_of_content(const std::filesystem::path& file, const std::string& name) {
  const std::string ending = ending_of(name);
  Bytes head(kHead);
  {
    FileSource source(file);
    head.resize(read_full(source, head));
  }
  const std::string_view begins = as_text(head);
  if (begins.starts_with("PK\x03\x04")) return {is_one_of(ending, kOffice) ? ending : "", false};
  if (begins.starts_with("OggS")) return {is_one_of(ending, kOgg) ? ending : "ogg", false};
  for (const Magic& magic : kMagic) {
    if (begins.size() >= magic.at && begins.substr(magic.at).starts_with(magic.bytes))
      return {std::string(magic.ending), false};
  }
  if (!is_text(file)) return {};
  if (is_one_of(ending, kMarkup)) return {ending, false};
  if (is_one_of(ending, kText)) return {ending, true};
  return {};
}

std::string safe_ending(const std::string& name) {
  constexpr std::size_t kLongest = 8;
  const std::string ending = ending_of(name);
  const bool usable = !ending.empty() && ending.size() <= kLongest &&
                      std::all_of(ending.begin(), ending.end(), [](char c) {
                        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                      });
  return usable ? ending : "bin";
}

}  // namespace depone
