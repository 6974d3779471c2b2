#include "store/evidence/rules.h"

namespace depone {

namespace {
using enum FieldType;
}

std::vector<FieldRule> testimony_rules() {
  return {
      {"title", text, "Title", "A line for lists, without names.", kNeeded},
      {"summary", text, "Summary", "A few sentences, without names."},

      {"source.pseudonym", text, "Pseudonym of the source",
       "The name by which the account speaks of the source. Never the real one.", kNeeded},
      {"source.connection", text, "Connection to the information",
       "How the source comes to know what is told.", kOptional, &source_connections()},
      {"source.counting_unit", text, "Counting unit", "For whom the source speaks.", kOptional,
       &counting_units()},
      {"source.language", text, "Language of the source",
       "A language tag as in BCP 47 (ko, my, ar, zh-Hant), or its name."},

      {"source.identity.name", text, "Name"},
      {"source.identity.birth", text, "Birth", "A date, a year, an age; a place."},
      {"source.identity.contact", text, "Contact", "How the source can be reached safely."},
      {"source.identity.address", text, "Address"},
      {"source.identity.gender", text, "Gender"},
      {"source.identity.nationality", text, "Nationality"},
      {"source.identity.ethnicity", text, "Ethnic background"},
      {"source.identity.religion", text, "Religion"},
      {"source.identity.occupation", text, "Occupation"},
      {"source.identity.document", text, "Identity document"},
      {"source.identity.notes", text, "Notes on the identity"},

      {"interview.date", date, "Date of the interview"},
      {"interview.place", text, "Place of the interview",
       "As exactly as is safe: this is read by everyone who reads the account."},
      {"interview.interviewer", text, "Interviewer"},
      {"interview.interpreter", text, "Interpreter"},
      {"interview.present", text, "Others present"},
      {"interview.present.#", text, "Other present"},
      {"interview.mode", choice, "Mode", "How the account was written down.", kOptional,
       &interview_modes()},
      {"interview.earlier_accounts", text, "Earlier accounts"},
      {"interview.earlier_accounts.#", text, "Earlier account", "In words alone."},
      {"interview.earlier_accounts.#.to", text, "Earlier account: to whom",
       "Who heard it before. Repeated interviewing harms, and accounts that differ are used "
       "against "
       "witnesses."},
      {"interview.earlier_accounts.#.date", date, "Earlier account: when"},
      {"interview.earlier_accounts.#.summary", text, "Earlier account: what"},

      {"consent.status", choice, "Consent",
       "Whether the source agrees that the account is kept and read. Explain first, then ask; "
       "write what the source said, not what you hope.",
       kNeeded, &consent_statuses()},
      {"consent.reason", text, "Reason",
       "Why the source was not asked, or the reason given for the refusal. Needed where the source "
       "was not asked."},
      {"consent.method", text, "How it was obtained",
       "For example: signed after it was read aloud; said and recorded."},
      {"consent.language", text, "Language in which it was explained",
       "A language tag as in BCP 47 (ko, my, ar, zh-Hant), or its name."},
      {"consent.explained.#", text, "What was explained", "", kOptional, &explanations()},
      {"consent.guardian", text, "Guardian",
       "Who agreed in the place of a child or of someone who cannot decide. A pseudonym will do."},
      {"consent.share.#", class_name, "Who may read",
       "The classes that may read the account. A class that is not named is sent nothing; public "
       "names no other class.",
       kOptional, &reader_classes()},
      {"consent.identity.#", class_name, "Who may read the identity",
       "The classes that may also read who the source is.", kOptional, &reader_classes()},
      {"consent.purposes.#", choice, "Purpose", "What it may be used for.", kOptional, &purposes()},
      {"consent.until", date, "Until",
       "The last day on which it may be used; a year, or a year and month, counts to its end. Left "
       "out, there is no end."},
      {"consent.conditions", text, "Conditions", "What the source asked for."},
      {"consent.recontact", text, "Contact again",
       "Whether and how the source may be contacted again."},
      {"consent.withdrawn.date", date, "Withdrawn on"},
      {"consent.withdrawn.where", text, "Withdrawn where", "In which record or talk it was said."},
      {"consent.withdrawn.why", text, "Withdrawn why"},

      {"account.text", long_text, "Account",
       "What the source tells, in the source's own words and language. Passages, with an empty "
       "line "
       "between them, can later be shown one by one.",
       kNeeded},
      {"account.language", text, "Language of the account",
       "A language tag as in BCP 47 (ko, my, ar, zh-Hant), or its name."},
      {"account.translations.#.text", long_text, "Translation"},
      {"account.translations.#.language", text, "Language of the translation"},
      {"account.translations.#.translator", text, "Translator", "A person, or the program used."},

      {"findings.clinician", text, "Clinician", "Who examined the source."},
      {"findings.consistency", choice, "Consistency (Istanbul Protocol)",
       "Of the findings with what is told. Only a clinician can say.", kOptional, &consistencies()},

      {"safety.notes", text, "Notes on risk"},
      {"safety.risks", text, "Risks", "For the source, the family, others who are named."},
      {"safety.measures", text, "Measures agreed"},
      {"safety.contact", text, "Safe way of contact"},
      {"care.referral", text, "Referral offered", "To a doctor, a therapist, legal aid; taken?"},
      {"care.feedback", text, "Feedback promised", "What the source will hear, from whom, when."},
      {"care.notes", text, "Notes on care"},

      {"reliability", choice, "Reliability", "As you judge it; unsure is an answer.", kOptional,
       &reliabilities()},
  };
}

}  // namespace depone
