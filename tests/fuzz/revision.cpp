#include "crypto/formats/revision.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

// The file, LF, then its disclosed lines.
DEPONE_FUZZ_TARGET {
  const std::size_t end = text.find(0x0a);
  if (end == std::string_view::npos) return;
  fuzz::refuse_or([&] {
    const Line line = Line::parse(text.substr(0, end));
    must(line.text == text.substr(0, end));
  });
  const RevisionContent content = check_revision(text.substr(0, end), text.substr(end + 1));
  must(content.lines.size() <= content.revision.commitments.size());
  must(content.id() == revision_id(text.substr(0, end)));
  nest(content.fields());
}
