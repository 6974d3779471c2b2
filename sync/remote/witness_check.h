#pragma once

#include <string_view>
#include <vector>

#include "crypto/formats/cosignature.h"
#include "crypto/formats/roster.h"
#include "sync/remote/checks.h"

namespace depone {

// The check `witnesses` of a checkpoint that was read and found to be its log's: cosignatures by
// the roster's witnesses, and its quorum of them. ok: every cosignature of a known witness holds,
// there is one, and there are as many witnesses as the quorum. Failed: one does not hold, or the
// quorum is not there. Otherwise not checked: no roster, or one that names no witnesses, or none of
// them cosigned and none had to. Witnesses whose keys are of a type that is not known here count as
// not there. Gives the cosignatures that hold.
std::vector<Cosignature> check_witnesses(std::string_view note, const Roster* roster,
                                         Checks& checks);

}  // namespace depone
