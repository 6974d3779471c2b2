#include "store/import/form_json.h"
#include "store/import/map.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

// Submissions of a form, through a map that takes groups, a repeat and files.
DEPONE_FUZZ_TARGET {
  static const ImportMap map = parse_import_map(
      R"({"a": "account.text", "b/c": "source.pseudonym", "f": "attachments",
          "r": {"path": "acts", "each": {"x": "type", "d": "date"}}, "r/y": "tags",
          "": {"title": "x"}})");
  static const FormPlan plan("testimony", map);
  const FormExport found = submissions_of_json(parse_json(text, "fuzz"));
  plan.unknown_names(found.submissions);
  for (const FormSubmission& submission : found.submissions)
    fuzz::refuse_or([&] { check_paths(plan.item(submission).fields); });
}
