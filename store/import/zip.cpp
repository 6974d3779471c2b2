#include "store/import/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <algorithm>

#include "crypto/error.h"
#include "store/file.h"

namespace depone {

namespace {

constexpr std::uint64_t kMaxEntries = 100'000;
constexpr std::uint64_t kAlwaysFine = 64u << 20;
constexpr std::uint64_t kMaxRatio = 50;
constexpr std::size_t kBlock = 256u << 10;

std::string name_of(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  return name == nullptr ? "" : name;
}

}  // namespace

bool is_zip(ByteView beginning) {
  constexpr std::string_view kEntry = "PK\x03\x04";
  constexpr std::string_view kEmpty = "PK\x05\x06";
  return as_text(beginning).starts_with(kEntry) || as_text(beginning).starts_with(kEmpty);
}

bool is_path_below(std::string_view path) {
  if (path.empty() || path.size() > 4096 || path.front() == '/') return false;
  if (!is_utf8(as_bytes(path))) return false;
  const bool steers = std::any_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\';
  });
  if (steers) return false;
  const auto parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(),
                      [](std::string_view part) { return part == ".."; });
}

struct ZipReader::State : Source {
  explicit State(const fs::path& where)
      : path(where), file(where, true), zip(archive_read_new()), size(file.size()) {
    if (zip == nullptr) throw std::bad_alloc();
    if (archive_read_support_format_zip(zip) != ARCHIVE_OK ||
        archive_read_open_fd(zip, file.fd(), kBlock) != ARCHIVE_OK) {
      fail();
    }
  }
  ~State() override { archive_read_free(zip); }

  [[noreturn]] void fail() {
    const char* const text = archive_error_string(zip);
    const std::string why = text == nullptr ? "no ZIP" : text;  // the text goes with the archive
    archive_read_free(std::exchange(zip, nullptr));
    throw Error(Code::invalid, "the ZIP can't be read (" + why + "); nothing was imported",
                path.string());
  }

  std::size_t read(std::span<std::uint8_t> into) override {
    if (into.empty()) return 0;
    const la_ssize_t got = archive_read_data(zip, into.data(), into.size());
    if (got < 0) {
      throw Error(Code::damaged, "a file in the ZIP can't be unpacked: it is damaged or encrypted",
                  entry);
    }
    unpacked += static_cast<std::uint64_t>(got);
    if (unpacked > kAlwaysFine && unpacked / kMaxRatio > size) {
      throw Error(Code::invalid,
                  "the ZIP unpacks to more than 50 times its own length, as no export does: it is "
                  "taken for one made to fill the disk, and nothing was imported",
                  path.string());
    }
    return static_cast<std::size_t>(got);
  }

  fs::path path;
  FileSource file;
  archive* zip;
  std::uint64_t size;
  std::uint64_t unpacked = 0;
  std::uint64_t entries = 0;
  std::uint64_t passed_over = 0;
  std::string entry;
};

ZipReader::ZipReader(const std::filesystem::path& path) : state_(std::make_unique<State>(path)) {}
ZipReader::~ZipReader() = default;

std::optional<ZipReader::Entry> ZipReader::next() {
  State& s = *state_;
  while (true) {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(s.zip, &entry);
    if (result == ARCHIVE_EOF) return std::nullopt;
    if (result == ARCHIVE_FATAL || result == ARCHIVE_FAILED) s.fail();
    if (++s.entries > kMaxEntries) {
      throw Error(Code::invalid, "the ZIP has more than 100,000 files; nothing was imported",
                  s.path.string());
    }
    s.entry = name_of(entry);
    if (archive_entry_is_encrypted(entry) != 0) {
      throw Error(Code::invalid,
                  "the ZIP is encrypted: unpack it with its own program, and import the directory",
                  s.path.string());
    }
    if (archive_entry_filetype(entry) == AE_IFDIR) continue;
    const bool is_file = archive_entry_filetype(entry) == AE_IFREG &&
                         archive_entry_symlink(entry) == nullptr &&
                         archive_entry_hardlink(entry) == nullptr;
    if (!is_file || !is_path_below(s.entry)) {
      ++s.passed_over;
      continue;
    }
    const la_int64_t size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0;
    return Entry{s.entry, size < 0 ? 0 : static_cast<std::uint64_t>(size)};
  }
}

Source& ZipReader::content() { return *state_; }
std::uint64_t ZipReader::passed_over() const { return state_->passed_over; }

}  // namespace depone
