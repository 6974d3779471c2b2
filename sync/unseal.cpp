#include "sync/unseal.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <exception>

#include "crypto/age/armor.h"
#include "crypto/age/stream.h"
#include "crypto/error.h"
#include "sync/unpacked.h"

namespace depone {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kBuffer = 256u << 10;
constexpr std::size_t kMaxEntries = 1'000'000;
constexpr std::string_view kArmorStart = "-----BEGIN AGE";
constexpr std::size_t kBeforeArmor = 1024;  // of white space (crypto/age/armor.h)

// The first bytes again, then the rest.
class PeekedSource : public Source {
 public:
  PeekedSource(Source& in, std::size_t count) : in_(in), start_(count) {
    start_.resize(read_full(in_, start_));
  }
  ~PeekedSource() override { wipe(start_); }
  ByteView start() const { return start_; }
  std::size_t read(std::span<std::uint8_t> into) override {
    if (given_ == start_.size()) return in_.read(into);
    const std::size_t part = std::min(into.size(), start_.size() - given_);
    std::copy_n(start_.begin() + static_cast<std::ptrdiff_t>(given_), part, into.begin());
    given_ += part;
    return part;
  }

 private:
  Source& in_;
  Bytes start_;
  std::size_t given_ = 0;
};

class CountedSource : public Source {
 public:
  CountedSource(Source& in, std::uint64_t size, const Progress& progress)
      : in_(in), size_(size), progress_(progress) {}
  std::size_t read(std::span<std::uint8_t> into) override {
    const std::size_t got = in_.read(into);
    done_ += got;
    if (progress_) progress_("unseal", done_, size_);
    return got;
  }

 private:
  Source& in_;
  std::uint64_t size_;
  const Progress& progress_;
  std::uint64_t done_ = 0;
};

// A ustar, pax or GNU header: its sum is over all bytes, its own counted as spaces.
bool looks_like_tar(ByteView start) {
  constexpr std::size_t kSumAt = 148;
  constexpr std::size_t kSumSize = 8;
  if (start.size() < kBlock) return false;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    sum += i >= kSumAt && i < kSumAt + kSumSize ? std::uint8_t{' '} : start[i];
  }
  std::uint64_t stated = 0;
  bool digits = false;
  for (std::size_t i = kSumAt; i < kSumAt + kSumSize; ++i) {
    if (start[i] >= '0' && start[i] <= '7') {
      stated = stated * 8 + (start[i] - std::uint8_t{'0'});
      digits = true;
    } else if (digits) {
      break;
    }
  }
  return digits && stated == sum;
}

// libarchive reads through this; what the source throws is kept, since no exception may pass
// through C.
struct Feed {
  Source& in;
  Bytes buffer = Bytes(kBuffer);
  std::exception_ptr thrown;
};

la_ssize_t feed(archive*, void* data, const void** bytes) {
  Feed& feed = *static_cast<Feed*>(data);
  try {
    const std::size_t got = feed.in.read(feed.buffer);
    *bytes = feed.buffer.data();
    return static_cast<la_ssize_t>(got);
  } catch (...) {
    feed.thrown = std::current_exception();
    return -1;
  }
}

class TarReader {
 public:
  explicit TarReader(Source& in)
      : feed_{in, Bytes(kBuffer), nullptr}, archive_(archive_read_new()) {
    if (archive_ == nullptr || archive_read_support_format_tar(archive_) != ARCHIVE_OK ||
        archive_read_open(archive_, &feed_, nullptr, feed, nullptr) != ARCHIVE_OK) {
      fail();
    }
  }
  TarReader(const TarReader&) = delete;
  TarReader& operator=(const TarReader&) = delete;
  ~TarReader() {
    archive_read_free(archive_);
    wipe(feed_.buffer);
  }

  archive_entry* next() {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(archive_, &entry);
    if (result == ARCHIVE_EOF) return nullptr;
    if (result != ARCHIVE_OK) fail();
    return entry;
  }

  // The next piece of the current file; empty at its end.
  ByteView piece(std::uint64_t expected, const std::string& path) {
    const void* bytes = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int result = archive_read_data_block(archive_, &bytes, &size, &offset);
    if (result == ARCHIVE_EOF) return {};
    if (result != ARCHIVE_OK) fail();
    if (offset < 0 || static_cast<std::uint64_t>(offset) != expected)
      refuse_member("a file in the archive has holes", path);
    return {static_cast<const std::uint8_t*>(bytes), size};
  }

 private:
  [[noreturn]] void fail() {
    if (feed_.thrown) std::rethrow_exception(feed_.thrown);
    const char* why = archive_ != nullptr ? archive_error_string(archive_) : nullptr;
    throw Error(Code::malformed, std::string("the archive is damaged or cut short") +
                                     (why != nullptr ? " (" + std::string(why) + ")" : "") +
                                     ". Nothing was unpacked");
  }
  Feed feed_;
  archive* archive_;
};

