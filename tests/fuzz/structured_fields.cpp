#include "crypto/structured_fields.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  for (const auto& member : sf::parse_dictionary(text, "input")) {
    must(text.find(member.raw) != std::string_view::npos);
    must(member.inner_list || member.items.size() == 1);
  }
}
