#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "crypto/io.h"

namespace depone {

// A ZIP that came from elsewhere, through libarchive, read from its beginning to its end. Nothing
// is unpacked onto the disk. Code::invalid for what is no ZIP, is encrypted, has more than 100,000
// entries, or unpacks to far more than a real one does (beyond 64 MiB, 50 times its own length).
class ZipReader {
 public:
  explicit ZipReader(const std::filesystem::path& path);
  ~ZipReader();
  ZipReader(const ZipReader&) = delete;
  ZipReader& operator=(const ZipReader&) = delete;

  struct Entry {
    std::string path;        // relative, without "..", control characters or backslashes
    std::uint64_t size = 0;  // as the archive says it: not to be relied on
  };
  // The next regular file. Links, directories and names that lead elsewhere are passed over.
  std::optional<Entry> next();
  // The content of the entry that next() gave, once. Code::damaged where it can't be unpacked.
  Source& content();
  std::uint64_t passed_over() const;  // entries with names that lead elsewhere, links

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Whether a file begins as a ZIP does.
bool is_zip(ByteView beginning);
// Whether a path stays below where it starts: relative, no "..", nothing that steers.
bool is_path_below(std::string_view path);

}  // namespace depone
