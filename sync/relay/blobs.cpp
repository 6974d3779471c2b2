#include "sync/relay/blobs.h"

#include <algorithm>

#include "crypto/error.h"

namespace depone::relay {

void check_blob_name(std::string_view name) {
  const auto parts = split(name, '/');
  const bool good = std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
    return !part.empty() && part.size() <= 100 && part[0] != '.' &&
           std::all_of(part.begin(), part.end(), [](char c) {
             return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
           });
  });
  if (!good) throw Error(Code::invalid, "this is not a name that an object can have", std::string(name.substr(0, 200)));
}

std::string bundle_blob(std::string_view sha256) {
  // Directories of 256 to a level stay quick everywhere.
  return "bundles/" + std::string(sha256.substr(0, 2)) + "/" + std::string(sha256) + ".age";
}

}  // namespace depone::relay
