#pragma once

#include <cstdint>

namespace depone {

// Padmé: the length to which `length` is padded, at most 12 % more (Nikitin et al., "Reducing
// Metadata Leakage from Encrypted Files and Communication with PURBs", 2019, section 4).
std::uint64_t padme(std::uint64_t length);

}  // namespace depone
