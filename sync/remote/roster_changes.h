#pragma once

#include <string>
#include <vector>

#include "crypto/formats/roster.h"

namespace depone {

// What a roster changes against the one before it, one sentence each: who joins, who leaves, whose
// keys are new, where the relay is, which key it has for TLS, logs, witnesses, authority. Names and
// addresses are as they stand in the roster: to be made printable by who shows them. Lines that one
// side does not hold (a monitor holds the readers' and its own) are not compared.
std::vector<std::string> roster_changes(const Roster& before, const Roster& after);

}  // namespace depone
