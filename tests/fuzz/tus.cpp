#include "sync/relay/tus.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  if (const auto number = from_decimal(text)) must(std::to_string(*number) == text);
  const auto metadata = relay::parse_upload_metadata(text);
  if (metadata) must(!metadata->empty());
}
