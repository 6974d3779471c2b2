#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crypto/formats/manifest.h"
#include "tests/sync/exchange_fixture.h"

namespace depone::testing {

// A bundle taken apart by somebody who may read it, changed, and put together again with a
// signature that holds: what a member who means harm can make.
struct Forgery {
  std::vector<std::pair<std::string, std::string>>
      files;  // all but manifest.json and padding, in order
  Manifest manifest;
  BundleComment comment;

  // How it is put together again:
  bool list_files = true;                    // the manifest's files follow `files`
  bool fresh_root = true;                    // the root follows the content
  std::function<void(Bytes&)> archive = {};  // a last change of the archive, before it is encrypted
  std::vector<std::string> to = {};          // recipients
  std::optional<std::string> manifest_text = {};  // in place of the manifest

  static Forgery of(Vault& reader, const SealedFile& sealed);
  SealedFile make(Team& team, const Ed25519Key& signer) const;

  std::string& file(std::string_view ending);  // the content of the first whose path ends so
};

// The archive that a reader finds in a bundle.
Bytes archive_of(Vault& reader, const SealedFile& sealed);
// One member in the form of the format, for archives made by hand.
Bytes tar_member(std::string_view path, std::string_view content);
// A header with another type, link target or size than the format has, its checksum right.
Bytes tar_header(std::string_view path, char type, std::string_view link, std::uint64_t size);

}  // namespace depone::testing
