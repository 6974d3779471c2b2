#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace depone {

// The swap areas of this machine that are not known to be encrypted: their files or devices, as
// /proc/swaps names them. Encrypted are: a device of dm-crypt, whatever lies on such ones alone
// (LVM on LUKS), and compressed memory (zram without a backing device). `root` is where /proc, /sys
// and /dev are.
std::vector<std::string> open_swap_areas(const std::filesystem::path& root = "/");

}  // namespace depone
