#include "store/evidence_rules.h"

namespace depone {

namespace {
using enum FieldType;
}

std::vector<FieldRule> incident_rules() {
  return {
      {"title", text, "Title", true},
      {"reference", text, "Identifier in the source"},
      {"dates.initial", date, "First day", true},
      {"dates.final", date, "Last day"},
      {"place.name", text, "Place", true},
      {"place.latitude", number, "Latitude"},
      {"place.longitude", number, "Longitude"},
      {"place.precision", text, "Precision of the place"},
      {"description", long_text, "Description", true},
      {"impact", text, "Impact"},
      {"violation_status", text, "Status as a violation"},
      {"rights_affected.#", text, "Right affected"},

      {"victims.#", text, "Victim"},
      {"victims.#.name", text, "Victim"},
      {"victims.#.counting_unit", text, "Counting unit"},
      {"victims.#.number", integer, "Number"},

      {"information.#.source", text, "Source of information"},
      {"information.#.connection", text, "Connection of the source"},
      {"information.#.date", date, "Date of the information"},
      {"information.#.type", text, "Type of source material"},
      {"information.#.reliability", choice, "Reliability", false, reliability_choices()},
      {"information.#.link", url, "Link"},

      {"interventions.#", text, "Intervention"},
      {"interventions.#.party", text, "Intervening party"},
      {"interventions.#.date", date, "Date of the intervention"},
      {"interventions.#.type", text, "Type of intervention"},
      {"interventions.#.response", text, "Response"},
      {"interventions.#.impact", text, "Impact on the situation"},

      {"confidentiality", choice, "Confidentiality", false, {"public", "members", "desk"}},
  };
}

}  // namespace depone
