#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "crypto/error.h"

namespace depone::cli {

namespace {

int show_keys(Context& context) {
  const Vault vault = open_vault(context);
  const Identity& identity = vault.identity();
  const std::string bundle = identity.bundle_key().text();
  const std::string request = request_key_text(identity.request.public_key());
  const std::string recipient = identity.recipient.recipient().text();
  const std::string archive = identity.archive.text();
  const std::string print = fingerprint(bundle, request, recipient, archive);
  if (context.json) {
    print_json(context, {{"bundle_key", bundle},
                         {"fingerprint", print},
                         {"request_key", request},
                         {"recipient", recipient},
                         {"archive", archive}});
  } else {
    context.out << "bundle key   " << bundle << "\nfingerprint  " << print << "\nrequest key  "
                << request << "\nrecipient    " << recipient << "\narchive      " << archive
                << '\n';
  }
  return 0;
}

int export_identity(Context& context, const std::string& path) {
  if (fs::exists(fs::symlink_status(path))) {
    throw Error(Code::refused, "something of this name is there already; nothing was written",
                path);
  }
  const Vault vault = open_vault(context);
  if (!confirm(context,
               "This file will open everything that is sealed to this vault, without a passphrase. "
               "Write it?")) {
    throw Error(Code::interrupted, "nothing was written");
  }
  FileSink file(path, false);
  const auto write = [&](std::string_view text) { file.write(as_bytes(text)); };
  write("# Opens what is sealed to this vault: age -d -i THIS-FILE NAME.age\n");
  for (const age::HybridIdentity* identity : vault.recipient_identities()) {
    write("# public key: " + identity->recipient().text() + "\n");
    file.write(identity->text().reveal());
    write("\n");
  }
  file.finish();
  const std::string written = fs::absolute(path).string();
  if (context.json) {
    print_json(context, {{"path", written}, {"identities", vault.recipient_identities().size()}});
  } else {
    context.out << printable(written) << '\n';
    context.err << "Keep this file as you would keep the vault's passphrase.\n";
  }
  return 0;
}

}  // namespace

Runner install_key(CLI::App& app, Context& context) {
  app.require_subcommand(1);
  CLI::App* show = app.add_subcommand("show", "Show the public keys and their fingerprint");
  show->footer("Example:\n  depone key show");
  CLI::App* out = app.add_subcommand(
      "export", "Write the identity that opens this vault's bundles, as an age file");
  out->footer("Example:\n  depone key export --age desk-identity.txt");
  auto path = std::make_shared<std::string>();
  out->add_option("--age", *path, "A new FILE for stock age")->required()->type_name("FILE");
  return [&context, show, path] {
    return show->parsed() ? show_keys(context) : export_identity(context, *path);
  };
}

}  // namespace depone::cli
