#pragma once

#include "cli/context.h"

namespace depone::cli {

// A passphrase from --passphrase-file (first line), else asked on the terminal without echo.
// `label`: "Passphrase". Code::usage where there is neither.
SecretBytes ask_passphrase(Context& context, std::string_view label);
// A new one, asked twice; Code::invalid below 8 characters, a warning below 12.
SecretBytes ask_new_passphrase(Context& context, std::string_view label);
// The same rules for one that comes from a named file (`passwd --new-passphrase-file`).
SecretBytes new_passphrase_from_file(Context& context, const std::string& path);
// The first line of a file, which may be /dev/fd/N; at most 4096 bytes.
SecretBytes passphrase_from_file(const std::string& path);
// y/N on the terminal; true with --yes. Code::usage where there is no terminal and no --yes.
bool confirm(Context& context, std::string_view question);

}  // namespace depone::cli