std::string name_of(archive_entry* entry) {
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr) name = archive_entry_pathname_utf8(entry);
  return name != nullptr ? name : "";
}

void check_kind(archive_entry* entry, const std::string& path) {
  if (archive_entry_hardlink(entry) != nullptr || archive_entry_symlink(entry) != nullptr ||
      archive_entry_filetype(entry) == AE_IFLNK) {
    refuse_member("there is a link in the archive", path);
  }
  const auto type = archive_entry_filetype(entry);
  if (type != AE_IFREG && type != AE_IFDIR)
    refuse_member("there is a device or another special file in the archive", path);
  if (archive_entry_sparse_count(entry) > 0) refuse_member("a file in the archive has holes", path);
}

class Unpacker {
 public:
  Unpacker(Source& in, Unpacked& out) : tar_(in), out_(out) {}

  UnsealResult run() {
    while (archive_entry* entry = tar_.next()) {
      if (++entries_ > kMaxEntries)
        refuse_member("there are more files in the archive than can be right", "");
      take(entry);
    }
    return result_;
  }

 private:
  void take(archive_entry* entry) {
    const std::string path = name_of(entry);
    const fs::path place = member_place(path);
    check_kind(entry, path);
    if (entries_ == 1) bundle_ = path == "manifest.json";
    if (archive_entry_filetype(entry) == AE_IFDIR) {
      out_.add_directory(place);
      return;
    }
    if (bundle_ && path == "padding") {
      result_.padding_left_out = true;
      return;
    }
    const File file = out_.add_file(place);
    std::uint64_t written = 0;
    for (ByteView piece = tar_.piece(0, path); !piece.empty(); piece = tar_.piece(written, path)) {
      out_.write(file, piece);
      written += piece.size();
    }
    if (static_cast<std::int64_t>(written) != archive_entry_size(entry)) {
      refuse_member("a file in the archive is shorter than its header says", path);
    }
    ++result_.files;
    result_.bytes += written;
  }

  TarReader tar_;
  Unpacked& out_;
  std::size_t entries_ = 0;
  bool bundle_ = false;
  UnsealResult result_;
};

bool looks_like_armor(std::string_view start) {
  const std::size_t text = start.find_first_not_of(" \t\r\n");
  return text != std::string_view::npos && start.substr(text).starts_with(kArmorStart);
}

UnsealResult write_single(Source& in, Unpacked& out, const fs::path& age_file) {
  std::string name = age_file.filename().string();
  if (name.ends_with(".age") && name.size() > 4) name.resize(name.size() - 4);
  const File file = out.add_file(member_place(name));
  UnsealResult result;
  Bytes buffer(kBuffer);
  const Wiped wiped(buffer);
  while (const std::size_t got = in.read(buffer)) {
    out.write(file, ByteView(buffer).first(got));
    result.bytes += got;
  }
  result.files = 1;
  return result;
}

UnsealResult unpack(Source& plain, Unpacked& out, const fs::path& age_file) {
  PeekedSource peeked(plain, kBlock);
  if (!looks_like_tar(peeked.start())) return write_single(peeked, out, age_file);
  const UnsealResult result = Unpacker(peeked, out).run();
  // What stands behind the archive's end has to be authentic too, or the file was cut or altered.
  NullSink nowhere;
  copy(peeked, nowhere);
  return result;
}

}  // namespace

UnsealResult unseal(const fs::path& age_file, const std::vector<const age::Identity*>& identities,
                    const fs::path& to, const Progress& progress) {
  const OpenAge open = [&](Source& in) { return std::make_unique<age::Decryptor>(in, identities); };
  return unseal(age_file, open, to, progress);
}

UnsealResult unseal(const fs::path& age_file, const OpenAge& open, const fs::path& to,
                    const Progress& progress) {
  FileSource file(age_file, true);
  CountedSource counted(file, file.size(), progress);
  PeekedSource start(counted, kBeforeArmor + kArmorStart.size());
  std::optional<age::ArmorReader> armor;
  if (looks_like_armor(as_text(start.start()))) armor.emplace(start);
  Source& binary = armor ? static_cast<Source&>(*armor) : start;
  try {
    const std::unique_ptr<age::Decryptor> plain = open(binary);
    Unpacked out(to);
    const UnsealResult result = unpack(*plain, out, age_file);
    out.move_into_place();
    return result;
  } catch (const Error& error) {
    const bool of_file = error.code() == Code::malformed || error.code() == Code::no_identity;
    if (of_file) throw error.in(age_file.filename().string());
    throw;
  }
}

}  // namespace depone
