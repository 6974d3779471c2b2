#include "sync/relay/message.h"
#include "sync/remote/http_date.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  // The weekday is not compared.
  if (const auto time = parse_http_date(text)) must(relay::http_date(*time).substr(3) == text.substr(3));
}
