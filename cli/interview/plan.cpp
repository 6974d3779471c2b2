#include "cli/interview/plan.h"

#include <string>

#include "crypto/error.h"
#include "store/records/withdraw.h"

namespace depone::cli {

namespace {

using enum Ask;

bool says(const FieldMap& fields, std::string_view path, std::string_view value) {
  const auto found = fields.find(path);
  return found != fields.end() && found->second == value;
}

bool consent_given(const FieldMap& fields) { return says(fields, "consent.status", "given"); }
bool consent_asked(const FieldMap& fields) { return !says(fields, "consent.status", "not asked"); }
bool consent_withdrawn(const FieldMap& fields) { return is_withdrawn(fields); }
// A reason is asked for where it is missed, or where there is one already.
bool consent_needs_reason(const FieldMap& fields) {
  return says(fields, "consent.status", "refused") || says(fields, "consent.status", "not asked") ||
         fields.contains("consent.reason");
}
bool has_clinician(const FieldMap& fields) { return fields.contains("findings.clinician"); }

Step acts() {
  return {
      items,
      "acts",
      "What was done",
      "Each act of violence or injustice by itself: what, to whom, when, where, how.",
      {"type", "victim", "date", "initial", "final", "place", "method", "consequences", "status"}};
}

Step involvements() {
  return {items,
          "involvements",
          "Who did it",
          "Each person or body that had a part in it.",
          {"perpetrator", "type", "degree", "attribution", "act"}};
}

Step tags() {
  return {list, "tags", "Tags", "Words to find the record by. They are not protected."};
}
Step links() { return {list, "links", "Links", "Addresses of something about this."}; }

std::vector<Section> testimony() {
  return {
      {"Consent",
       {{field, "consent.status"},
        {field, "consent.reason", "", "", {}, consent_needs_reason},
        {group,
         "consent.withdrawn",
         "When and why it was withdrawn",
         "",
         {"consent.withdrawn.date", "consent.withdrawn.where", "consent.withdrawn.why"},
         consent_withdrawn},
        {list,
         "consent.explained",
         "What was explained",
         "What the source was told before being asked.",
         {},
         consent_asked},
        {field, "consent.method", "", "", {}, consent_asked},
        {field, "consent.language", "", "", {}, consent_asked},
        {field, "consent.guardian", "", "", {}, consent_asked},
        {classes, "consent.share", "Who may read", "", {}, consent_given},
        {classes, "consent.identity", "Who may read the identity", "", {}, consent_given},
        {classes, "consent.purposes", "What it may be used for", "", {}, consent_given},
        {field, "consent.until", "", "", {}, consent_given},
        {field, "consent.conditions", "", "", {}, consent_given},
        {field, "consent.recontact", "", "", {}, consent_asked}}},
      {"The source",
       {{field, "source.pseudonym"},
        {field, "title"},
        {field, "source.connection"},
        {field, "source.language"},
        {field, "source.counting_unit"},
        {group,
         "source.identity",
         "Who the source is",
         "THE PROTECTED PART: read only by those whom the consent names for it, never shown in "
         "lists, searched only when asked for. Leave out what need not be known.",
         {"source.identity.name", "source.identity.birth", "source.identity.contact",
          "source.identity.address", "source.identity.gender", "source.identity.nationality",
          "source.identity.ethnicity", "source.identity.religion", "source.identity.occupation",
          "source.identity.document", "source.identity.notes"}}}},
      {"The interview",
       {{field, "interview.date"},
        {field, "interview.place"},
        {field, "interview.mode"},
        {field, "interview.interviewer"},
        {field, "interview.interpreter"},
        {list, "interview.present", "Others present", "Everybody else in the room."},
        {items,
         "interview.earlier_accounts",
         "Earlier accounts",
         "Each time the source told this before. Repeated interviewing harms, and accounts that "
         "differ are used against witnesses.",
         {"to", "date", "summary"}}}},
      {"The account",
       {{text, "account.text"},
        {field, "account.language"},
        {items,
         "account.translations",
         "Translations",
         "Each with its translator: a translation is a text of its own.",
         {"text", "language", "translator"}},
        {field, "summary"}}},
      {"What was done, and by whom", {acts(), involvements()}},
      {"Findings",
       {{field, "findings.clinician"}, {field, "findings.consistency", "", "", {}, has_clinician}}},
      {"Safety and care",
       {{group,
         "safety",
         "Safety",
         "What telling this may bring upon the source and others.",
         {"safety.risks", "safety.measures", "safety.contact", "safety.notes"}},
        {group,
         "care",
         "Care",
         "What was offered and promised.",
         {"care.referral", "care.feedback", "care.notes"}}}},
      {"To end with", {{field, "reliability"}, tags(), links()}}};
}

std::vector<Section> incident() {
  return {{"Who may read it", {{field, "confidentiality"}}},
          {"What happened",
           {{field, "title"},
            {field, "dates.initial"},
            {field, "dates.final"},
            {field, "place.name"},
            {group,
             "place",
             "The place on the map",
             "",
             {"place.latitude", "place.longitude", "place.precision"}},
            {text, "description"},
            {field, "impact"},
            {field, "violation_status"},
            {list, "rights_affected", "Rights affected", "Each by itself."}}},
          {"Who was hit",
           {{items,
             "victims",
             "Victims",
             "Each person, or each group with the number of its people.",
             {"name", "counting_unit", "number"}}}},
          {"What was done, and by whom", {acts(), involvements()}},
          {"How it is known",
           {{items,
             "information",
             "Sources of information",
             "Each person, paper, recording or page that says so.",
             {"source", "connection", "date", "type", "reliability", "link"}},
            {field, "reference"}}},
          {"What was done about it",
           {{items,
             "interventions",
             "Interventions",
             "Each step that somebody took for the victims.",
             {"party", "date", "type", "response", "impact"}}}},
          {"To end with", {tags(), links()}}};
}

}  // namespace

const std::vector<Section>& plan_of(std::string_view kind) {
  static const std::vector<Section> of_testimony = testimony();
  static const std::vector<Section> of_incident = incident();
  if (kind == "testimony") return of_testimony;
  if (kind == "incident") return of_incident;
  throw Error(Code::invalid, "there is no interview for this kind of record", std::string(kind));
}

std::string pattern_of(const Step& step, std::string_view field) {
  if (step.ask != items) return std::string(field);
  return std::string(step.path) + ".#." + std::string(field);
}

}  // namespace depone::cli
