#pragma once

#include <string>

#include "store/file.h"

namespace depone {

// Code::malformed, "nothing was unpacked"; `path` as the archive has it.
[[noreturn]] void refuse_member(const std::string& why, const std::string& path);

// Where a member of an archive goes below the directory: "." parts dropped; refuse_member for
// absolute paths, "..", control characters and what is too long.
fs::path member_place(const std::string& path);

// A new directory that is complete or absent: filled beside the target under a name of FileSink's
// form, and gone with all that is in it unless it was moved into place. No link is ever made in it,
// so no path can lead out of it.
class Unpacked {
 public:
  // Code::refused where something other than an empty directory is there, not_found where its
  // parent is not.
  explicit Unpacked(const fs::path& to);
  Unpacked(const Unpacked&) = delete;
  Unpacked& operator=(const Unpacked&) = delete;
  ~Unpacked();

  void add_directory(const fs::path& place);
  File add_file(const fs::path& place);  // refuse_member where the name is taken
  void write(const File& file, ByteView bytes);
  void move_into_place();  // durable

 private:
  fs::path to_;
  fs::path work_;
};

}  // namespace depone
