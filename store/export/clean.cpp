#include "store/export/clean.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "crypto/error.h"
#include "store/file.h"

namespace depone {

namespace {

constexpr const char* kSandbox = "/usr/bin/bwrap";
constexpr std::chrono::seconds kPatience{300};
constexpr std::uint64_t kBytesASecond = 4u << 20;

// What mat2 takes (mat2 --list); others are not tried.
constexpr std::array<std::string_view, 32> kKnown{
    "jpg", "png", "gif",  "tiff", "heic", "pdf",  "docx", "xlsx", "pptx", "odt", "ods",
    "odp", "odg", "odf",  "odc",  "odi",  "epub", "mp3",  "flac", "ogg",  "oga", "opus",
    "spx", "wav", "aiff", "mp4",  "avi",  "wmv",  "svg",  "html", "htm",  "css"};

// Runs a program to its end, quietly, with nothing of our environment. nullopt: it did not end in
// time, or could not be started. `output`: what it prints, up to a line's length.
std::optional<int> run(const std::vector<std::string>& arguments, const fs::path& directory,
                       std::chrono::seconds patience, std::string* output = nullptr) {
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) return std::nullopt;
  const File read_end(pipe_ends[0]);
  File write_end(pipe_ends[1]);
  const std::string tmpdir = "TMPDIR=" + directory.string();
  const std::string home = "HOME=" + directory.string();
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  char path[] = "PATH=/usr/bin:/bin";
  char locale[] = "LC_ALL=C.UTF-8";
  const std::array<char*, 5> environment{path, locale, const_cast<char*>(tmpdir.c_str()),
                                         const_cast<char*>(home.c_str()), nullptr};
  const pid_t child = ::fork();
  if (child < 0) return std::nullopt;
  if (child == 0) {
    const int nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output != nullptr ? write_end.fd() : nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    const struct rlimit none { 0, 0 };
    ::setrlimit(RLIMIT_CORE, &none);  // it would hold the content
    if (::chdir(directory.c_str()) == 0) ::execve(argv[0], argv.data(), environment.data());
    ::_exit(127);
  }
  write_end = File();
  if (output != nullptr) {
    char text[256];
    const ssize_t got = ::read(read_end.fd(), text, sizeof text);
    if (got > 0) output->assign(text, static_cast<std::size_t>(got));
  }
  const auto until = std::chrono::steady_clock::now() + patience;
  int status = 0;
  while (true) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) return std::nullopt;
    if (std::chrono::steady_clock::now() > until) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return std::nullopt;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Programs and what they need to run, the directory of the copies, and nothing else of the disk.
std::vector<std::string> sandboxed(const fs::path& work, std::vector<std::string> command) {
  std::vector<std::string> all{kSandbox};
  const auto add = [&](std::initializer_list<std::string> more) { all.insert(all.end(), more); };
  add({"--ro-bind", "/usr", "/usr"});
  for (const char* top : {"lib", "lib64", "bin"})
    add({"--symlink", std::string("usr/") + top, std::string("/") + top});
  for (const char* needed :
       {"/etc/fonts", "/etc/mime.types", "/etc/ld.so.cache", "/etc/alternatives"})
    add({"--ro-bind-try", needed, needed});
  add({"--dev", "/dev", "--proc", "/proc", "--bind", work.string(), work.string(), "--chdir",
       work.string(), "--unshare-all", "--die-with-parent", "--new-session", "--"});
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

void sync_file(const fs::path& path) {
  const FileSource file(path);
  if (::fsync(file.fd()) != 0) throw_errno("writing", path);
}

}  // namespace

MetadataCleaner::MetadataCleaner(const fs::path& work, std::string program)
    : work_(work / (std::string(kPartialPrefix) + random_name())), program_(std::move(program)) {
  make_directory(work_);
  if (::access(program_.c_str(), X_OK) != 0) return;
  std::string version;
  constexpr std::chrono::seconds kShort{30};
  if (run({program_, "--version"}, work_, kShort, &version) != 0) return;
  version = version.substr(0, version.find('\n'));
  const bool plain =
      std::all_of(version.begin(), version.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  tool_ = plain && !version.empty() ? version : "mat2";
  // Where user namespaces are switched off it can't run.
  sandboxed_ =
      ::access(kSandbox, X_OK) == 0 && run(sandboxed(work_, {"/usr/bin/true"}), work_, kShort) == 0;
}

MetadataCleaner::~MetadataCleaner() {
  std::error_code ignored;
  fs::remove_all(work_, ignored);
}

MetadataCleaner::Result MetadataCleaner::clean(const fs::path& file, const std::string& ending) {
  if (std::find(kKnown.begin(), kKnown.end(), ending) == kKnown.end())
    return {false, "there is no way here to remove metadata from a file of this kind"};
  if (tool_.empty()) return {false, "mat2, which removes metadata, is not installed"};
  // A name that says what the content is, for a tool that goes by names.
  const fs::path given = work_ / ("copy." + ending);
  const fs::path cleaned = work_ / ("copy.cleaned." + ending);
  rename_file(file, given, false);
  const auto patience = kPatience + std::chrono::seconds(fs::file_size(given) / kBytesASecond);
  const std::string name = given.filename().string();
  // Within our sandbox it needs none of its own.
  const std::optional<int> status =
      sandboxed_ ? run(sandboxed(work_, {program_, "--no-sandbox", name}), work_, patience)
                 : run({program_, name}, work_, patience);
  std::error_code error;
  const bool is_made =
      fs::is_regular_file(fs::symlink_status(cleaned, error)) && fs::file_size(cleaned, error) > 0;
  const bool clean = status == 0 && is_made;
  if (clean) {
    fs::permissions(cleaned, fs::perms::owner_read | fs::perms::owner_write);
    sync_file(cleaned);
  }
  rename_file(clean ? cleaned : given, file, false);
  // Whatever else it left is nothing of ours.
  for (const std::string& left : names_in(work_)) fs::remove_all(work_ / left, error);
  if (clean)
    return {true, "metadata removed by " + tool_ + (sandboxed_ ? "" : ", without a sandbox")};
  return {false, status ? tool_ +
                              " could not clean it: it may be damaged, or hold what it does not "
                              "know"
                        : tool_ + " took too long over it"};
}

}  // namespace depone
