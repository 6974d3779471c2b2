#pragma once

#include <string>
#include <vector>

#include "sync/relay/config.h"

namespace depone::relay {

// What backup.cpp and restore.cpp share.

// Whether a path of relay.toml is below the directory that holds it.
bool is_inside(const std::string& path);
// Files that relay.toml names and that are not.
std::vector<std::string> files_outside(const Config& config);
// Code::refused where there is no room for so many bytes in so many files. `reserve`: what has to
// stay free.
void check_room(const fs::path& parent, std::uint64_t bytes, std::uint64_t files,
                std::uint64_t reserve);
// Code::usage where `place` is `dir` or below it: `why`.
void refuse_within(const fs::path& place, const fs::path& dir, const char* why);

}  // namespace depone::relay
