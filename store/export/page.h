#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/export/copy.h"

namespace depone {

// One record for people: a page that stands alone, without script, without anything that is fetched
// from elsewhere, and with no link but those to the copies beside it. Whatever a record holds is
// text there: no markup of its own, no link, no character that turns other text around.
std::string html_page(const ExportRecord& record, const FieldMap& fields,
                      const std::vector<ExportedCopy>& copies, std::string_view member_class);
std::string markdown_page(const ExportRecord& record, const FieldMap& fields,
                          const std::vector<ExportedCopy>& copies, std::string_view member_class);

}  // namespace depone
