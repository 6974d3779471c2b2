#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/revision.h"

namespace depone {

// Changes that were made to one revision, put on a later one. What belongs together is changed as
// one thing: consent, a long text, one element of a list ("acts.0"), else everything with the same
// first name ("place"). Where both sides changed the same thing nothing is put together: a mixture
// would say what nobody said.
std::string thing_of(std::string_view path);

struct Rebased {
  FieldMap fields;                // the whole record; empty where `both` is not
  std::vector<std::string> both;  // what both sides changed, each in its own way
};
// Elements that both sides added at the same index are both kept, and the own one takes another.
Rebased rebase_fields(const FieldMap& before, const FieldMap& mine, const RevisionContent& newest);

}  // namespace depone
