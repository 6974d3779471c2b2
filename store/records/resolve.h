#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/formats/time.h"
#include "store/records/field_diff.h"
#include "store/vault.h"

namespace depone {

// Ending a conflict: a revision whose parents are all the newest ones. What they agree in is kept;
// what they differ in is decided by a person, field by field or for all, and never here.

struct Resolution {
  std::optional<std::string> take =
      {};  // the newest revision that decides what nothing below decides
  // A field, or all that begins with it ("acts", "acts.0"), as in this newest revision. The longest
  // one that fits counts.
  std::vector<std::pair<std::string, std::string>> take_fields = {};
  // Lists ("attachments", "tags") whose elements are kept from every newest revision: where two
  // have the same index, the later one gets the next free one.
  std::vector<std::string> keep_all = {};
  // Values by hand, over everything else; a long text whole.
  FieldMap set = {};
};

// Fields that the newest revisions differ in and that `resolution` leaves open.
std::vector<std::string> undecided(Vault& vault, std::string_view record,
                                   const Resolution& resolution);

// Makes the revision, with custody `revised`. Code::invalid where nothing is to be resolved, or a
// path or revision of `resolution` is none of the conflict's; Code::refused where something is left
// open, where a withdrawal of consent would be lost without being named, where source.identity
// would be decided by a vault that was not given it, or where what is hidden from this vault was
// changed on more than one side. Inside a Tx. Returns the revision id.
std::string resolve_conflict(Vault& vault, std::string_view record, const Resolution& resolution,
                             Time now);

}  // namespace depone
