#pragma once

#include "cli/context.h"

namespace depone::cli {

// The commands of `depone`, one file each.
Runner install_init(CLI::App& app, Context& context);
Runner install_join(CLI::App& app, Context& context);
Runner install_new(CLI::App& app, Context& context);
Runner install_edit(CLI::App& app, Context& context);
Runner install_schema(CLI::App& app, Context& context);
Runner install_import(CLI::App& app, Context& context);
Runner install_export(CLI::App& app, Context& context);
Runner install_attach(CLI::App& app, Context& context);
Runner install_extract(CLI::App& app, Context& context);
Runner install_list(CLI::App& app, Context& context);
Runner install_show(CLI::App& app, Context& context);
Runner install_history(CLI::App& app, Context& context);
Runner install_resolve(CLI::App& app, Context& context);
Runner install_custody(CLI::App& app, Context& context);
Runner install_tag(CLI::App& app, Context& context);
Runner install_link(CLI::App& app, Context& context);
Runner install_withdraw(CLI::App& app, Context& context);
Runner install_discard(CLI::App& app, Context& context);
Runner install_search(CLI::App& app, Context& context);
Runner install_seal(CLI::App& app, Context& context);
Runner install_sync(CLI::App& app, Context& context);
Runner install_status(CLI::App& app, Context& context);
Runner install_open(CLI::App& app, Context& context);
Runner install_unseal(CLI::App& app, Context& context);
Runner install_key(CLI::App& app, Context& context);
Runner install_passwd(CLI::App& app, Context& context);
Runner install_check(CLI::App& app, Context& context);
Runner install_backup(CLI::App& app, Context& context);
Runner install_restore(CLI::App& app, Context& context);
Runner install_lock(CLI::App& app, Context& context);
Runner install_panic(CLI::App& app, Context& context);
Runner install_shell(CLI::App& app, Context& context);

}  // namespace depone::cli
