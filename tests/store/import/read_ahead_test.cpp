#include "store/import/read_ahead.h"

#include <algorithm>

#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;

ImportItem item_of(std::uint64_t line) {
  ImportItem item;
  item.line = line;
  item.fields["title"] = "A night";
  return item;
}

TEST_CASE("What is read ahead is taken in the order of the file", "[import]") {
  constexpr std::uint64_t kAll = 1'000;
  std::vector<std::uint64_t> taken;
  const auto issues = read_ahead(
      [&](const TakeItem& take) {
        for (std::uint64_t line = 1; line <= kAll; ++line) take(item_of(line));
        return std::vector<ImportIssue>{{7, "", "a bad row"}};
      },
      [&](const ImportItem& item) { taken.push_back(item.line); });
  CHECK(issues.size() == 1);
  CHECK(taken.size() == kAll);
  CHECK(std::is_sorted(taken.begin(), taken.end()));
}

TEST_CASE("An error of the file comes to whoever takes its records", "[import]") {
  CHECK(code_of([] {
          read_ahead(
              [](const TakeItem& take) -> std::vector<ImportIssue> {
                take(item_of(1));
                throw Error(Code::invalid, "not UTF-8");
              },
              [](const ImportItem&) {});
        }) == Code::invalid);
}

TEST_CASE("Reading stops where records can't be taken any more", "[import]") {
  CHECK(code_of([] {
          read_ahead(
              [](const TakeItem& take) -> std::vector<ImportIssue> {
                for (std::uint64_t line = 1;; ++line) take(item_of(line));
              },
              [](const ImportItem& item) {
                if (item.line == 100) throw Error(Code::io, "the disk is full");
              });
        }) == Code::io);
}

}  // namespace
}  // namespace depone
