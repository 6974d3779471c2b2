#include "store/import/form_tables.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;

// Tables of a form's export, one behind the other, each begun by a line of a form feed.
DEPONE_FUZZ_TARGET {
  std::vector<FormTable> tables;
  std::uint64_t memory = kMaxTableMemory;
  for (const std::string_view part : split(text, '\f')) {
    MemorySource source(as_bytes(part));
    tables.push_back(read_form_table(source, "form-" + std::to_string(tables.size()) + ".csv", memory));
  }
  submissions_of_tables(std::move(tables));
}
