#pragma once

#include <string>
#include <string_view>

namespace depone {

// Text for HTML, between tags or in a quoted attribute (WHATWG HTML, 13.1.2): no markup of its own.
std::string escape_html(std::string_view text);

}  // namespace depone
