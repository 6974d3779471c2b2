#include "store/import/media.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "crypto/error.h"
#include "crypto/formats/uuid.h"
#include "store/file.h"
#include "store/import/zip.h"

namespace depone {

namespace {

constexpr std::size_t kMaxFiles = 100'000;

// The tables of the export itself.
bool is_table(const std::string& path) {
  return path.ends_with(".csv") && ("/" + path).find("/media/") == std::string::npos;
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Knows all its files beforehand.
class ListedBox : public ImportMediaBox {
 public:
  Found find(std::string_view submission, const std::string& name) override {
    if (files_.contains(name)) return give(name);
    auto same_name = by_name_.find(last_part(name));
    if (same_name == by_name_.end()) {
      // Kobo's storage has an underscore for what a file name should not have.
      std::string stored = last_part(name);
      std::replace(stored.begin(), stored.end(), ' ', '_');
      same_name = by_name_.find(stored);
    }
    if (same_name == by_name_.end()) return {};
    const std::vector<std::string>& paths = same_name->second;
    const std::string_view uuid =
        submission.starts_with("uuid:") ? submission.substr(5) : submission;
    if (paths.size() == 1) return is_of_another(paths[0], uuid) ? Found{} : give(paths[0]);
    const std::string directory = "/" + std::string(uuid) + "/";
    std::vector<const std::string*> own;
    for (const std::string& path : paths) {
      if (("/" + path).find(directory) != std::string::npos) own.push_back(&path);
    }
    if (own.size() == 1 && !uuid.empty()) return give(*own[0]);
    return {"", 0, true};
  }
  std::uint64_t not_asked_for() const override {
    return static_cast<std::uint64_t>(std::count_if(
        files_.begin(), files_.end(), [](const auto& file) { return !file.second.found; }));
  }

 protected:
  void add(const std::string& path, std::uint64_t size) {
    if (files_.emplace(path, File{size}).second) by_name_[last_part(path)].push_back(path);
  }

 private:
  struct File {
    std::uint64_t size;
    bool found = false;
  };
  // Servers keep the files of each submission in a directory named by its id: one of the same name
  // there is somebody else's.
  static bool is_of_another(const std::string& path, std::string_view uuid) {
    if (uuid.empty()) return false;
    const auto parts = split(path, '/');
    return std::any_of(parts.begin(), std::prev(parts.end()),
                       [&](std::string_view part) { return is_uuid(part) && part != uuid; });
  }
  Found give(const std::string& path) {
    File& file = files_.at(path);
    file.found = true;
    return {path, file.size, false};
  }
  std::unordered_map<std::string, File> files_;
  std::unordered_map<std::string, std::vector<std::string>> by_name_;
};

class ZipBox : public ListedBox {
 public:
  explicit ZipBox(fs::path path) : path_(std::move(path)) {
    ZipReader zip(path_);
    while (const auto entry = zip.next()) {
      if (!is_table(entry->path)) add(entry->path, entry->size);
    }
  }
  void read(const std::set<std::string>& paths, const Take& take) override {
    if (paths.empty()) return;
    ZipReader zip(path_);
    while (const auto entry = zip.next()) {
      if (paths.contains(entry->path)) take(entry->path, zip.content());
    }
  }

 private:
  fs::path path_;
};

// No component of the path below `root` may be a link: FileSource looks at the last one itself.
bool is_free_of_links(const fs::path& root, const std::string& path) {
  fs::path at = root;
  std::error_code error;
  for (const std::string_view part : split(path, '/')) {
    at /= std::string(part);
    if (fs::is_symlink(fs::symlink_status(at, error))) return false;
  }
  return true;
}

void read_below(const fs::path& root, const std::set<std::string>& paths,
                const ImportMediaBox::Take& take) {
  for (const std::string& path : paths) {
    if (!is_path_below(path) || !is_free_of_links(root, path))
      throw Error(Code::not_found, "a file's path leads elsewhere; it was not read", path);
    FileSource file(root / path);
    take(path, file);
  }
}

class DirectoryBox : public ListedBox {
 public:
  explicit DirectoryBox(fs::path root) : root_(std::move(root)) {
    std::error_code error;
    fs::recursive_directory_iterator entry(root_, error);
    std::size_t files = 0;
    for (const fs::recursive_directory_iterator end; entry != end && !error;
         entry.increment(error)) {
      if (++files > kMaxFiles) {
        throw Error(Code::invalid,
                    "the directory holds more than 100,000 files; nothing was imported",
                    root_.string());
      }
      if (entry->is_symlink(error) || !entry->is_regular_file(error)) continue;
      const std::string path = entry->path().lexically_relative(root_).generic_string();
      if (!is_table(path) && is_path_below(path)) add(path, entry->file_size(error));
    }
    if (error) {
      errno = error.value();
      throw_errno("reading the directory", root_);
    }
  }
  void read(const std::set<std::string>& paths, const Take& take) override {
    read_below(root_, paths, take);
  }

 private:
  fs::path root_;
};

// Files beside an export of our own, under the names that it gives them and no others: what came
// from elsewhere must not name files of whoever imports it.
class BesideBox : public ImportMediaBox {
 public:
  explicit BesideBox(fs::path root) : root_(std::move(root)) {}
  Found find(std::string_view, const std::string& name) override {
    std::error_code error;
    const bool is_file = is_export_name(name) && is_free_of_links(root_, name) &&
                         fs::is_regular_file(root_ / name, error);
    if (!is_file) return {};
    return {name, fs::file_size(root_ / name, error), false};
  }
  void read(const std::set<std::string>& paths, const Take& take) override {
    read_below(root_, paths, take);
  }

 private:
  // <record>/<number>.<ending>
  static bool is_export_name(const std::string& name) {
    const auto parts = split(name, '/');
    return is_path_below(name) && parts.size() == 2 && is_uuid(parts[0]) &&
           from_decimal(parts[1].substr(0, parts[1].find('.'))).has_value();
  }
  fs::path root_;
};

}  // namespace

std::unique_ptr<ImportMediaBox> open_media(const std::filesystem::path& path) {
  if (fs::is_directory(path)) return std::make_unique<DirectoryBox>(path);
  return std::make_unique<ZipBox>(path);
}

std::unique_ptr<ImportMediaBox> open_media_beside(const std::filesystem::path& directory) {
  return std::make_unique<BesideBox>(directory);
}

}  // namespace depone
