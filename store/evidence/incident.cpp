#include "store/evidence/rules.h"

namespace depone {

namespace {
using enum FieldType;
}

std::vector<FieldRule> incident_rules() {
  return {
      {"title", text, "Title", "A line that says what happened, for lists.", kNeeded},
      {"reference", text, "Identifier in the source",
       "The number that this report has where it comes from."},
      {"dates.initial", date, "First day", "When it began, as far as it is known.", kNeeded},
      {"dates.final", date, "Last day", "Of something that lasted longer than a day."},
      {"place.name", text, "Place", "", kNeeded},
      {"place.latitude", number, "Latitude", "In degrees, north positive: 37.57."},
      {"place.longitude", number, "Longitude", "In degrees, east positive: 126.98."},
      {"place.precision", text, "Precision of the place", "For example: village, within 10 km."},
      {"description", long_text, "Description", "What happened, in the order in which it did.",
       kNeeded},
      {"impact", text, "Impact", "What it changed for the people there."},
      {"violation_status", choice, "Status as a violation",
       "How sure it is that this was a violation of rights.", kOptional, &violation_statuses()},
      {"rights_affected.#", text, "Right affected", "", kOptional, &rights()},

      {"victims.#", text, "Victim", "A name or a description alone."},
      {"victims.#.name", text, "Victim", "A name, or what describes the person or group."},
      {"victims.#.counting_unit", text, "Counting unit", "What is counted.", kOptional,
       &counting_units()},
      {"victims.#.number", integer, "Number", "How many of them."},

      {"information.#.source", text, "Source of information",
       "Who or what says so. Someone at risk: a pseudonym."},
      {"information.#.connection", text, "Connection of the source",
       "How the source comes to know it.", kOptional, &source_connections()},
      {"information.#.date", date, "Date of the information"},
      {"information.#.type", text, "Type of source material",
       "For example: interview, letter, newspaper, video."},
      {"information.#.reliability", choice, "Reliability", "", kOptional, &reliabilities()},
      {"information.#.link", url, "Link"},

      {"interventions.#", text, "Intervention", "In words alone."},
      {"interventions.#.party", text, "Intervening party", "Who stepped in."},
      {"interventions.#.date", date, "Date of the intervention"},
      {"interventions.#.type", text, "Type of intervention", "", kOptional,
       &types_of_intervention()},
      {"interventions.#.response", text, "Response", "", kOptional, &types_of_response()},
      {"interventions.#.impact", text, "Impact on the situation", "", kOptional, &impacts()},

      {"confidentiality", choice, "Confidentiality",
       "Who may be sent this report. Left out, it counts as members.", kOptional,
       &confidentialities()},
  };
}

}  // namespace depone
