#include "cli/monitor/session.h"

#include <malloc.h>

namespace depone::cli {

void VaultSession::lock() {
  vault_.reset();
  // What the database had read goes back to the system, which gives it to nobody before it is
  // zeroed.
  ::malloc_trim(0);
}

}  // namespace depone::cli
