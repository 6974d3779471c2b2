#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/formats/manifest.h"
#include "crypto/io.h"
#include "store/records/attachments.h"
#include "store/vault.h"

namespace depone {

// A bundle's archive on its way in: small members in memory, attachments in encrypted files under
// keys that are only in memory. Nothing of it is in the vault's database.
struct StagedRevision {
  std::string record;
  std::string revision;
  std::string json;
  std::string lines;
  bool origin = false;  // came with a proof of authorship
};
struct StagedBundle {
  Manifest manifest;
  Sha256 root{};
  std::vector<StagedRevision> revisions;
  std::map<std::string, std::string> custody;  // by record
  std::string checkpoint;                      // "" where there is none
  std::vector<StagedContent> attachments;
  std::vector<std::string> altered;  // paths whose hash is not the manifest's
};

// Reads the archive to its end. `seen` gets the manifest as soon as it is read, for the caller to
// judge first whatever is found behind it. Structure, sizes and padding are checked on the way
// (Code::malformed, mismatch, unsupported); what root and hashes say is in the result, for the
// caller to judge in the decided order. `file_size`: of the bundle's file, which bounds what may be
// declared.
StagedBundle stage_bundle(Vault& vault, Source& archive, std::uint64_t file_size,
                          std::optional<Manifest>& seen);

}  // namespace depone
