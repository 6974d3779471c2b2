#include "store/evidence_rules.h"

namespace depone {

namespace {
using enum FieldType;
}

std::vector<std::string_view> reliability_choices() {
  return {"highly reliable",   "likely reliable",   "unsure",
          "likely unreliable", "highly unreliable", "unknown"};
}

std::vector<std::string_view> date_type_choices() {
  return {"exact", "estimate", "unknown day", "unknown month and day"};
}

std::vector<std::string_view> reader_classes() {
  return {"desk", "legal", "medical", "partner", "court", "public"};
}

std::vector<FieldRule> common_rules() {
  return {
      {"created", text, "Made on"},
      {"tags.#", text, "Tag"},
      {"links.#", url, "Link"},

      {"attachments.#.name", text, "Name as collected"},
      {"attachments.#.type", text, "Media type"},
      {"attachments.#.size", integer, "Size in bytes"},
      {"attachments.#.sha256", sha256, "SHA-256"},
      {"attachments.#.captured.date", date, "Captured on"},
      {"attachments.#.captured.known_by", text, "By what the date is known"},
      {"attachments.#.device", text, "Device"},
      {"attachments.#.collector", text, "Collected by"},
      {"attachments.#.place", text, "Place"},
      {"attachments.#.transformation", text, "What was done to it"},
      {"attachments.#.status", choice, "Status", false, {"evidentiary original", "working copy"}},
      {"attachments.#.identifies", boolean, "Identifies the source"},

      {"acts.#.type", text, "Type of act"},
      {"acts.#.victim", text, "Victim"},
      {"acts.#.date", date, "Date"},
      {"acts.#.initial", date, "First day"},
      {"acts.#.final", date, "Last day"},
      {"acts.#.place", text, "Place"},
      {"acts.#.method", text, "Method of violence"},
      {"acts.#.consequences", text, "Consequences"},
      {"acts.#.status", text, "Status at the end of the act"},

      {"involvements.#.perpetrator", text, "Perpetrator"},
      {"involvements.#.type", text, "Type of perpetrator"},
      {"involvements.#.degree", text, "Degree of involvement"},
      {"involvements.#.attribution", text, "Attribution"},
      {"involvements.#.act", text, "Act"},
  };
}

}  // namespace depone
