#include "store/swap.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>
#include <sstream>

namespace depone {

namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 16;

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// `device`: its directory below /sys/block or /sys/dev/block.
bool encrypted(const fs::path& device, int depth = 0) {
  std::error_code ignored;
  if (depth > kDeepest || !fs::exists(device, ignored)) return false;
  if (first_line(device / "dm" / "uuid").starts_with("CRYPT-")) return true;
  if (const std::string backing = first_line(device / "backing_dev"); !backing.empty())
    return backing == "none";
  if (fs::exists(device / "partition", ignored))
    return encrypted(fs::canonical(device, ignored).parent_path(), depth + 1);
  bool any = false;
  for (const auto& below : fs::directory_iterator(device / "slaves", ignored)) {
    any = true;
    if (!encrypted(below.path(), depth + 1)) return false;
  }
  return any;
}

// The directory in /sys of the device itself, or of the one that a file lies on.
fs::path device_of(const fs::path& root, const fs::path& area) {
  const fs::path name = area.filename();
  if (area.parent_path() == "/dev") return root / "sys/block" / name;
  struct stat info {};
  if (::stat((root / area.relative_path()).c_str(), &info) != 0) return {};
  const dev_t device = S_ISBLK(info.st_mode) ? info.st_rdev : info.st_dev;
  return root / "sys/dev/block" /
         (std::to_string(major(device)) + ":" + std::to_string(minor(device)));
}

// A partition is not in /sys/block itself, but below its disk.
bool area_encrypted(const fs::path& root, const fs::path& area) {
  const fs::path device = device_of(root, area);
  return !device.empty() && encrypted(device);
}

}  // namespace

std::vector<std::string> open_swap_areas(const fs::path& root) {
  std::vector<std::string> found;
  std::ifstream swaps(root / "proc/swaps");
  std::string line;
  std::getline(swaps, line);  // the heading
  while (std::getline(swaps, line)) {
    std::istringstream words(line);
    std::string area;
    words >> area;
    if (!area.empty() && !area_encrypted(root, area)) found.push_back(area);
  }
  return found;
}

}  // namespace depone
