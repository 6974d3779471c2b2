#include "store/import/csv.h"

#include <memory>

#include "crypto/error.h"
#include "store/import/csv_fields.h"
#include "store/import/csv_rows.h"

namespace depone {

namespace {

std::unique_ptr<ColumnPlan> plan_for(std::string_view kind, const ImportMap* map,
                                     const std::vector<std::string>& header) {
  if (map != nullptr) return std::make_unique<ColumnPlan>(kind, *map, header);
  return std::make_unique<ColumnPlan>(kind, own_map(kind, header), header);
}

}  // namespace

std::vector<ImportIssue> read_csv(Source& source, std::string_view kind, const ImportMap* map,
                                  const std::function<void(ImportItem)>& take) {
  std::vector<ImportIssue> errors;
  const auto refuse = [&](std::uint64_t line, std::string message) {
    add_error(errors, {line, "", std::move(message)});
  };
  std::unique_ptr<ColumnPlan> plan;
  const auto row = [&](std::uint64_t line, std::vector<std::string>& values) {
    if (!plan) {
      plan = plan_for(kind, map, values);
      return;
    }
    if (values.size() != plan->columns()) {
      return refuse(line, "the row has " + std::to_string(values.size()) +
                              " values where the header has " + std::to_string(plan->columns()));
    }
    ImportItem item;
    try {
      item = plan->item(values);
    } catch (const Error& error) {
      return refuse(line, error.what());
    }
    item.line = line;
    take(std::move(item));
  };
  read_csv_rows(source, {row, refuse});
  return errors;
}

}  // namespace depone
