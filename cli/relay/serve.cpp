#include <CLI/CLI.hpp>
#include <memory>

#include "cli/relay/commands.h"
#include "sync/relay/server.h"

namespace depone::cli {

namespace {

struct Options {
  std::string path;
  std::string listen;
};

}  // namespace

Runner relay_serve(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.add_option("DIR", options->path, "The relay's directory")->required()->type_name("DIR");
  app.add_option(
         "--listen", options->listen,
         "Address and port; by default those of relay.toml. Without TLS loopback addresses only")
      ->type_name("ADDRESS");
  return [options, &context] {
    relay::Directory relay(options->path);
    const std::string address = options->listen.empty() ? relay.config().listen : options->listen;
    relay::serve(relay, relay::Endpoint::parse(address), context.now);
    return 0;
  };
}

}  // namespace depone::cli
