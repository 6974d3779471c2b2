#include "sync/seal.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "crypto/error.h"
#include "store/unsealed.h"
#include "sync/limits.h"
#include "sync/seal_plan.h"

namespace depone {

namespace {

// Bundles that are written and recorded together: a transaction is dear beside a small bundle (many
// share the pages that it writes), and what an interruption costs stays well below a second.
constexpr std::size_t kGroup = 256;
constexpr std::uint64_t kFullGroup = 8u << 20;

// Records that wait to go together to the same readers.
struct Batch {
  std::vector<Parcel> parcels;
  std::uint64_t text = 0;
  std::uint64_t content = 0;
  std::size_t members = 0;

  bool takes(const Parcel& parcel, std::size_t full_members) const {
    return parcels.empty() ||
           (text + content + parcel_text(parcel) + parcel_content(parcel) <= kFullBundle &&
            members + parcel_members(parcel) <= full_members);
  }
  void add(Parcel parcel) {
    text += parcel_text(parcel);
    content += parcel_content(parcel);
    members += parcel_members(parcel);
    parcels.push_back(std::move(parcel));
  }
};

class Sealer {
 public:
  Sealer(Vault& vault, const Roster& roster, const SealRequest& request,
         std::vector<Reader> readers, const Clock& clock)
      : vault_(vault),
        roster_(roster),
        request_(request),
        readers_(std::move(readers)),
        clock_(clock),
        writer_(vault, roster, request.archive) {}

  void add(const std::string& record) {
    RecordPlan plan = plan_record(vault_, roster_, record, readers_, request_.bundle_limit,
                                  request_.archive, judged_now(roster_, clock_));
    if (!plan.refusal.empty()) {
      result_.refused.push_back({record, plan.refusal});
      return;
    }
    if (plan.to.empty()) return;
    Batch& batch = batches_[plan.to];
    if (!batch.takes(plan.parcel, request_.full_members)) flush(plan.to, batch);
    batch.add(std::move(plan.parcel));
  }

  SealResult finish() {
    for (auto& [to, batch] : batches_) flush(to, batch);
    begin();
    made(writer_.finish());
    return std::move(result_);
  }

 private:
  void flush(const std::vector<std::size_t>& to, Batch& batch) {
    if (batch.parcels.empty()) return;
    std::vector<Reader> readers;
    for (const std::size_t index : to) readers.push_back(readers_[index]);
    result_.records += batch.parcels.size();
    waiting_ += batch.text + batch.content;
    orders_.push_back({std::move(batch.parcels), std::move(readers)});
    batch = Batch{};
    if (orders_.size() >= kGroup || waiting_ >= kFullGroup) begin();
  }

  void begin() {
    if (orders_.empty()) return;
    made(writer_.begin(std::exchange(orders_, {}), clock_()));
    waiting_ = 0;
  }

  void made(std::vector<std::string> bundles) {
    for (std::string& sha256 : bundles) result_.bundles.push_back(std::move(sha256));
  }

  Vault& vault_;
  const Roster& roster_;
  const SealRequest& request_;
  std::vector<Reader> readers_;
  const Clock& clock_;
  std::map<std::vector<std::size_t>, Batch> batches_;
  std::vector<BundleOrder> orders_;  // full, and to be written together
  std::uint64_t waiting_ = 0;        // bytes in them
  BundleWriter writer_;
  SealResult result_;
};

Roster roster_to_seal_by(Vault& vault) {
  if (!enrolment(vault)) {
    throw Error(Code::refused,
                "this vault has not joined an organisation yet, so there is nobody to seal to. "
                "Everything stays here");
  }
  auto roster = newest_roster(vault);
  if (!roster || vault.setting("member_id").value_or("").empty()) {
    throw Error(Code::refused,
                "the organisation has not approved this vault's member yet. Everything stays here; "
                "run depone sync once "
                "the operator has approved it");
  }
  return std::move(*roster);
}

std::vector<std::string> records_to_seal(Vault& vault, const SealRequest& request,
                                         const std::vector<Reader>& readers) {
  std::set<std::string> records(request.records.begin(), request.records.end());
  if (records.empty()) {
    for (const Reader& reader : readers) {
      for (std::string& record : unsealed_records(vault, reader.line->id))
        records.insert(std::move(record));
    }
  }
  return {records.begin(), records.end()};
}

std::string expiry_note(const Roster& roster, Time now) {
  if (now <= roster.head.expires) return "";
  constexpr std::int64_t kDay = 86'400;
  const std::int64_t days = (now.seconds - roster.head.expires.seconds) / kDay;
  return "the roster in this vault expired " +
         (days < 1 ? "today" : std::to_string(days) + " days ago") + " (issued " +
         roster.head.issued.text() + "): a reader may have been revoked since";
}

}  // namespace

SealResult seal(Vault& vault, const SealRequest& request, const Clock& clock,
                const Progress& progress) {
  const Roster roster = roster_to_seal_by(vault);
  std::vector<Reader> readers = readers_for(vault, roster, request.to);
  const std::vector<std::string> records = records_to_seal(vault, request, readers);
  Sealer sealer(vault, roster, request, std::move(readers), clock);
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (progress) progress("seal", i, records.size());
    sealer.add(records[i]);
  }
  SealResult result = sealer.finish();
  if (const std::string note = expiry_note(roster, clock()); !note.empty())
    result.notes.push_back(note);
  return result;
}

std::vector<SealRefusal> kept_back(Vault& vault, const Clock& clock, const Progress& progress) {
  std::vector<SealRefusal> out;
  const auto roster = newest_roster(vault);
  if (!roster) return out;
  // Whom there is nobody to seal to keeps nothing back.
  const auto desks = roster->active_desks();
  const std::string self = vault.setting("member_id").value_or("");
  if (std::none_of(desks.begin(), desks.end(), [&](const auto& desk) { return desk->id != self; }))
    return out;
  const SealRequest request;
  const std::vector<Reader> readers = readers_for(vault, *roster, request.to);
  const std::vector<std::string> records = records_to_seal(vault, request, readers);
  const Time now = judged_now(*roster, clock);
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (progress) progress("consent", i, records.size());
    RecordPlan plan = plan_record(vault, *roster, records[i], readers, request.bundle_limit,
                                  request.archive, now);
    if (!plan.refusal.empty()) out.push_back({records[i], std::move(plan.refusal)});
  }
  return out;
}

}  // namespace depone
