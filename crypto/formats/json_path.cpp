#include "crypto/formats/json_path.h"

namespace depone {

namespace {

constexpr std::size_t kMaxPath = 63;

}  // namespace

merkle::Path path_from(const JsonObject& object) {
  merkle::Path path;
  for (const Json& item : object.array("path", kMaxPath)) {
    const auto hash = item.is_string()
                          ? exactly<32>(from_base64(item.get_ref<const std::string&>()))
                          : std::nullopt;
    if (!hash) object.fail("path", "hashes in base64");
    path.push_back(*hash);
  }
  return path;
}

Json path_json(const merkle::Path& path) {
  Json hashes = Json::array();
  for (const Sha256& hash : path) hashes.push_back(base64(hash));
  return hashes;
}

}  // namespace depone
