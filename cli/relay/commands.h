#pragma once

#include "cli/context.h"

namespace depone::cli {

// The commands of depone-relay, one file each.
Runner relay_init(CLI::App& app, Context& context);
Runner relay_serve(CLI::App& app, Context& context);
Runner relay_invite(CLI::App& app, Context& context);
Runner relay_members(CLI::App& app, Context& context);
Runner relay_roster(CLI::App& app, Context& context);
Runner relay_status(CLI::App& app, Context& context);
Runner relay_check(CLI::App& app, Context& context);
Runner relay_export(CLI::App& app, Context& context);
Runner relay_backup(CLI::App& app, Context& context);
Runner relay_restore(CLI::App& app, Context& context);
Runner relay_import(CLI::App& app, Context& context);

}  // namespace depone::cli
