#pragma once

#include <string>

#include "store/search/query.h"
#include "store/vault.h"

namespace depone {

// How much each phrase of a query counts, for depone_rank(): the rarer the more. How rare a word is
// is estimated from how close together its newest matches stand. A query of one word counts it as
// 1.
std::string phrase_weights(Vault& vault, const SearchQuery& query);

}  // namespace depone
