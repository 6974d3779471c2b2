#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/monitor/commands.h"
#include "cli/monitor/exchange.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "crypto/formats/checkpoint.h"
#include "store/enrolment.h"
#include "store/inbox.h"
#include "store/outbox.h"
#include "store/records/drafts.h"
#include "store/records/records.h"
#include "sync/link.h"
#include "sync/seal.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxShown = 20;  // on a terminal

struct Status {
  StateCounts counts;
  DraftCounts drafts;
  std::optional<Checkpoint> checkpoint;
  std::string note;  // the checkpoint as the log signed it
  std::optional<Enrolment> enrolment;
  std::optional<Roster> roster;
  std::string relay;
  std::size_t waiting = 0;  // bundles without a receipt
  std::vector<OutgoingBundle> refused;
  std::vector<FailedBundle> failed;
  std::vector<SealRefusal> kept_back;  // by consent, mostly
};

Status read_status(Context& context, Vault& vault) {
  Status status;
  status.counts = count_states(vault);
  status.drafts = count_drafts(vault);
  status.counts.draft = status.drafts.made;
  status.enrolment = enrolment(vault);
  status.roster = newest_roster(vault);
  status.relay = relay_url(vault);
  status.waiting = outgoing(vault, "sealed").size();
  status.refused = outgoing(vault, "refused");
  status.failed = failed_bundles(vault);
  if (status.enrolment && !status.enrolment->member_id.empty()) {
    ProgressLine progress(context);
    status.kept_back = kept_back(vault, context.now, show_progress(progress));
  }
  const RosterLog* log = status.roster ? current_log(status.roster->head) : nullptr;
  const auto note = log != nullptr ? newest_checkpoint(vault, log->origin) : std::nullopt;
  if (note) {
    status.checkpoint = open_checkpoint(*note, log->key);
    status.note = *note;
  }
  return status;
}

Json as_json(const Status& status) {
  const StateCounts& counts = status.counts;
  Json json = {{"draft", counts.draft},     {"local", counts.local},
               {"sealed", counts.sealed},   {"delivered", counts.delivered},
               {"refused", counts.refused}, {"received", counts.received}};
  json["edits"] = status.drafts.edited;
  json["checkpoint"] = nullptr;
  if (status.checkpoint) {
    json["checkpoint"] = {{"origin", status.checkpoint->origin},
                          {"size", status.checkpoint->size},
                          {"root", base64(status.checkpoint->root)},
                          {"note", status.note}};
  }
  const bool member = status.enrolment && !status.enrolment->member_id.empty();
  json["member"] = member ? Json(status.enrolment->member_id) : Json(nullptr);
  json["organisation"] = status.roster ? Json(status.roster->head.organisation) : Json(nullptr);
  json["roster"] = status.roster ? Json(status.roster->head.version) : Json(nullptr);
  json["relay"] = status.relay.empty() ? Json(nullptr) : Json(status.relay);
  json["waiting"] = status.waiting;
  json["kept_back"] = Json::array();
  for (const SealRefusal& refusal : status.kept_back) {
    json["kept_back"].push_back({{"record", refusal.record}, {"reason", refusal.reason}});
  }
  json["problems"] = Json::array();
  for (const OutgoingBundle& bundle : status.refused) {
    json["problems"].push_back("bundle " + bundle.sha256 + " was refused: " + bundle.problem);
  }
  for (const FailedBundle& bundle : status.failed) {
    json["problems"].push_back("bundle " + bundle.sha256 +
                               " could not be taken in: " + bundle.problem);
  }
  return json;
}

void print_count(std::ostream& out, std::uint64_t count, std::string_view name,
                 std::string_view meaning) {
  if (count == 0) return;
  std::string number = std::to_string(count);
  number.insert(0, number.size() < 8 ? 8 - number.size() : 0, ' ');
  out << number << "  " << name << std::string(11 - name.size(), ' ') << meaning << '\n';
}

void print(Context& context, const Status& status) {
  std::ostream& out = context.out;
  const StateCounts& counts = status.counts;
  print_count(out, counts.draft, "draft", "only here, not finished: depone new --resume");
  print_count(out, status.drafts.edited, "edits", "begun, not finished: depone edit ID");
  print_count(out, counts.local, "local", "only here, never sealed as it is now");
  print_count(out, counts.sealed, "sealed", "sealed, waiting for the relay's receipt");
  print_count(out, counts.delivered, "delivered", "with the relay, and its receipt here");
  print_count(out, counts.refused, "refused", "the relay did not take it; still here");
  print_count(out, counts.received, "received", "came from others");
  if (counts.draft + counts.local + counts.sealed + counts.delivered + counts.refused +
          counts.received ==
      0) {
    out << "No records yet.\n";
  }
  if (!status.enrolment) {
    out << "Not joined to an organisation.\n";
    return;
  }
  if (status.roster) {
    out << "Organisation  " << printable(status.roster->head.organisation) << ", roster "
        << status.roster->head.version << '\n';
  }
  const std::string& id = status.enrolment->member_id;
  out << "Member        " << (id.empty() ? "not approved yet" : id) << '\n';
  if (!status.relay.empty()) out << "Relay         " << printable(status.relay) << '\n';
  out << "Checkpoint    "
      << (status.checkpoint ? printable(status.checkpoint->origin) + ", " +
                                  counted(status.checkpoint->size, "entry", "entries")
                            : "none seen yet")
      << '\n';
  if (status.waiting > 0)
    out << counted(status.waiting, "bundle waits", "bundles wait")
        << " for the next depone sync.\n";
  if (status.kept_back.empty()) return;
  out << "Kept back, and not sent by sync:\n";
  const std::size_t shown = context.out_is_terminal ? std::min(kMaxShown, status.kept_back.size())
                                                    : status.kept_back.size();
  for (std::size_t i = 0; i < shown; ++i) {
    out << "  " << status.kept_back[i].record << "  " << printable(status.kept_back[i].reason)
        << '\n';
  }
  if (shown < status.kept_back.size()) {
    out << "  and " << status.kept_back.size() - shown
        << " more: depone status | less shows all of them\n";
  }
}

}  // namespace

Runner install_status(CLI::App&, Context& context) {
  return [&context] {
    Vault vault = open_vault(context);
    const Status status = read_status(context, vault);
    const Json json = as_json(status);
    if (context.json) {
      print_json(context, json);
    } else {
      print(context, status);
      print_notes(context, json.at("problems").get<std::vector<std::string>>());
    }
    return 0;
  };
}

}  // namespace depone::cli
