#include "sync/remote/log_source.h"

#include "crypto/error.h"
#include "crypto/note.h"
#include "sync/remote/hostile_dir.h"

namespace depone {

namespace {

constexpr std::size_t kMaxLogFile = 17u << 20;  // 256 entries of 65,535 bytes with their lengths

class RelayLog : public LogSource {
 public:
  RelayLog(RelayClient& client, std::string name) : client_(client), name_(std::move(name)) {}
  std::string checkpoint() override { return client_.checkpoint(); }
  std::optional<Bytes> file(std::string_view tile_path) override {
    return client_.log_file(tile_path);
  }
  std::string name() const override { return name_; }

 private:
  RelayClient& client_;
  std::string name_;
};

class DirectoryLog : public LogSource {
 public:
  explicit DirectoryLog(fs::path dir) : dir_(std::move(dir)) {}
  std::string checkpoint() override {
    return std::string(as_text(dir_.need("checkpoint", kMaxNoteSize)));
  }
  std::optional<Bytes> file(std::string_view tile_path) override {
    return dir_.read(tile_path, kMaxLogFile);
  }
  std::string name() const override { return dir_.root().string(); }

 private:
  HostileDir dir_;
};

}  // namespace

std::unique_ptr<LogSource> relay_log(RelayClient& client, std::string name) {
  return std::make_unique<RelayLog>(client, std::move(name));
}

std::unique_ptr<LogSource> directory_log(fs::path dir) {
  return std::make_unique<DirectoryLog>(std::move(dir));
}

LogDirectory find_log(const fs::path& dir) {
  const HostileDir root(dir);
  LogDirectory found;
  if (root.has_file("checkpoint")) {
    found.log = dir;
    // courier/audit/log: the roster lies one level up.
    const fs::path above = fs::absolute(dir).lexically_normal() / "..";
    std::error_code ignored;
    if (fs::is_regular_file(fs::symlink_status(above / "roster.json", ignored)))
      found.audit = above.lexically_normal();
    return found;
  }
  for (const char* below : {"", "audit/"}) {
    const std::string prefix(below);
    if (!root.has_directory(prefix + "log") || !root.has_file(prefix + "log/checkpoint")) continue;
    found.log = root.path(prefix + "log");
    if (root.has_file(prefix + "roster.json"))
      found.audit = prefix.empty() ? dir : root.path("audit");
    return found;
  }
  throw Error(
      Code::not_found,
      "there is no log here: looked for checkpoint, log/checkpoint and audit/log/checkpoint",
      dir.string());
}

}  // namespace depone
