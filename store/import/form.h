#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/import/item.h"
#include "store/import/map.h"

namespace depone {

// Submissions of a form (an XForm, as ODK Central and KoboToolbox export them), whatever file they
// came in, and what a map makes of them.

// Names are paths of questions: groups and questions joined by "/". A point of GeoJSON is the four
// values name/Latitude, /Longitude, /Altitude, /Accuracy, as ODK's tables have it.
struct FormAnswers {
  std::vector<std::pair<std::string, std::string>> values;
  // The rows of each repeat, under its path; names in a row are relative to the repeat.
  std::vector<std::pair<std::string, std::vector<FormAnswers>>> repeats;
};

struct FormSubmission {
  std::uint64_t line = 0;  // of its table; 0 where it has none
  std::string id;          // instanceID: "uuid:…"
  FormAnswers answers;
  std::vector<std::string> files;  // all that belong to it, where the export says so
};

// Names in which "-" and "/" are alike: ODK's tables join groups with "-", its JSON nests them,
// KoboToolbox joins them with "/".
std::string form_name(std::string_view name);

class FormPlan {
 public:
  // Code::invalid for a map to fields that there are not.
  FormPlan(std::string_view kind, const ImportMap& map);
  ~FormPlan();
  // Names that the map does not name, that stand below none that it names, and that are not the
  // export's own (KEY, _uuid, __system/…); without values they do not count. In order, each once.
  std::vector<std::string> unknown_names(const std::vector<FormSubmission>& submissions) const;
  // Code::invalid where it may not be saved.
  ImportItem item(const FormSubmission& submission) const;

 private:
  struct Level;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace depone
