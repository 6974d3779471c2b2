#pragma once

#include <cstdint>

namespace depone::relay {

// Raises this process's limit of open files, as far as the system allows, so that this many
// connections fit, each with a file that it reads or writes, beside what the relay itself has open.
// How many do fit: at least 1.
std::uint64_t make_room_for_connections(std::uint64_t wanted);

}  // namespace depone::relay
