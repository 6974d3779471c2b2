#pragma once

#include "cli/context.h"

namespace depone::cli {

// The commands of depone-audit, one file each.
Runner audit_join(CLI::App& app, Context& context);
Runner audit_verify(CLI::App& app, Context& context);
Runner audit_receipt(CLI::App& app, Context& context);
Runner audit_log(CLI::App& app, Context& context);

}  // namespace depone::cli
