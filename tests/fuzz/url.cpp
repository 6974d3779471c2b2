#include "sync/remote/url.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const Url url = Url::parse(text);
  const Url again = Url::parse(url.origin() + url.target);
  must(again.host == url.host && again.target == url.target);
  url.loopback();
}
