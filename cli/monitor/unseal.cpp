#include "sync/unseal.h"

#include <CLI/CLI.hpp>

#include "cli/clean_end.h"
#include "cli/monitor/commands.h"
#include "cli/monitor/exchange.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "crypto/error.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxIdentityFile = 256u << 10;

struct Options {
  std::string file;
  std::string to;
  std::string identity;
  std::string age_passphrase;
};

// An identity file holds secrets: it is read into guarded memory.
SecretBytes read_secret(const std::string& path) {
  FileSource file(path, true);
  // Of guarded memory there is little: as much as it takes, and a byte to see that it was all.
  const std::uint64_t size = file.size() > 0 ? file.size() : kMaxIdentityFile;
  SecretBytes text(static_cast<std::size_t>(std::min<std::uint64_t>(size, kMaxIdentityFile)) + 1);
  text.truncate(read_full(file, text.reveal()));
  if (text.size() > kMaxIdentityFile)
    throw Error(Code::malformed, "this is too large for an identity file", path);
  return text;
}

UnsealResult unpack(Context& context, const Options& options, const OpenAge& open) {
  const CleanEnd clean_end;
  ProgressLine line(context);
  return unseal(options.file, open, options.to, show_progress(line));
}

UnsealResult run_with(Context& context, const Options& options) {
  if (!options.age_passphrase.empty()) {
    return unpack(context, options, [&](Source& in) {
      const age::ScryptIdentity identity(passphrase_from_file(options.age_passphrase).reveal());
      const age::Identity* const only = &identity;
      return std::make_unique<age::Decryptor>(in, std::span(&only, 1));
    });
  }
  if (!options.identity.empty()) {
    return unpack(context, options, [&](Source& in) {
      const SecretBytes text = read_secret(options.identity);
      const auto parsed = age::parse_identity_file(as_text(text.reveal()));
      std::vector<const age::Identity*> identities;
      for (const auto& identity : parsed) identities.push_back(identity.get());
      return std::make_unique<age::Decryptor>(in, identities);
    });
  }
  Vault vault = open_vault(context);
  const auto own = vault.recipient_identities();
  return unpack(context, options, [&](Source& in) {
    const std::vector<const age::Identity*> identities(own.begin(), own.end());
    return std::make_unique<age::Decryptor>(in, identities);
  });
}

int run(Context& context, const Options& options) {
  { const FileSource there(options.file, true); }  // before a passphrase is asked for
  const UnsealResult result = run_with(context, options);
  if (context.json) {
    Json json = Json::object();
    json["files"] = result.files;
    json["bytes"] = result.bytes;
    json["padding_left_out"] = result.padding_left_out;
    print_json(context, json);
    return 0;
  }
  context.out << "Unpacked " << counted(result.files, "file", "files") << ", "
              << human_bytes(result.bytes) << ", to " << printable(options.to)
              << ". No signature was checked.\n";
  return 0;
}

}  // namespace

Runner install_unseal(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "An age file: a sealed bundle, or any other")->required();
  app.add_option("--to", options->to, "A new or empty directory")->required()->type_name("DIR");
  CLI::Option* identity = app.add_option("--identity", options->identity,
                                         "Open with this age identity file; no vault is needed")
                              ->type_name("FILE");
  app.add_option(
         "--age-passphrase-file", options->age_passphrase,
         "Open a file under a passphrase, which is the first line of FILE; no vault is needed")
      ->type_name("FILE")
      ->excludes(identity);
  return [options, &context] { return run(context, *options); };
}

}  // namespace depone::cli
