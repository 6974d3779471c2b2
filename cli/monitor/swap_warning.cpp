#include "cli/monitor/swap_warning.h"

#include "store/swap.h"

namespace depone::cli {

void warn_of_swap(Context& context) {
  for (const std::string& area : open_swap_areas()) {
    context.err << "depone: the swap space " << printable(area)
                << " is not encrypted: text of records that is on the screen could be written to "
                   "it, and be found on the disk later. Encrypt it, or switch it off (swapoff)\n";
  }
}

}  // namespace depone::cli
