#pragma once

#include <set>

#include "store/file.h"

namespace depone::relay {

// Files below a directory that nobody else uses yet. Each is written where it shall stand, and all
// are durable when sync() returns, which syncs the file system once: for many small files that
// takes a fiftieth of the time of syncing each. Paths are relative to the directory. Not for
// several threads.
class NewTree {
 public:
  explicit NewTree(fs::path root);
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
    void finish() override { file_ = File(); }

   private:
    fs::path path_;
    File file_;
  };
  void add(const fs::path& path, ByteView bytes);

  void sync();

 private:
  fs::path root_;
  // Open from the beginning: the kernel tells it of every write since that failed (syncfs(2)).
  File directory_;
  std::set<fs::path> made_;
};

}  // namespace depone::relay
