#include "store/work_directory.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <cstdio>

#include "crypto/error.h"

namespace depone {

namespace {

File locked_directory(const fs::path& path) {
  File directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (directory && ::flock(directory.fd(), LOCK_EX | LOCK_NB) != 0) directory = File();
  return directory;
}

// A form of its own: what other programs have in work beside it is not touched.
std::string prefix_of(std::string_view what) {
  return std::string(kPartialPrefix) + std::string(what) + "-";
}

bool is_work_name(std::string_view name, std::string_view prefix) {
  return name.starts_with(prefix) && is_random_name(name.substr(prefix.size()));
}

void remove_abandoned(const fs::path& parent, std::string_view prefix) {
  for (const std::string& name : names_in(parent)) {
    if (!is_work_name(name, prefix)) continue;
    const File directory = locked_directory(parent / name);
    std::error_code ignored;
    if (directory) fs::remove_all(parent / name, ignored);
  }
}

}  // namespace

WorkDirectory::WorkDirectory(const fs::path& place, std::string_view what)
    : what_(what), place_(place), path_(place.parent_path() / (prefix_of(what) + random_name())) {
  remove_abandoned(place.parent_path(), prefix_of(what));
  make_directory(path_);
  lock_ = locked_directory(path_);
  if (!lock_) {
    throw Error(Code::busy,
                "another program is making a " + what_ +
                    " beside it and took this one's work for abandoned; nothing was made. Run it "
                    "again",
                place.string());
  }
}

WorkDirectory::~WorkDirectory() {
  std::error_code ignored;
  if (!moved_) fs::remove_all(path_, ignored);
}

void WorkDirectory::move_to_place() {
  sync_directory(path_);
  if (::rename(path_.c_str(), place_.c_str()) != 0) {
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) {
      throw Error(Code::refused, "something is there already; it was left as it is",
                  place_.string());
    }
    throw_errno("making the " + what_, place_);
  }
  moved_ = true;
  try {
    sync_directory(place_.parent_path());
  } catch (const Error&) {
    take_back();
    throw;
  }
}

void WorkDirectory::take_back() {
  if (!moved_) return;
  std::error_code ignored;
  if (::rename(place_.c_str(), path_.c_str()) == 0) {
    moved_ = false;
  } else {
    fs::remove_all(place_, ignored);
  }
}

void refuse_where_taken(const fs::path& dir) {
  std::error_code missing;
  const fs::file_status status = fs::symlink_status(dir, missing);
  if (status.type() == fs::file_type::not_found) return;
  if (status.type() != fs::file_type::directory || !fs::is_empty(dir)) {
    throw Error(Code::refused,
                "something is there already; it was left as it is. Choose another place",
                dir.string());
  }
}

void make_parents(const fs::path& dir) {
  if (dir.empty() || fs::is_directory(dir)) return;
  make_parents(dir.parent_path());
  make_directory(dir);
}

}  // namespace depone
