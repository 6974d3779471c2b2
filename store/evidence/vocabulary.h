#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace depone {

// One word of a vocabulary: what is stored, its code in the thesaurus ("" where there is none) and
// what people read beside it ("": the word says it).
struct Term {
  std::string_view value;
  std::string_view code = {};
  std::string_view label = {};
};

struct Vocabulary {
  std::string_view thesaurus;  // "HURIDOCS 42"; "" where the words are of no published thesaurus
  bool open = false;           // the writer's own words will do too
  std::vector<Term> terms = {};

  bool has(std::string_view value) const;
};

// Micro-thesauri of HURIDOCS (2001; Dueck, Guzman, Verstappen), by their numbers: words and codes
// of the published lists, without the zeros that fill a code up to twelve digits. Of the long ones
// the words that testimonies need most; those are open.
const Vocabulary& rights();                  // 3
const Vocabulary& types_of_acts();           // 4
const Vocabulary& methods_of_violence();     // 5
const Vocabulary& counting_units();          // 7
const Vocabulary& degrees_of_involvement();  // 18
const Vocabulary& source_connections();      // 19
const Vocabulary& types_of_intervention();   // 20
const Vocabulary& types_of_perpetrators();   // 24
const Vocabulary& statuses_as_victim();      // 25
const Vocabulary& types_of_response();       // 27
const Vocabulary& attributions();            // 28
const Vocabulary& violation_statuses();      // 41
const Vocabulary& reliabilities();           // 42
const Vocabulary& impacts();                 // 44
const Vocabulary& date_types();              // 48; `exact` is ours

// Istanbul Protocol, paragraph 187.
const Vocabulary& consistencies();

// Depone's own (docs/format.md, "Evidence fields", "Consent").
const Vocabulary& consent_statuses();
const Vocabulary& reader_classes();
const Vocabulary& purposes();
const Vocabulary& explanations();
const Vocabulary& interview_modes();
const Vocabulary& attachment_statuses();
const Vocabulary& confidentialities();

}  // namespace depone
