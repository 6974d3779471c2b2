#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/fields.h"
#include "crypto/formats/time.h"
#include "store/evidence/vocabulary.h"

namespace depone {

// What a record may hold: one table of the fields of a testimony and an incident (docs of HURIDOCS
// Events Standard Formats), with types, vocabularies, and what people are told about each. What
// checks input, the printed and the JSON Schema (schema.h) and the interview all read this table.

enum class FieldType {
  text,
  long_text,
  boolean,
  integer,
  number,
  date,
  choice,
  class_name,
  url,
  sha256
};

struct FieldRule {
  std::string_view pattern;  // "acts.#.victim": # is an index
  FieldType type;
  std::string_view label;             // for people
  std::string_view help = {};         // what to write, in a sentence or two; "": the label says it
  bool needed = false;                // marked * in the design: complete only with it
  const Vocabulary* words = nullptr;  // of a choice or class; of a text, words to choose from
};

inline constexpr std::size_t kMaxFieldText = 1u << 20;    // bytes of one text or passage
inline constexpr std::size_t kMaxFields = 20'000;         // and passages, of a record
inline constexpr std::size_t kMaxRecordText = 16u << 20;  // bytes of all texts of a record

const std::vector<FieldRule>& field_rules(std::string_view kind);
bool is_kind(std::string_view kind);  // testimony | incident
// The rule of a path ("acts.0.victim", "description.3"); null for an unknown field or kind.
const FieldRule* rule_of(std::string_view kind, std::string_view path);
// Who the source is: what a class reads only where consent.identity names it.
bool is_protected(std::string_view path);

// Refuses unknown fields, wrong types, dates that do not exist, unknown choices: Code::invalid
// names the path and says what is expected. Only what a member writes himself is held to this; what
// comes from others follows the format alone: fields that stand in `known` with the same value are
// passed over.
void check_fields(std::string_view kind, const FieldMap& fields, const FieldMap* known = nullptr);
// The part of it that looks at one field alone.
void check_field(std::string_view kind, std::string_view path, const Json& value);
// Paths of needed fields that are absent; consent.reason too, where a source was not asked.
std::vector<std::string> missing_fields(std::string_view kind, const FieldMap& fields);

// The date a list shows: interview.date or dates.initial, as its text; "" where absent.
std::string record_date(std::string_view kind, const FieldMap& fields);

// "2020-06-05", "2020-06" or "2020", with "(Believed to be)" and the like as type estimate.
// nullopt: not a date.
std::optional<Json> parse_written_date(std::string_view text);
// Texts at the places of dates become dates where they can be read as one; others stay, for
// check_fields to refuse.
void read_written_dates(std::string_view kind, FieldMap& fields);

// Consent and confidentiality (decided rules).
struct ConsentVerdict {
  bool record = false;    // the class may read the record
  bool identity = false;  // … and source.identity
  std::string reason;     // where refused: what consent says, in words
};
ConsentVerdict may_read(std::string_view kind, const FieldMap& fields,
                        std::string_view member_class, Time now);
// Whether the record holds something that counts as source.identity: source.identity.* or an
// attachment that identifies (true unless said otherwise).
bool holds_identity(std::string_view kind, const FieldMap& fields);

}  // namespace depone
