#pragma once

#include <string>

namespace depone {

// By the name's ending; application/octet-stream where that is not known.
std::string media_type_of(const std::string& name);

}  // namespace depone
