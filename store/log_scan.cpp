#include "store/log_scan.h"

#include "crypto/error.h"
#include "crypto/hash.h"

namespace depone {

namespace {

constexpr std::uint64_t kHeader = 32, kFrameHeader = 24;
constexpr std::size_t kPageSizeAt = 8, kSaltAt = 16, kHeaderSumAt = 24;
constexpr std::size_t kFrameSizeAt = 4, kFrameSaltAt = 8, kFrameSumAt = 16;
constexpr std::size_t kSalts = 8;
constexpr std::uint32_t kMagic = 0x377f0682;  // the last bit: checksums of big-endian words
constexpr std::uint64_t kMaxPage = 65'536;
constexpr std::string_view kLogName = "vault.db-wal";
constexpr std::string_view kKept = "vault.db-wal.damaged-";

std::uint32_t word_at(ByteView bytes, std::size_t at, bool big) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    word = word << 8 | bytes[at + (big ? i : 3 - i)];
  }
  return word;
}

// The running checksum of a log: each frame's goes on from the one before.
struct Sum {
  std::uint32_t a = 0, b = 0;
  bool operator==(const Sum&) const = default;
  void add(ByteView bytes, bool big) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      a += word_at(bytes, at, big) + b;
      b += word_at(bytes, at + 4, big) + a;
    }
  }
  static Sum at(ByteView bytes, std::size_t at) {
    return {word_at(bytes, at, true), word_at(bytes, at + 4, true)};
  }
};

}  // namespace

LogScan scan_log(std::uint64_t file_size, const ReadLog& read) {
  LogScan scan;
  if (file_size < kHeader) return scan;
  Bytes header(kHeader);
  read(0, header);
  const std::uint32_t magic = word_at(header, 0, true);
  const bool big = (magic & 1) != 0;
  const std::uint64_t page = word_at(header, kPageSizeAt, true);
  Sum sum;
  sum.add(ByteView(header).first(kHeaderSumAt), big);
  if ((magic & ~1u) != kMagic || sum != Sum::at(header, kHeaderSumAt) || page == 0 ||
      page > kMaxPage) {
    // It is written and synced before the first frame.
    scan.size = file_size;
    scan.damaged = file_size > kHeader + kFrameHeader;
    return scan;
  }
  const ByteView salts = ByteView(header).subspan(kSaltAt, kSalts);
  scan.size = kHeader;
  bool all_hold = true, all_belong = true, change_is_behind = false;
  Bytes frame(kFrameHeader + page);
  for (std::uint64_t at = kHeader; at + frame.size() <= file_size; at += frame.size()) {
    read(at, frame);
    const bool belongs = equal(ByteView(frame).subspan(kFrameSaltAt, kSalts), salts);
    all_belong = all_belong && belongs;
    if (all_belong) scan.size = at + frame.size();
    sum.add(ByteView(frame).first(kFrameSaltAt), big);
    sum.add(ByteView(frame).subspan(kFrameHeader), big);
    all_hold = all_hold && belongs && sum == Sum::at(frame, kFrameSumAt);
    if (all_hold || !belongs) continue;
    if (word_at(frame, kFrameSizeAt, true) == 0) continue;  // not the end of a change
    scan.damaged = scan.damaged || change_is_behind;
    change_is_behind = true;
  }
  return scan;
}

std::string keep_damaged_log(const fs::path& vault_dir) {
  const fs::path log = vault_dir / kLogName;
  std::error_code missing;
  if (!fs::is_regular_file(fs::symlink_status(log, missing))) return {};
  FileSource source(log);
  const auto read = [&](std::uint64_t offset, std::span<std::uint8_t> into) {
    source.seek(offset);
    if (read_full(source, into) != into.size())
      throw Error(Code::io, "the database's log became shorter while it was read", log.string());
  };
  if (!scan_log(source.size(), read).damaged) return {};
  source.seek(0);
  // The same log gives the same name, where opening was cut off behind this.
  const std::string name = std::string(kKept) + hex(digest_all(source).sha256).substr(0, 32);
  source.seek(0);
  FileSink sink(vault_dir / name, true);
  copy(source, sink);
  sink.finish();
  return name;
}

bool is_kept_log(std::string_view name) { return name.starts_with(kKept); }

void remove_kept_logs(const fs::path& vault_dir) {
  for (const std::string& name : names_in(vault_dir)) {
    if (is_kept_log(name)) remove_file(vault_dir / name);
  }
}

}  // namespace depone
