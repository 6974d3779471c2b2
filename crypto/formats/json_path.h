#pragma once

#include "crypto/json.h"
#include "crypto/merkle.h"

namespace depone {

// The key "path" of a proof: at most 63 hashes in base64, leaf to root. Code::malformed names it.
merkle::Path path_from(const JsonObject& object);
Json path_json(const merkle::Path& path);

}  // namespace depone
