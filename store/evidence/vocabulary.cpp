#include "store/evidence/vocabulary.h"

#include <algorithm>

namespace depone {

namespace {
constexpr bool kOpen = true;
constexpr bool kClosed = false;
}  // namespace

bool Vocabulary::has(std::string_view value) const {
  return std::any_of(terms.begin(), terms.end(),
                     [&](const Term& term) { return term.value == value; });
}

const Vocabulary& rights() {
  static const Vocabulary words{"HURIDOCS 3",
                                kOpen,
                                {{"right to life", "0101"},
                                 {"freedom from capital punishment", "0102"},
                                 {"equality before the law", "0103"},
                                 {"equality of the sexes", "0104"},
                                 {"right to vote", "0139"},
                                 {"right to marriage", "0141"},
                                 {"right to found a family", "0142"},
                                 {"respect for family life", "0143"},
                                 {"rights of children and juveniles", "0301"},
                                 {"rights of women", "0302"},
                                 {"rights of disabled persons", "0303"},
                                 {"rights of ageing persons", "0304"},
                                 {"rights of aliens", "0305"},
                                 {"territorial asylum", "030502"},
                                 {"family reunion", "030503"},
                                 {"form and join trade unions", "032106"},
                                 {"just working conditions", "032110"},
                                 {"self-determination", "0403"}}};
  return words;
}

const Vocabulary& types_of_acts() {
  static const Vocabulary words{"HURIDOCS 4",
                                kOpen,
                                {{"summary execution", "01010101"},
                                 {"extra-judicial execution", "01010102"},
                                 {"capital punishment", "01010103"},
                                 {"death in detention or custody", "01010601"},
                                 {"death in a camp", "01010602"},
                                 {"death as a result of torture", "01019001"},
                                 {"physical assault", "020101"},
                                 {"threats", "02010301"},
                                 {"death threats", "02010302"},
                                 {"surveillance", "02010303"},
                                 {"rape", "02011101"},
                                 {"sexual assault", "02011103"},
                                 {"torture", "02011111"},
                                 {"arrest", "030101"},
                                 {"detention", "030102"},
                                 {"disappearance", "030103"},
                                 {"abduction", "030104"},
                                 {"house arrest", "030105"},
                                 {"slavery", "030106"},
                                 {"illegal search or raid", "040101"},
                                 {"internal exile", "050101"},
                                 {"exile", "050102"},
                                 {"eviction", "050103"},
                                 {"displacement", "050104"},
                                 {"restriction on travel", "050106"},
                                 {"denial of the right of return", "050107"}}};
  return words;
}

const Vocabulary& methods_of_violence() {
  static const Vocabulary words{"HURIDOCS 5",
                                kOpen,
                                {{"shooting to kill", "0101"},
                                 {"attack with a knife to kill", "0103"},
                                 {"held in a regular detention place", "0201"},
                                 {"beating", "0301"},
                                 {"slapping, kicking or punching", "030101"},
                                 {"blows with rifle butts or sticks", "030102"},
                                 {"falanga (beating of the soles)", "030104"},
                                 {"wounding", "0302"},
                                 {"maiming or breaking bones", "0303"},
                                 {"burns", "0304"},
                                 {"rape", "0305"},
                                 {"overcrowding", "031905"},
                                 {"psychological torture", "0320"},
                                 {"degradation", "0321"},
                                 {"threats", "0322"},
                                 {"death threats", "0323"},
                                 {"made to witness torture", "0324"},
                                 {"pharmacological manipulation", "0325"},
                                 {"tear gas", "0401"},
                                 {"indiscriminate shooting", "0402"},
                                 {"indiscriminate bombing", "0403"},
                                 {"unknown", "99"}}};
  return words;
}

const Vocabulary& counting_units() {
  static const Vocabulary words{"HURIDOCS 7",
                                kOpen,
                                {{"individual", "01"},
                                 {"family", "02"},
                                 {"group, organisation or institution", "03"},
                                 {"community", "04"},
                                 {"social group, class or caste", "05"},
                                 {"people in general", "06"}}};
  return words;
}

const Vocabulary& degrees_of_involvement() {
  static const Vocabulary words{"HURIDOCS 18",
                                kOpen,
                                {{"directly carried out the act", "0101"},
                                 {"gave orders that led to the act", "0102"},
                                 {"passive accomplice in the act", "0103"},
                                 {"confirmed to be present at the act", "0104"},
                                 {"perpetrator of exploitation", "0201"},
                                 {"authored the violative law or policy", "0301"},
                                 {"supported the violative law or policy", "0302"},
                                 {"implemented a violative law or policy", "04"},
                                 {"failed to offer protection", "05"},
                                 {"failed to exercise authority", "0501"},
                                 {"knew of the act and did nothing", "0502"},
                                 {"general political responsibility", "06"},
                                 {"unknown", "99"}}};
  return words;
}

const Vocabulary& source_connections() {
  static const Vocabulary words{
      "HURIDOCS 19",
      kOpen,
      {{"victim", "0101"},
       {"witness", "0102"},
       {"perpetrator", "0103"},
       {"relative of victim", "020101"},
       {"colleague at work of victim", "020102"},
       {"member of the same organisation as victim", "020103"},
       {"third party", "03", "heard of it from witnesses or participants"},
       {"reporter", "0301"},
       {"lawyer", "0401"},
       {"provider of medical service", "0402"},
       {"provider of financial service", "0403"},
       {"unknown", "99"}}};
  return words;
}

const Vocabulary& types_of_intervention() {
  static const Vocabulary words{"HURIDOCS 20",
                                kOpen,
                                {{"financial assistance", "0101"},
                                 {"legal aid", "0102"},
                                 {"medical aid", "0103"},
                                 {"publicity about the victim", "0104"},
                                 {"demand for investigation", "0201"}}};
  return words;
}

const Vocabulary& types_of_perpetrators() {
  static const Vocabulary words{"HURIDOCS 24",
                                kOpen,
                                {{"national-level officials", "010101"},
                                 {"local government officials", "010102"},
                                 {"armed forces", "010103"},
                                 {"police", "010104"},
                                 {"prison officials", "010105"},
                                 {"intelligence agency", "010106"},
                                 {"legislative", "0102"},
                                 {"judiciary", "0103"},
                                 {"paramilitary forces", "020101"},
                                 {"vigilante groups or death squads", "020102"},
                                 {"occupying forces", "03"},
                                 {"unknown", "99"}}};
  return words;
}

const Vocabulary& statuses_as_victim() {
  static const Vocabulary words{"HURIDOCS 25",
                                kOpen,
                                {{"dead", "0101"},
                                 {"wounded or injured", "0102"},
                                 {"still missing", "0103"},
                                 {"discovered after missing for some time", "0104"},
                                 {"arrested and released or escaped", "0201"},
                                 {"restricted in movement", "0301"},
                                 {"exiled or deported", "0302"},
                                 {"displaced or a refugee, still in flight", "0303"},
                                 {"displaced or a refugee, stopped fleeing", "0304"},
                                 {"unknown", "99"}}};
  return words;
}

const Vocabulary& types_of_response() {
  static const Vocabulary words{"HURIDOCS 27",
                                kOpen,
                                {{"responded, with favourable results", "01"},
                                 {"provided assistance", "0101"},
                                 {"bore greater pressure on authorities", "0102"},
                                 {"enhanced publicity", "0103"},
                                 {"pledged commitment", "02"},
                                 {"countered the intervention", "03"},
                                 {"denied the event", "0301"},
                                 {"request for more information", "04"},
                                 {"token response", "05"},
                                 {"no response", "06"}}};
  return words;
}

const Vocabulary& attributions() {
  static const Vocabulary words{"HURIDOCS 28",
                                kOpen,
                                {{"officials acknowledge the act", "0101"},
                                 {"officials deny the act", "0102"},
                                 {"officials acknowledge the act, deny responsibility", "0103"},
                                 {"officials give another explanation", "0104"},
                                 {"non-state actors acknowledge the act", "0201"},
                                 {"unknown", "99"}}};
  return words;
}

const Vocabulary& violation_statuses() {
  // 02 and 04 as the French and Spanish editions have them; an English one in circulation has the
  // two words exchanged.
  static const Vocabulary words{"HURIDOCS 41",
                                kClosed,
                                {{"confirmed", "01"},
                                 {"confirmed as a violation", "0101"},
                                 {"confirmed as an act similar to a violation", "0102"},
                                 {"confirmed as not a violation", "0103"},
                                 {"likely", "02"},
                                 {"possible", "03"},
                                 {"unlikely", "04"},
                                 {"unknown", "99"}}};
  return words;
}

const Vocabulary& reliabilities() {
  static const Vocabulary words{"HURIDOCS 42",
                                kClosed,
                                {{"highly reliable", "01"},
                                 {"likely reliable", "02"},
                                 {"unsure", "03"},
                                 {"likely unreliable", "04"},
                                 {"highly unreliable", "05"},
                                 {"unknown", "99"}}};
  return words;
}

const Vocabulary& impacts() {
  static const Vocabulary words{"HURIDOCS 44",
                                kOpen,
                                {{"strong positive impact", "01"},
                                 {"moderate positive impact", "02"},
                                 {"minor impact", "03"},
                                 {"no discernible impact", "04"},
                                 {"moderate negative impact", "05"},
                                 {"strong negative impact", "06"},
                                 {"unknown", "99"}}};
  return words;
}

const Vocabulary& date_types() {
  static const Vocabulary words{
      "HURIDOCS 48",
      kClosed,
      {{"exact"}, {"estimate", "01"}, {"unknown day", "02"}, {"unknown month and day", "03"}}};
  return words;
}

const Vocabulary& consistencies() {
  static const Vocabulary words{"Istanbul Protocol 187",
                                kClosed,
                                {{"not consistent"},
                                 {"consistent with"},
                                 {"highly consistent"},
                                 {"typical of"},
                                 {"diagnostic of"}}};
  return words;
}

const Vocabulary& consent_statuses() {
  static const Vocabulary words{"",
                                kClosed,
                                {{"given", "", "the source agreed, as said below"},
                                 {"refused", "", "the source said no"},
                                 {"withdrawn", "", "the source agreed and took it back"},
                                 {"not asked", "", "say why"}}};
  return words;
}

const Vocabulary& reader_classes() {
  static const Vocabulary words{"",
                                kClosed,
                                {{"desk", "", "the organisation's case desk"},
                                 {"legal", "", "lawyers who work with it"},
                                 {"medical", "", "doctors and therapists"},
                                 {"partner", "", "partner organisations"},
                                 {"court", "", "courts and tribunals"},
                                 {"public", "", "everybody"}}};
  return words;
}

const Vocabulary& purposes() {
  static const Vocabulary words{"",
                                kClosed,
                                {{"documentation"},
                                 {"legal proceedings"},
                                 {"advocacy"},
                                 {"publication"},
                                 {"medical referral"}}};
  return words;
}

const Vocabulary& explanations() {
  static const Vocabulary words{"",
                                kOpen,
                                {{"who will read this"},
                                 {"what it is for"},
                                 {"the risks of telling"},
                                 {"that it can be withdrawn"},
                                 {"that what was read cannot be recalled"},
                                 {"that nothing is paid for it"}}};
  return words;
}

const Vocabulary& interview_modes() {
  static const Vocabulary words{
      "", kClosed, {{"verbatim", "", "word for word"}, {"summary", "", "in the writer's words"}}};
  return words;
}

const Vocabulary& attachment_statuses() {
  static const Vocabulary words{
      "", kClosed, {{"evidentiary original", "", "as it was collected"}, {"working copy"}}};
  return words;
}

const Vocabulary& confidentialities() {
  static const Vocabulary words{"",
                                kClosed,
                                {{"public", "", "everybody"},
                                 {"members", "", "the organisation's classes, and courts"},
                                 {"desk", "", "case desks only"}}};
  return words;
}

}  // namespace depone
