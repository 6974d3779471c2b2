#include <CLI/CLI.hpp>
#include <memory>

#include "cli/relay/commands.h"
#include "sync/relay/restored.h"
#include "sync/relay/server.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxLatest = 16u << 20;  // an auditor's state names every chain

struct Options {
  std::string path;
  std::string listen;
  std::string latest;
};

// A file, or `-` for standard input.
std::string read_latest(Context& context, const std::string& file) {
  if (file != "-") return read_text(file, kMaxLatest, true);
  std::string text(kMaxLatest, '\0');
  context.in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(context.in.gcount()));
  return text;
}

void hold_against_latest(Context& context, relay::Directory& relay, const std::string& file) {
  const std::string note = relay::checkpoint_in(read_latest(context, file));
  const relay::Reach reach = accept_latest(relay, note);
  context.err << "The log here has " << reach.entries << " entries and all " << reach.known.size
              << " that the checkpoint covers: it goes on.\n";
}

}  // namespace

Runner relay_serve(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.add_option("DIR", options->path, "The relay's directory")->required()->type_name("DIR");
  app.add_option(
         "--listen", options->listen,
         "Address and port; by default those of relay.toml. Without TLS loopback addresses only")
      ->type_name("ADDRESS");
  app.add_option("--latest", options->latest,
                 "After `restore`: the newest checkpoint that an auditor, member or witness knows "
                 "(or a receipt, or what depone-audit log --save wrote); -: standard input")
      ->type_name("FILE");
  return [options, &context] {
    relay::Directory relay(options->path);
    if (!options->latest.empty()) hold_against_latest(context, relay, options->latest);
    const std::string address = options->listen.empty() ? relay.config().listen : options->listen;
    relay::serve(relay, relay::Endpoint::parse(address), context.now);
    return 0;
  };
}

}  // namespace depone::cli
