#include "sync/relay/message.h"
#include "sync/remote/url.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  relay::Request request;
  request.target = text;
  if (request.parse_target()) must(request.path.starts_with('/'));
  const auto decoded = relay::percent_decode(text);
  if (decoded) must(relay::percent_decode(percent_encode(*decoded)) == decoded);
}
