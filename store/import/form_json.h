#pragma once

#include <string_view>

#include "crypto/json.h"
#include "store/import/form_tables.h"

namespace depone {

// A form's submissions from JSON: ODK Central's OData (groups nested, repeats as lists with
// $expand=*), KoboToolbox's API v2 (flat names "group/question", repeats as lists of the same), or
// plain objects that are mapped the same way.

// Whether the document is a form's: {"value": […]} of OData, {"results": […]} of Kobo, or a list
// whose first element has the ids of one of them.
bool is_form_json(const Json& document);
// Code::invalid where an element is no object. `document`: also a list of any objects.
FormExport submissions_of_json(const Json& document);
// One object: its answers.
FormSubmission submission_of_json(const Json& object);

}  // namespace depone
