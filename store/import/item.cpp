#include "store/import/item.h"

#include <utility>

#include "crypto/error.h"

namespace depone {

namespace {
constexpr std::size_t kMaxErrors = 10'000;
}

void add_error(std::vector<ImportIssue>& errors, ImportIssue error) {
  if (errors.size() >= kMaxErrors) {
    throw Error(Code::invalid,
                "more than 10,000 records of this file can't be taken in; nothing was imported. Is "
                "it the right file, and the right map? The last one: " +
                    error.message,
                error.line == 0 ? "" : "line " + std::to_string(error.line));
  }
  errors.push_back(std::move(error));
}

}  // namespace depone
