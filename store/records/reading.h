#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "crypto/formats/fields.h"
#include "crypto/formats/roster.h"
#include "crypto/formats/time.h"
#include "store/vault.h"

namespace depone {

// What a class may read of a record in this vault (docs/format.md, "Consent"): the one place that
// export and disclosure ask.

struct Readable {
  bool record = false;    // the class may read the record
  bool identity = false;  // … and who the source is
  std::string reason;     // in words, where one of the two is not so
  // The "now" that was asked about: the later of the clock and the time at which the newest roster
  // held was issued, so that a clock set back brings no consent to life again.
  Time judged;
};
// By every newest revision of the record: what one of them does not allow is not allowed. A class
// that is none of consent's and that the roster held does not name may read nothing.
// Code::not_found.
Readable readable_by(Vault& vault, std::string_view record, std::string_view reader_class,
                     Time clock);
// The same with the newest roster held, for many records.
Readable readable_by(Vault& vault, const std::optional<Roster>& roster, std::string_view record,
                     std::string_view reader_class, Time clock);

// What counts as source.identity among the fields of one revision: its own paths, and every line of
// an attachment that identifies (it does unless the record says no).
bool is_identity(const FieldMap& fields, std::string_view path);
// Contents (SHA-256) that may not be shown to who may not read the identity. A content that one
// attachment says identifies does so under every name.
std::set<std::string> identifying_contents(const FieldMap& fields);

// The fields of one revision that such a reader may have: none where the record is refused; consent
// itself is never left out.
FieldMap readable_fields(const FieldMap& fields, const Readable& may);

}  // namespace depone
