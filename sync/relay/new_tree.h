#pragma once

#include <set>
#include <vector>

#include "store/file.h"

namespace depone::relay {

// Files below a directory that nobody else uses yet. Each is written where it shall stand, and all
// are durable when sync() returns: many at once, which for many small files costs a fraction of
// syncing, renaming and syncing again for each. Paths are relative to the directory. Not for
// several threads.
class NewTree {
 public:
  explicit NewTree(fs::path root) : root_(std::move(root)) { directories_.insert(root_); }
  const fs::path& root() const { return root_; }

  void make_directory(const fs::path& path);  // with those above it; fine where it is there

  // One file, mode 0600; gone again unless finished.
  class NewFile : public Sink {
   public:
    NewFile(NewTree& tree, const fs::path& path);
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile() override;
    void write(ByteView bytes) override;
    void finish() override;

   private:
    NewTree& tree_;
    fs::path path_;
    File file_;
    std::uint64_t size_ = 0;
  };
  void add(const fs::path& path, ByteView bytes);

  void sync();

 private:
  void keep(File file, std::uint64_t size, fs::path path);
  void sync_files();

  struct Open {
    File file;
    fs::path path;
  };
  fs::path root_;
  std::set<fs::path> directories_;  // that hold something new
  std::vector<Open> unsynced_;
  std::uint64_t unsynced_bytes_ = 0;
};

}  // namespace depone::relay
