#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/revision.h"
#include "store/vault.h"

namespace depone {

// Descent of revisions, as far as they are in this vault.

// The revision and all that it descends from.
std::set<std::string> ancestors_of(Vault& vault, const std::string& revision);
// The one revision that all of these descend from and no later such one does; nullopt where there
// is none, or where there are several.
std::optional<std::string> common_ancestor(Vault& vault, const std::vector<std::string>& revisions);

// Commitments of a revision without a line in this vault.
std::set<Sha256> hidden_in(const RevisionContent& content);

}  // namespace depone
