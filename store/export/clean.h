#pragma once

#include <filesystem>
#include <string>

namespace depone {

// Removes metadata that endangers (position, serial numbers, authors, times) from copies that
// leave. Through mat2, which Tails has and Debian packages: images, PDF, office documents, audio,
// video. It reads hostile files, so it runs as a process of its own that holds none of our keys;
// where bwrap is there, without network, and seeing of the disk only the programs and a directory
// with the one file. What it unpacks goes into that directory too, not to /tmp.
class MetadataCleaner {
 public:
  // `work`: where that directory is made; removed with everything in it when this ends. On the file
  // system of the files to be cleaned. `program`: for tests.
  explicit MetadataCleaner(const std::filesystem::path& work,
                           std::string program = "/usr/bin/mat2");
  ~MetadataCleaner();
  MetadataCleaner(const MetadataCleaner&) = delete;
  MetadataCleaner& operator=(const MetadataCleaner&) = delete;

  struct Result {
    bool clean = false;
    std::string how;  // what was done, or why it can't be: "metadata removed by mat2 0.13.3"
  };
  // Where clean, the file was replaced by the cleaned copy; else it is as it was. `ending`: what it
  // is by content (store/export/content_kind.h).
  Result clean(const std::filesystem::path& file, const std::string& ending);

  // "mat2 0.13.3"; "" where it is not installed.
  const std::string& tool() const { return tool_; }
  bool is_sandboxed() const { return sandboxed_; }

 private:
  std::filesystem::path work_;
  std::string program_;
  std::string tool_;
  bool sandboxed_ = false;
};

}  // namespace depone
