#include "cli/monitor/collected_file.h"

#include <sys/stat.h>

#include "crypto/error.h"

namespace depone::cli {

namespace {

struct FileState {
  struct stat of {};
  explicit FileState(int fd) {
    if (::fstat(fd, &of) != 0) throw_errno("looking at", "the file");
  }
  bool operator==(const FileState& other) const {
    return of.st_size == other.of.st_size && of.st_mtim.tv_sec == other.of.st_mtim.tv_sec &&
           of.st_mtim.tv_nsec == other.of.st_mtim.tv_nsec;
  }
};

// Whether the name still leads to the file that was opened.
bool leads_to(const std::string& path, const FileState& opened) {
  struct stat now {};
  return ::stat(path.c_str(), &now) == 0 && now.st_ino == opened.of.st_ino &&
         now.st_dev == opened.of.st_dev;
}

// Descriptors that the shell made: `<(…)` gives such a path.
bool is_given_descriptor(const std::string& path) {
  return path == "/dev/stdin" || path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/");
}

// Before it is opened: opening a named pipe waits for whoever writes into it.
void refuse_what_is_no_file(const std::string& path) {
  struct stat of {};
  if (::stat(path.c_str(), &of) != 0) throw_errno("reading", path);
  const char* what = S_ISDIR(of.st_mode)    ? "a directory"
                     : S_ISFIFO(of.st_mode) ? "a named pipe"
                     : S_ISSOCK(of.st_mode) ? "a socket"
                     : S_ISREG(of.st_mode)  ? nullptr
                                            : "a device";
  if (what == nullptr) return;
  throw Error(Code::io,
              std::string("this is ") + what +
                  "; nothing was attached. What a program writes can be attached with -, from "
                  "standard input",
              path);
}

}  // namespace

CollectedFile collect_file(Vault& vault, const std::string& path, ProgressLine& progress) {
  const bool standard_input = path == "-";
  const bool descriptor = standard_input || is_given_descriptor(path);
  if (!descriptor) refuse_what_is_no_file(path);
  FileSource file(standard_input ? "/dev/stdin" : path, true);
  const FileState before(file.fd());
  if (S_ISDIR(before.of.st_mode))
    throw Error(Code::io, "this is a directory; nothing was attached", path);
  const bool regular = S_ISREG(before.of.st_mode);
  const std::string name = descriptor ? "standard input" : fs::path(path).filename().string();
  if (!is_utf8(as_bytes(name)))
    throw Error(Code::invalid, "the file's name is not UTF-8; nothing was attached", path);

  WatchedSource source(file, progress, "reading " + name, file.size());
  StagedContent content = stage_content(vault, source);
  if (regular) {
    const bool whole = source.read_so_far() == static_cast<std::uint64_t>(before.of.st_size);
    if (!whole || !(FileState(file.fd()) == before) || (!descriptor && !leads_to(path, before))) {
      throw Error(Code::io,
                  "the file changed while it was read; nothing was attached. Run it again when it "
                  "is complete",
                  path);
    }
  }
  return {name, std::move(content)};
}

}  // namespace depone::cli
