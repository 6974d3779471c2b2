#include "sync/relay/courier_stick.h"

#include <cerrno>

#include "crypto/error.h"

namespace depone::relay {

namespace {

constexpr std::size_t kMaxSmall = 17u << 20;

}  // namespace

bool Stick::look(const std::string& relative, struct stat& info) const {
  fs::path at = root_;
  for (const std::string_view part : split(relative, '/')) {
    at /= std::string(part);
    if (::lstat(at.c_str(), &info) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return false;
      throw_errno("reading", at);
    }
    if (S_ISLNK(info.st_mode)) {
      throw Error(Code::refused,
                  "a symbolic link stands on the stick where a file or directory should be: it "
                  "could make this write elsewhere. Nothing was written there; look at who filled "
                  "it, or take an empty directory",
                  at.string());
    }
  }
  return true;
}

bool Stick::has(const std::string& relative, std::uint64_t size) const {
  struct stat info {};
  return look(relative, info) && S_ISREG(info.st_mode) &&
         static_cast<std::uint64_t>(info.st_size) == size;
}

bool Stick::there(const std::string& relative) const {
  struct stat info {};
  return look(relative, info);
}

void Stick::copy_in(const std::string& relative, Source& from) const {
  make_parents(relative);
  FileSink sink(root_ / relative, true);
  copy(from, sink);
  sink.finish();
}

bool Stick::write(const std::string& relative, std::string_view bytes) const {
  if (bytes.size() <= kMaxSmall && has(relative, bytes.size()) &&
      as_text(read_file(root_ / relative, kMaxSmall)) == bytes) {
    return false;
  }
  make_parents(relative);
  write_file(root_ / relative, bytes, true);
  return true;
}

bool Stick::remove(const std::string& relative) const {
  if (!there(relative)) return false;
  remove_file(root_ / relative);
  return true;
}

std::vector<std::string> Stick::files_below(const std::string& directory) const {
  std::vector<std::string> out;
  std::vector<std::string> open{directory};
  while (!open.empty()) {
    const std::string at = std::move(open.back());
    open.pop_back();
    struct stat info {};
    if (!look(at, info) || !S_ISDIR(info.st_mode)) continue;
    for (const std::string& name : names_in(root_ / at)) {
      const std::string below = at + "/" + name;
      struct stat entry {};
      if (!look(below, entry)) continue;
      if (S_ISDIR(entry.st_mode)) {
        open.push_back(below);
      } else {
        out.push_back(below.substr(directory.size() + 1));
      }
    }
  }
  return out;
}

void Stick::make_parents(const std::string& relative) const {
  std::size_t slash = 0;
  while ((slash = relative.find('/', slash + 1)) != std::string::npos) {
    const std::string parent = relative.substr(0, slash);
    if (!there(parent)) make_directory(root_ / parent);
  }
}

}  // namespace depone::relay
