#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "crypto/io.h"

namespace depone::tar {

// The one ustar form of docs/format.md, "Plaintext" (POSIX.1-1988): regular files of mode 0644, no
// owner, no time. Written here rather than through libarchive because the format fixes every byte:
// a header is accepted only where it is, byte for byte, what header() would have made, so no
// dialect of tar ever has to be interpreted.

inline constexpr std::uint64_t kBlock = 512;
inline constexpr std::uint64_t kMaxFile = (8ull << 30) - 1;

// The name field holds a path of up to 100 bytes whole; a longer one is split at its last slash,
// what is before it going to the prefix field (at most 155) and what is after it to the name field
// (at most 100). Paths are printable ASCII without spaces, relative, without empty, "." or ".."
// parts. Mode "0000644", uid, gid, device numbers "0000000", size 11 octal digits, mtime 11 zeros,
// each with a NUL; checksum six octal digits, NUL, space; type "0", magic "ustar" NUL "00"; all
// else NUL.
ByteArray<kBlock> header(std::string_view path,
                         std::uint64_t size);   // Code::invalid: path too long, size over 8 GiB
std::uint64_t member_size(std::uint64_t size);  // header, content, fill to the block

class Writer {
 public:
  explicit Writer(Sink& out) : out_(out) {}
  void begin(std::string_view path, std::uint64_t size);
  void write(ByteView bytes);
  void add(std::string_view path, ByteView content);
  void end();  // two zero blocks; does not finish the sink
  std::uint64_t written() const { return written_; }

 private:
  Sink& out_;
  std::uint64_t left_ = 0;
  std::uint64_t fill_ = 0;
  std::uint64_t written_ = 0;
  void put(ByteView bytes);
  void close_member();
};

struct Member {
  std::string path;
  std::uint64_t size;
};

// Reads member by member; content through the Source interface until 0. Anything else than the
// canonical form, and any byte after the two zero blocks, is Code::malformed. Skipping a member's
// content is done (and checked) by next().
class Reader : public Source {
 public:
  explicit Reader(Source& in) : in_(in) {}
  std::optional<Member> next();  // nullopt: the archive ended well, and so did the source
  std::size_t read(std::span<std::uint8_t> into) override;
  std::uint64_t consumed() const { return consumed_; }

 private:
  Source& in_;
  std::uint64_t left_ = 0;
  std::uint64_t fill_ = 0;
  std::uint64_t consumed_ = 0;
  bool ended_ = false;
  void take(std::span<std::uint8_t> into);
};

}  // namespace depone::tar
