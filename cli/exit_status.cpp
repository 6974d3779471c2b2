#include "cli/run.h"

namespace depone::cli {

int exit_status(Code code) {
  switch (code) {
    case Code::invalid:
    case Code::io:
    case Code::interrupted:
    case Code::busy:
      return 1;
    case Code::usage:
      return 2;
    case Code::no_identity:
    case Code::wrong_key:
      return 3;
    case Code::malformed:
    case Code::unsupported:
    case Code::bad_signature:
    case Code::mismatch:
      return 4;
    case Code::not_found:
      return 5;
    case Code::unreachable:
      return 6;
    case Code::refused:
      return 7;
    case Code::damaged:
      return 8;
  }
  return 1;
}

}  // namespace depone::cli
