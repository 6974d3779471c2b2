#include "sync/relay/status.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/output.h"
#include "cli/progress.h"
#include "cli/relay/commands.h"

namespace depone::cli {

namespace {

Json json_of(const relay::Status& s) {
  return {{"organisation", s.organisation}, {"url", s.url},
          {"serving", s.serving},           {"bundles", s.bundles},
          {"bytes", s.bytes},               {"waiting", s.waiting},
          {"uploads", s.uploads},           {"members", s.members},
          {"pending", s.pending},           {"invited", s.invited},
          {"revoked", s.revoked},           {"roster", s.roster},
          {"roster_expires", s.expires},    {"log", {{"origin", s.origin}, {"size", s.log_size}}},
          {"checkpoint", s.checkpoint},     {"disk_free", s.disk_free},
          {"disk_reserve", s.disk_reserve}, {"disk_days", s.disk_days ? Json(*s.disk_days) : Json()},
          {"certificate_expires", s.certificate_expires.empty() ? Json() : Json(s.certificate_expires)},
          {"warnings", s.warnings}};
}

int status(Context& context, const std::string& path) {
  relay::Directory relay(path);
  const relay::Status s = status_of(relay, context.now());
  if (context.json) {
    print_json(context, json_of(s));
    return s.warnings.empty() ? 0 : 1;
  }
  context.out << "organisation  " << printable(s.organisation) << "\nurl           " << printable(s.url)
              << (s.serving ? "  (serving)" : "  (not serving)") << "\nbundles       " << s.bundles << ", "
              << human_bytes(s.bytes) << "; " << s.uploads << " under way, " << s.waiting
              << " wait for a checkpoint\nmembers       " << s.members << "; " << s.pending << " wait for approval, "
              << s.invited << " invited, " << s.revoked << " revoked\nroster        version " << s.roster
              << (s.expires.empty() ? "" : ", until " + s.expires) << "\nlog           " << printable(s.origin) << ", "
              << s.log_size << " entries\ndisk          " << human_bytes(s.disk_free) << " free, "
              << human_bytes(s.disk_reserve) << " of it kept in reserve"
              << (s.disk_days ? "; enough for " + std::to_string(*s.disk_days) + " days at the rate of late" : "") << '\n';
  if (!s.certificate_expires.empty()) context.out << "certificate   until " << s.certificate_expires << '\n';
  for (const std::string& warning : s.warnings) context.out << "WARNING: " << printable(warning) << '\n';
  return s.warnings.empty() ? 0 : 1;
}

}  // namespace

Runner relay_status(CLI::App& app, Context& context) {
  const auto path = std::make_shared<std::string>();
  app.add_option("DIR", *path, "The relay's directory")->required()->type_name("DIR");
  return [path, &context] { return status(context, *path); };
}

}  // namespace depone::cli
