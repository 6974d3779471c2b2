#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace depone::cli {

// The lines of two texts that differ, ready for a terminal: "- …" as it was, "+ …" as it is, the
// words that changed within a line as [-…-] and {+…+}, much that did not change within it as "…",
// and a line "…" where lines that did not change stand between.
std::vector<std::string> changed_lines(std::string_view before, std::string_view after);

}  // namespace depone::cli
