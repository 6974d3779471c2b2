#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "crypto/bytes.h"

// Runs the real age, minisign and tar on files in a directory of its own.
namespace depone::testing {

class Workbench {
 public:
  Workbench() {
    std::string name = (std::filesystem::temp_directory_path() / "depone-interop-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  Workbench(const Workbench&) = delete;
  Workbench& operator=(const Workbench&) = delete;
  ~Workbench() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::filesystem::path path(const std::string& name) const { return path_ / name; }

  void put(const std::string& name, ByteView bytes) const {
    std::ofstream(path(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  void put(const std::string& name, std::string_view text) const { put(name, as_bytes(text)); }

  Bytes get(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
  }
  std::string text(const std::string& name) const { return std::string(as_text(get(name))); }

  // A shell command in the directory; its exit status, its standard output in output().
  int run(const std::string& command) {
    output_.clear();
    const std::string full = "cd '" + path_.string() + "' && " + command;
    FILE* const pipe = popen(full.c_str(), "r");
    if (pipe == nullptr) return -1;
    std::array<char, 4096> buffer;
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
      output_.append(buffer.data(), got);
    }
    const int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  const std::string& output() const { return output_; }

 private:
  std::filesystem::path path_;
  std::string output_;
};

}  // namespace depone::testing
