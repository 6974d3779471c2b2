#include "crypto/tar.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  MemorySource source(bytes);
  tar::Reader reader(source);
  MemorySink again;
  tar::Writer writer(again);
  while (const auto member = reader.next()) {
    writer.begin(member->path, member->size);
    std::array<std::uint8_t, 700> buffer;
    while (const std::size_t n = reader.read(buffer)) writer.write(ByteView(buffer).first(n));
  }
  writer.end();
  // One form only: what is read is what would have been written.
  must(equal(again.bytes(), bytes));
}
