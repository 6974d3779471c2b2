#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/io.h"
#include "store/file.h"

namespace depone {

// A directory that somebody else filled: a courier's stick, a copied log. Files are opened
// component by component, and a symbolic link anywhere below the directory is Code::refused with
// its path: it could point at a file of the reader's own. (The directory itself was named by the
// user and may be reached through one.)
class HostileDir {
 public:
  explicit HostileDir(fs::path root);  // Code::not_found where there is none

  // `relative`: names joined by '/', none empty, "." or "..". nullopt: not there. Code::malformed
  // beyond `limit`.
  std::optional<Bytes> read(std::string_view relative, std::size_t limit) const;
  Bytes need(std::string_view relative,
             std::size_t limit) const;  // Code::not_found where it is not there
  // A regular file as a stream, with its length.
  struct Stream {
    std::unique_ptr<Source> source;
    std::uint64_t size;
  };
  Stream open(std::string_view relative) const;
  // The names in a directory, `.` and `..` apart, in ascending order. nullopt: not there.
  // Code::malformed beyond `limit` of them.
  std::optional<std::vector<std::string>> names(std::string_view relative, std::size_t limit) const;
  bool has_directory(std::string_view relative) const;
  bool has_file(std::string_view relative) const;
  fs::path path(std::string_view relative) const { return root_ / fs::path(relative); }
  const fs::path& root() const { return root_; }

 private:
  fs::path root_;
  std::shared_ptr<File> directory_;
  std::optional<File> open_at(std::string_view relative, bool directory) const;
};

}  // namespace depone
