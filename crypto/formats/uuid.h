#pragma once

#include <string>
#include <string_view>

namespace depone {

std::string random_uuid();            // UUIDv4, lower case with hyphens
bool is_uuid(std::string_view text);  // that form only

}  // namespace depone
