#include "sync/relay/backup.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/clean_end.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/relay/commands.h"
#include "cli/run.h"

namespace depone::cli {

namespace {

relay::BackupProgress show(ProgressLine& line) {
  return [&line](std::string_view step, std::uint64_t done, std::uint64_t of) {
    line.update(step, done, of, step == "bundles" ? Unit::bytes : Unit::items);
  };
}

Json json_of(const std::vector<relay::UncopiedBundle>& missing) {
  Json list = Json::array();
  for (const relay::UncopiedBundle& bundle : missing)
    list.push_back({{"sha256", bundle.sha256}, {"why", bundle.why}});
  return list;
}

void tell_outside(Context& context, const std::vector<std::string>& outside) {
  for (const std::string& file : outside) {
    context.err << "not in the backup, for relay.toml names it outside the relay's directory: "
                << printable(file) << '\n';
  }
}

// The exit status.
int tell_missing(Context& context, const std::vector<relay::UncopiedBundle>& missing,
                 const char* what) {
  if (missing.empty()) return 0;
  for (const relay::UncopiedBundle& bundle : missing)
    context.err << "DAMAGED: bundle " << bundle.sha256 << ": " << printable(bundle.why) << '\n';
  context.err << "depone-relay: " << what << '\n';
  return exit_status(Code::damaged);
}

int backup(Context& context, const std::string& path, const std::string& target) {
  relay::Directory relay(path);
  relay::BackupReport report;
  {
    const CleanEnd clean_end;
    ProgressLine line(context);
    report = back_up(relay, target, context.now(), show(line));
  }
  if (context.json) {
    print_json(context, {{"backup", plain_path(target).string()},
                         {"bundles", report.bundles},
                         {"bytes", report.bytes},
                         {"entries", report.entries},
                         {"missing", json_of(report.missing)},
                         {"outside", report.outside}});
  } else {
    context.out << printable(plain_path(target).string()) << "\n"
                << report.bundles << " bundles (" << human_bytes(report.bytes) << "), "
                << report.entries
                << " log entries, all keys. Keep it where the relay's keys may be.\n";
  }
  tell_outside(context, report.outside);
  if (report.paths_changed) {
    context.err << "relay.toml names parts outside the relay's directory; in the backup they are "
                   "inside, and its relay.toml says so, without your comments.\n";
  }
  return tell_missing(context, report.missing,
                      "the backup is incomplete, and says so: it holds all but the bundles named "
                      "above, which the relay itself does not have whole");
}

int restore(Context& context, const std::string& from, const std::string& dir) {
  relay::RestoreReport report;
  {
    const CleanEnd clean_end;
    ProgressLine line(context);
    report = relay::restore_backup(from, dir, context.now(), show(line));
  }
  const std::string place = plain_path(dir).string();
  if (context.json) {
    print_json(context, {{"relay", place},
                         {"made", report.made.text()},
                         {"bundles", report.bundles},
                         {"bytes", report.bytes},
                         {"entries", report.entries},
                         {"missing", json_of(report.missing)},
                         {"outside", report.outside}});
  } else {
    context.out << printable(place) << "\n"
                << report.bundles << " bundles (" << human_bytes(report.bytes) << "), "
                << report.entries << " log entries, as of " << report.made.text()
                << ". Check it:\n  depone-relay check " << printable(dir)
                << "\nStop every other copy of this relay for good. Then, with the newest "
                   "checkpoint that an auditor, member or witness knows:\n  depone-relay serve "
                << printable(dir) << " --latest CHECKPOINT\n";
  }
  tell_outside(context, report.outside);
  return tell_missing(context, report.missing,
                      "the relay was restored without the bundles named above: the backup does "
                      "not have them whole");
}

}  // namespace

Runner relay_backup(CLI::App& app, Context& context) {
  const auto path = std::make_shared<std::string>();
  const auto target = std::make_shared<std::string>();
  app.add_option("DIR", *path, "The relay's directory; it may be serving")
      ->required()
      ->type_name("DIR");
  app.add_option("TARGET", *target, "A new directory, best on another disk")
      ->required()
      ->type_name("TARGET");
  return [path, target, &context] { return backup(context, *path, *target); };
}

Runner relay_restore(CLI::App& app, Context& context) {
  const auto from = std::make_shared<std::string>();
  const auto dir = std::make_shared<std::string>();
  app.add_option("BACKUP", *from, "What `backup` made")->required()->type_name("BACKUP");
  app.add_option("DIR", *dir, "The relay's directory: new, or empty")->required()->type_name("DIR");
  return [from, dir, &context] { return restore(context, *from, *dir); };
}

}  // namespace depone::cli
