#include "crypto/tar.h"

#include "crypto/error.h"

namespace depone::tar {
namespace {

constexpr std::size_t kName = 100;
constexpr std::size_t kPrefix = 155;
constexpr std::size_t kNameAt = 0;
constexpr std::size_t kModeAt = 100;
constexpr std::size_t kUidAt = 108;
constexpr std::size_t kGidAt = 116;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kTimeAt = 136;
constexpr std::size_t kSumAt = 148;
constexpr std::size_t kTypeAt = 156;
constexpr std::size_t kMagicAt = 257;
constexpr std::size_t kDeviceAt = 329;  // major; minor 8 later
constexpr std::size_t kPrefixAt = 345;

constexpr ByteArray<kBlock> kZeroBlock{};

std::uint64_t fill_of(std::uint64_t size) { return (kBlock - size % kBlock) % kBlock; }

std::string octal(std::uint64_t value, std::size_t digits) {
  std::string out(digits, '0');
  for (std::size_t i = digits; i > 0 && value > 0; --i, value >>= 3) {
    out[i - 1] = static_cast<char>('0' + (value & 7));
  }
  return out;
}

// Relative, without empty, "." or ".." parts: nothing that could leave a directory it is unpacked
// in.
bool good_path(std::string_view path) {
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return std::all_of(path.begin(), path.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

struct Names {
  std::string_view prefix;
  std::string_view name;
};

// A path of up to 100 bytes is all name; a longer one is split at the last slash.
Names split_path(std::string_view path) {
  if (path.size() <= kName) return {{}, path};
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

[[noreturn]] void malformed(std::uint64_t offset, const std::string& message) {
  throw Error(Code::malformed, message, "archive, byte " + std::to_string(offset));
}

std::string_view field(const ByteArray<kBlock>& block, std::size_t at, std::size_t size) {
  const std::string_view all = as_text(ByteView(block).subspan(at, size));
  return all.substr(0, all.find('\0'));
}

// The member that a block describes, where header() would have made just this block.
std::optional<Member> parse(const ByteArray<kBlock>& block) {
  std::uint64_t size = 0;
  for (const char c : field(block, kSizeAt, 12)) {
    if (c < '0' || c > '7') return std::nullopt;
    size = size << 3 | static_cast<std::uint64_t>(c - '0');
  }
  std::string path(field(block, kPrefixAt, kPrefix));
  if (!path.empty()) path += '/';
  path += field(block, kNameAt, kName);
  if (size > kMaxFile || !good_path(path)) return std::nullopt;
  const Names names = split_path(path);
  if (names.prefix.size() > kPrefix || names.name.size() > kName) return std::nullopt;
  if (header(path, size) != block) return std::nullopt;
  return Member{std::move(path), size};
}

// Why a block is none of ours, where it is a header that means something to other programs.
std::string why_not(const ByteArray<kBlock>& block) {
  const std::string_view name = field(block, kNameAt, kName);
  const auto parts = split(name, '/');
  if (name.starts_with('/')) return "A member has an absolute path.";
  if (std::find(parts.begin(), parts.end(), "..") != parts.end()) {
    return "A member's path leaves the archive (\"..\").";
  }
  switch (block[kTypeAt]) {
    case '1':
    case '2':
      return "A member is a link.";
    case '3':
    case '4':
    case '6':
      return "A member is a device or a pipe.";
    case '5':
      return "A member is a directory.";
    default:
      return "This is no member in the form that archives have here.";
  }
}

}  // namespace

ByteArray<kBlock> header(std::string_view path, std::uint64_t size) {
  const Names names = split_path(path);
  if (!good_path(path) || names.prefix.size() > kPrefix || names.name.size() > kName) {
    throw Error(Code::invalid, "A member's path is not one that an archive can hold.");
  }
  if (size > kMaxFile) {
    throw Error(Code::invalid, "A member of 8 GiB or more can't be archived; it must go in parts.");
  }
  ByteArray<kBlock> out{};
  const auto put = [&](std::size_t at, std::string_view text) {
    std::copy(text.begin(), text.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
  };
  put(kNameAt, names.name);
  put(kModeAt, "0000644");
  put(kUidAt, "0000000");
  put(kGidAt, "0000000");
  put(kSizeAt, octal(size, 11));
  put(kTimeAt, "00000000000");
  put(kSumAt, "        ");  // counts as spaces
  put(kTypeAt, "0");
  put(kMagicAt, std::string_view("ustar\0"
                                 "00",
                                 8));
  put(kDeviceAt, "0000000");
  put(kDeviceAt + 8, "0000000");
  put(kPrefixAt, names.prefix);
  std::uint64_t sum = 0;
  for (const std::uint8_t byte : out) sum += byte;
  put(kSumAt, octal(sum, 6));
  out[kSumAt + 6] = 0;
  return out;
}

std::uint64_t member_size(std::uint64_t size) { return kBlock + size + fill_of(size); }

void Writer::put(ByteView bytes) {
  out_.write(bytes);
  written_ += bytes.size();
}

void Writer::close_member() {
  if (left_ > 0) {
    throw Error(Code::mismatch,
                "A member's content is shorter than was said; the archive is not "
                "complete.");
  }
  if (fill_ > 0) put(ByteView(kZeroBlock).first(static_cast<std::size_t>(fill_)));
  fill_ = 0;
}

void Writer::begin(std::string_view path, std::uint64_t size) {
  close_member();
  put(header(path, size));
  left_ = size;
  fill_ = fill_of(size);
}

void Writer::write(ByteView bytes) {
  if (bytes.size() > left_) {
    throw Error(Code::mismatch,
                "A member's content is longer than was said; the archive is not complete.");
  }
  put(bytes);
  left_ -= bytes.size();
}

void Writer::add(std::string_view path, ByteView content) {
  begin(path, content.size());
  write(content);
}

void Writer::end() {
  close_member();
  put(kZeroBlock);
  put(kZeroBlock);
}

void Reader::take(std::span<std::uint8_t> into) {
  const std::size_t got = read_full(in_, into);
  consumed_ += got;
  if (got != into.size()) malformed(consumed_, "The archive ends in the middle.");
}

std::optional<Member> Reader::next() {
  if (ended_) return std::nullopt;
  ByteArray<kBlock> block;
  if (left_ > 0) {
    Bytes skipped(static_cast<std::size_t>(std::min<std::uint64_t>(left_, 64u << 10)));
    while (left_ > 0) read(skipped);
  }
  if (fill_ > 0) {
    const std::uint64_t at = consumed_;
    const auto fill = std::span(block).first(static_cast<std::size_t>(fill_));
    take(fill);
    if (!equal(fill, ByteView(kZeroBlock).first(fill.size()))) {
      malformed(at, "The bytes between two members are not zero.");
    }
    fill_ = 0;
  }
  const std::uint64_t at = consumed_;
  take(block);
  if (block == kZeroBlock) {
    take(block);
    if (block != kZeroBlock) malformed(at, "A single zero block is not the end of an archive.");
    if (in_.read(std::span(block).first(1)) != 0) {
      malformed(consumed_, "There are bytes after the end of the archive.");
    }
    ended_ = true;
    return std::nullopt;
  }
  auto member = parse(block);
  if (!member) malformed(at, why_not(block));
  left_ = member->size;
  fill_ = fill_of(member->size);
  return member;
}

std::size_t Reader::read(std::span<std::uint8_t> into) {
  if (left_ == 0 || into.empty()) return 0;
  const auto want =
      into.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, into.size())));
  const std::size_t got = in_.read(want);
  if (got == 0) malformed(consumed_, "The archive ends in the middle.");
  consumed_ += got;
  left_ -= got;
  return got;
}

}  // namespace depone::tar
