#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/fields.h"
#include "crypto/formats/time.h"
#include "store/vault.h"

namespace depone {

// A source that takes consent back. From then on nothing of the record is sealed, exported or
// disclosed; what was read before can't be recalled.

struct Withdrawal {
  std::vector<std::string>
      revisions;                     // one for each newest revision; empty: it was withdrawn before
  std::vector<std::string> sent_to;  // members that a bundle with this record was made for
};
// Sets consent.status and consent.withdrawn (the day, `where` and `why` unless empty) in a revision
// after each newest one, so that no way of resolving a conflict overlooks it; custody `withdrawn`,
// object: the revision. Code::invalid for a record without consent. Inside a Tx.
Withdrawal withdraw_consent(Vault& vault, std::string_view record, const std::string& where,
                            const std::string& why, Time now);

// Whether these fields say that consent was withdrawn.
bool is_withdrawn(const FieldMap& fields);

}  // namespace depone
