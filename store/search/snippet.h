#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/search/query.h"

namespace depone {

// "…text around the first match…" on one line, as it is stored (not yet safe for a terminal); ""
// where no term is in the text.
std::string snippet_of(std::string_view text, const std::vector<const SearchQuery*>& terms);

}  // namespace depone
