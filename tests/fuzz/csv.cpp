#include "store/import/csv.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  MemorySource source(bytes);
  std::uint64_t line = 0;
  const ImportMap map = built_in_map();
  read_csv(source, "incident", &map, [&](ImportItem row) {
    must(row.line > line);
    line = row.line;
    check_paths(row.fields);
  });
}
