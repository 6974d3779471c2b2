#include "store/evidence_rules.h"

namespace depone {

namespace {
using enum FieldType;
}

std::vector<FieldRule> testimony_rules() {
  return {
      {"title", text, "Title", true},
      {"summary", text, "Summary"},

      {"source.pseudonym", text, "Pseudonym of the source", true},
      {"source.connection", text, "Connection to the information"},
      {"source.identity.name", text, "Name"},
      {"source.identity.birth", text, "Birth"},
      {"source.identity.contact", text, "Contact"},
      {"source.identity.address", text, "Address"},
      {"source.identity.gender", text, "Gender"},
      {"source.identity.nationality", text, "Nationality"},
      {"source.identity.ethnicity", text, "Ethnic background"},
      {"source.identity.religion", text, "Religion"},
      {"source.identity.occupation", text, "Occupation"},
      {"source.identity.document", text, "Identity document"},
      {"source.identity.notes", text, "Notes on the identity"},
      {"source.counting_unit", text, "Counting unit"},
      {"source.language", text, "Language of the source"},

      {"interview.date", date, "Date of the interview"},
      {"interview.place", text, "Place of the interview"},
      {"interview.interviewer", text, "Interviewer"},
      {"interview.interpreter", text, "Interpreter"},
      {"interview.present", text, "Others present"},
      {"interview.present.#", text, "Other present"},
      {"interview.mode", choice, "Mode", false, {"verbatim", "summary"}},
      {"interview.earlier_accounts", text, "Earlier accounts"},
      {"interview.earlier_accounts.#", text, "Earlier account"},
      {"interview.earlier_accounts.#.to", text, "Earlier account: to whom"},
      {"interview.earlier_accounts.#.date", date, "Earlier account: when"},
      {"interview.earlier_accounts.#.summary", text, "Earlier account: what"},

      {"consent.status", choice, "Consent", true, {"given", "refused", "withdrawn", "not asked"}},
      {"consent.reason", text, "Reason"},
      {"consent.method", text, "How it was obtained"},
      {"consent.language", text, "Language in which it was explained"},
      {"consent.explained.#", text, "What was explained"},
      {"consent.guardian", text, "Guardian"},
      {"consent.share.#", class_name, "Who may read", false, reader_classes()},
      {"consent.identity.#", class_name, "Who may read the identity", false, reader_classes()},
      {"consent.purposes.#",
       choice,
       "Purpose",
       false,
       {"documentation", "legal proceedings", "advocacy", "publication", "medical referral"}},
      {"consent.until", date, "Until"},
      {"consent.conditions", text, "Conditions"},
      {"consent.recontact", text, "Contact again"},
      {"consent.withdrawn.date", date, "Withdrawn on"},
      {"consent.withdrawn.where", text, "Withdrawn where"},
      {"consent.withdrawn.why", text, "Withdrawn why"},

      {"account.text", long_text, "Account", true},
      {"account.language", text, "Language of the account"},
      {"account.translations.#.text", long_text, "Translation"},
      {"account.translations.#.language", text, "Language of the translation"},
      {"account.translations.#.translator", text, "Translator"},

      {"findings.consistency",
       choice,
       "Consistency (Istanbul Protocol)",
       false,
       {"not consistent", "consistent with", "highly consistent", "typical of", "diagnostic of"}},
      {"findings.clinician", text, "Clinician"},

      {"safety.notes", text, "Notes on risk"},
      {"safety.risks", text, "Risks"},
      {"safety.measures", text, "Measures agreed"},
      {"safety.contact", text, "Safe way of contact"},
      {"care.referral", text, "Referral offered"},
      {"care.feedback", text, "Feedback promised"},
      {"care.notes", text, "Notes on care"},

      {"reliability", choice, "Reliability", false, reliability_choices()},
  };
}

}  // namespace depone
