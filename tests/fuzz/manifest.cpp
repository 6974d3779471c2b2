#include "crypto/formats/manifest.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  if (const auto path = parse_member_path(text)) must(!member_before(*path, *path));
  const Manifest manifest = Manifest::parse(text);
  must(Manifest::parse(manifest.json()).json() == manifest.json());
}
