#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

#include "crypto/io.h"
#include "store/file.h"

namespace depone::relay {

// Writing into a courier directory that somebody else filled. Every step down is looked at first: a
// symbolic link on the way is Code::refused with its path, since it could make this write
// elsewhere. Each file is complete or absent. (Reading from one: sync/remote/hostile_dir.h.)
class Stick {
 public:
  explicit Stick(fs::path root) : root_(std::move(root)) {}

  // `relative`: names joined by '/', of our own choice.
  bool has(const std::string& relative, std::uint64_t size) const;  // a file of this size
  bool there(const std::string& relative) const;
  void copy_in(const std::string& relative, Source& from) const;
  // False where the very same is there.
  bool write(const std::string& relative, std::string_view bytes) const;
  // False where there was none.
  bool remove(const std::string& relative) const;
  // Files below a directory, by their path from there.
  std::vector<std::string> files_below(const std::string& directory) const;

 private:
  // What stands at a path; false where nothing does.
  bool look(const std::string& relative, struct stat& info) const;
  void make_parents(const std::string& relative) const;
  fs::path root_;
};

}  // namespace depone::relay
