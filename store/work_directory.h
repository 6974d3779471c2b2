#pragma once

#include "store/file.h"

namespace depone {

// A directory that is being filled, `.partial-<what>-<32 hex>` beside its place (`what`: vault,
// relay); gone with all that is in it unless it was moved there. So a vault is complete or absent.
// It is locked while it lives: those of the same kind beside it that no process holds any more are
// removed when the next one is made.
class WorkDirectory {
 public:
  explicit WorkDirectory(const fs::path& place, std::string_view what = "vault");
  WorkDirectory(const WorkDirectory&) = delete;
  WorkDirectory& operator=(const WorkDirectory&) = delete;
  ~WorkDirectory();
  const fs::path& path() const { return path_; }
  // Replaces an empty directory and nothing else (Code::refused). Durable, or not done.
  void move_to_place();
  void take_back();  // after move_to_place(), where what is there turned out to be of no use

 private:
  std::string what_;
  fs::path place_;
  fs::path path_;
  bool moved_ = false;
  File lock_;
};

// Code::refused where something other than an empty directory is there.
void refuse_where_taken(const fs::path& dir);
// The directories above, where they are missing.
void make_parents(const fs::path& dir);

}  // namespace depone
