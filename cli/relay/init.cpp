#include "sync/relay/init.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/output.h"
#include "cli/prompt.h"
#include "cli/relay/commands.h"
#include "crypto/error.h"
#include "sync/remote/roster_files.h"

namespace depone::cli {

namespace {

struct Options {
  std::string path;
  std::string organisation;
  std::string origin;
  std::string url;
  std::string authority;
  std::string certificate;
  std::string certificate_key;
  bool tls_in_front = false;
};

// The first URL without its scheme, and /log.
std::string default_origin(const std::string& url) {
  const std::size_t scheme = url.find("://");
  return (scheme == std::string::npos ? url : url.substr(scheme + 3)) + "/log";
}

void tell(Context& context, const Options& options, const relay::InitResult& made, const std::string& origin) {
  std::ostream& out = context.out;
  out << "relay      " << printable(options.path) << "\nurl        " << printable(options.url) << "\nlog        "
      << printable(made.log) << "\nauthority  " << made.authority.text() << "\norigin     " << printable(origin) << '\n';
  if (!made.pin.empty()) out << "tls key    " << made.pin << " (its own: members know it from invite and roster)\n";
  if (made.roster > 0) {
    out << "The authority's key is " << printable(options.path)
        << "/authority.key, under the passphrase. Whoever breaks into this machine can wait for the passphrase: "
           "SECURITY.md says what that costs.\nNext: depone-relay serve "
        << printable(options.path) << '\n';
    return;
  }
  out << "The first roster waits for the authority's signature. Carry " << printable(options.path)
      << "/roster-unsigned to the machine that has the key, and there:\n"
         "  depone-relay roster sign roster-unsigned/roster.json --key authority.key\n"
         "Then bring it back in its place, and here:\n"
         "  depone-relay roster publish "
      << printable(options.path) << '\n';
}

relay::InitWish::Tls tls_of(const Options& options) {
  using Tls = relay::InitWish::Tls;
  if (options.certificate.empty()) return options.tls_in_front ? Tls::in_front : Tls::own;
  relay::tls_context({options.certificate, options.certificate_key});  // refused before anything is made
  return Tls::files;
}

int init(Context& context, const Options& options) {
  relay::InitWish wish{options.path, options.organisation,
                       options.origin.empty() ? default_origin(options.url) : options.origin, options.url, std::nullopt,
                       tls_of(options), {}};
  if (!options.certificate.empty())
    wish.tls_files = {fs::absolute(options.certificate), fs::absolute(options.certificate_key)};
  if (!options.authority.empty()) wish.authority = read_authority(options.authority);
  const relay::InitResult made = relay::init_relay(
      wish, [&] { return ask_new_passphrase(context, "New passphrase for the authority's key"); }, context.now());
  if (context.json) {
    print_json(context, {{"authority", made.authority.text()},
                         {"log", made.log},
                         {"origin", wish.origin},
                         {"url", options.url},
                         {"pin", made.pin.empty() ? Json() : Json(made.pin)},
                         {"roster", made.roster}});
  } else {
    tell(context, options, made, wish.origin);
  }
  return 0;
}

}  // namespace

Runner relay_init(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.add_option("DIR", options->path, "The relay's directory: new, or empty")->required()->type_name("DIR");
  app.add_option("--organisation", options->organisation, "Who runs it, as members will see it")
      ->required()
      ->type_name("NAME");
  app.add_option("--origin", options->origin, "The log's name, for ever; by default the URL without its scheme, and /log")
      ->type_name("NAME");
  app.add_option("--url", options->url, "Where members reach it; plain http is allowed to loopback addresses and onion services only")
      ->required()
      ->type_name("URL");
  app.add_option("--authority", options->authority,
                 "The authority's public key, or its file, where the secret key is on another machine (recommended); "
                 "without it, one is made in DIR, under a passphrase")
      ->type_name("KEY");
  CLI::Option* const certificate =
      app.add_option("--certificate", options->certificate,
                     "For https: a certificate in PEM, its chain behind it; without it the relay makes a key of its own, "
                     "which members pin")
          ->type_name("FILE");
  CLI::Option* const key =
      app.add_option("--certificate-key", options->certificate_key, "Its key in PEM, without a passphrase")
          ->type_name("FILE")
          ->needs(certificate);
  certificate->needs(key);
  app.add_flag("--tls-in-front", options->tls_in_front,
               "For https: something else on this machine does TLS, and the relay listens on a loopback address")
      ->excludes(certificate);
  return [options, &context] { return init(context, *options); };
}

}  // namespace depone::cli
