#include "store/evidence/rules.h"

namespace depone {

namespace {
using enum FieldType;
}

std::vector<FieldRule> common_rules() {
  return {
      {"acts.#.type", text, "Type of act", "What was done to the victim.", kOptional,
       &types_of_acts()},
      {"acts.#.victim", text, "Victim",
       "To whom. Of a source whose name is protected, the pseudonym: this is read by everyone who "
       "reads the account."},
      {"acts.#.date", date, "Date", "The day of an act that took one day."},
      {"acts.#.initial", date, "First day", "Of an act that lasted longer."},
      {"acts.#.final", date, "Last day"},
      {"acts.#.place", text, "Place"},
      {"acts.#.method", text, "Method of violence", "How it was done.", kOptional,
       &methods_of_violence()},
      {"acts.#.consequences", text, "Consequences", "What it did to the victim."},
      {"acts.#.status", text, "Status at the end of the act", "What had become of the victim then.",
       kOptional, &statuses_as_victim()},

      {"involvements.#.perpetrator", text, "Perpetrator",
       "A name, a rank, a unit, or what the source remembers of the person."},
      {"involvements.#.type", text, "Type of perpetrator", "", kOptional, &types_of_perpetrators()},
      {"involvements.#.degree", text, "Degree of involvement", "", kOptional,
       &degrees_of_involvement()},
      {"involvements.#.attribution", text, "Attribution",
       "By what it is known that this perpetrator did it, and what officials say.", kOptional,
       &attributions()},
      {"involvements.#.act", text, "Act", "In which of the acts."},

      {"tags.#", text, "Tag", "A word to find the record by. It is not protected."},
      {"links.#", url, "Link", "The address of something about this."},
      {"links.#.record", text, "Linked record", "The id of another record."},
      {"links.#.as", text, "How the linked record stands to this one"},

      {"attachments.#.name", text, "Name as collected"},
      {"attachments.#.type", text, "Media type"},
      {"attachments.#.size", integer, "Size in bytes"},
      {"attachments.#.sha256", sha256, "SHA-256"},
      {"attachments.#.captured.date", date, "Captured on"},
      {"attachments.#.captured.known_by", text, "By what the date is known"},
      {"attachments.#.device", text, "Device"},
      {"attachments.#.collector", text, "Collected by"},
      {"attachments.#.place", text, "Place"},
      {"attachments.#.transformation", text, "What was done to it",
       "By what, and from which other attachment."},
      {"attachments.#.status", choice, "Status", "", kOptional, &attachment_statuses()},
      {"attachments.#.identifies", boolean, "Identifies the source",
       "Whether it shows or names the source. Absent counts as true."},

      {"created", text, "Made on", "Set by the program."},
  };
}

}  // namespace depone
