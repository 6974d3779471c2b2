#include "store/records/custody.h"

#include <map>
#include <set>

#include "crypto/error.h"
#include "store/records/rows.h"

namespace depone {

namespace {

constexpr std::string_view kViewedSetting = "custody_viewed";

struct ChainEnd {
  std::int64_t length = 0;
  std::string hash;
};

std::optional<std::int64_t> own_chain(Vault& vault, std::int64_t record) {
  Statement& row = vault.db()
                       .cached("SELECT chain FROM custody_chains WHERE record = ? AND own = 1")
                       .with(record);
  if (!row.step()) return std::nullopt;
  const std::int64_t chain = row.integer(0);
  row.reset();
  return chain;
}

std::int64_t next_chain(Vault& vault, std::int64_t record) {
  Statement& row =
      vault.db()
          .cached("SELECT coalesce(max(chain) + 1, 0) FROM custody_chains WHERE record = ?")
          .with(record);
  row.step();
  const std::int64_t chain = row.integer(0);
  row.reset();
  return chain;
}

ChainEnd end_of(Vault& vault, std::int64_t record, std::int64_t chain) {
  Statement& row =
      vault.db()
          .cached("SELECT events, last FROM custody_chains WHERE record = ? AND chain = ?")
          .with(record, chain);
  ChainEnd end;
  if (row.step()) end = {row.integer(0), row.text(1)};
  row.reset();
  return end;
}

void insert_event(Vault& vault, std::int64_t record, std::int64_t chain, bool own,
                  std::int64_t position, const CustodyEvent& event) {
  vault.db()
      .cached("INSERT INTO custody(record, chain, position, hash, line) VALUES (?, ?, ?, ?, ?)")
      .with(record, chain, position, event.hash, event.line)
      .run();
  vault.db()
      .cached(
          "INSERT INTO custody_chains(record, chain, own, events, last) VALUES (?1, ?2, ?3, ?4, "
          "?5) ON CONFLICT(record, chain) DO UPDATE SET events = ?4, last = ?5")
      .with(record, chain, own, position + 1, event.hash)
      .run();
}

struct KnownChain {
  std::int64_t number;
  std::vector<CustodyEvent> events;
};

// In order of their numbers, this vault's own one last.
std::vector<KnownChain> chains_of(Vault& vault, std::int64_t record) {
  std::vector<KnownChain> chains;
  Statement& rows = vault.db()
                        .cached(
                            "SELECT c.chain, c.line FROM custody c LEFT JOIN custody_chains o "
                            "ON o.record = c.record AND o.chain = c.chain WHERE c.record = ? "
                            "ORDER BY coalesce(o.own, 0), c.chain, c.position")
                        .with(record);
  while (rows.step()) {
    const std::int64_t number = rows.integer(0);
    if (chains.empty() || chains.back().number != number) chains.push_back({number, {}});
    chains.back().events.push_back(CustodyEvent::parse(rows.text(1)));
  }
  return chains;
}

[[noreturn]] void rewritten(std::string_view record, const std::string& why) {
  throw Error(Code::mismatch,
              "the chain of custody that came with this record is not the known one: " + why,
              std::string(record));
}

// Events that are new go behind the known ones; a line that was hidden and is shown now takes the
// hidden one's place.
void grow_chain(Vault& vault, std::string_view record, std::int64_t record_number,
                const KnownChain& known, bool own, const std::vector<CustodyEvent>& came) {
  for (std::size_t i = 0; i < came.size(); ++i) {
    const auto position = static_cast<std::int64_t>(i);
    if (i >= known.events.size()) {
      // Nobody else writes this vault's own chain.
      if (own) rewritten(record, "events of this vault were added by somebody else");
      insert_event(vault, record_number, known.number, false, position, came[i]);
      continue;
    }
    if (known.events[i].hash != came[i].hash)
      rewritten(record, "event " + std::to_string(i + 1) + " was replaced");
    if (known.events[i].hidden && !came[i].hidden) {
      vault.db()
          .cached("UPDATE custody SET line = ? WHERE record = ? AND chain = ? AND position = ?")
          .with(came[i].line, record_number, known.number, position)
          .run();
    }
  }
}

}  // namespace

void add_custody(Vault& vault, std::string_view record, std::string_view action,
                 std::optional<std::string> object, const Json& detail, Time now) {
  append_custody(vault, record,
                 next_custody(vault, record, action, std::move(object), detail, now));
}

CustodyEvent next_custody(Vault& vault, std::string_view record, std::string_view action,
                          std::optional<std::string> object, const Json& detail, Time now) {
  const std::int64_t number = record_number(vault, record);
  const auto chain = own_chain(vault, number);
  const std::string previous = chain ? end_of(vault, number, *chain).hash : hex(random_array<16>());
  return CustodyEvent::make(previous, now, custody_member(vault), action, std::move(object),
                            detail);
}

std::string custody_member(Vault& vault) {
  const std::string member = vault.setting("member_id").value_or("");
  return member.empty() ? "-" : member;
}

void start_custody(Vault& vault, std::int64_t record, const CustodyEvent& event) {
  constexpr std::int64_t kFirst = 0;
  insert_event(vault, record, kFirst, true, 0, event);
}

void append_custody(Vault& vault, std::string_view record, const CustodyEvent& event) {
  constexpr std::size_t kRandomPrevious = 32;
  const std::int64_t number = record_number(vault, record);
  auto chain = own_chain(vault, number);
  ChainEnd end;
  if (chain) end = end_of(vault, number, *chain);
  if (chain ? event.previous != end.hash : event.previous.size() != kRandomPrevious) {
    throw Error(Code::mismatch,
                "this custody event is not the next one of the vault's chain; it was not taken in",
                std::string(record));
  }
  if (!chain) chain = next_chain(vault, number);
  insert_event(vault, number, *chain, true, end.length, event);
}

std::vector<std::vector<CustodyEvent>> custody_of(Vault& vault, std::string_view record) {
  std::vector<std::vector<CustodyEvent>> out;
  for (KnownChain& chain : chains_of(vault, record_number(vault, record)))
    out.push_back(std::move(chain.events));
  return out;
}

std::string custody_file(Vault& vault, std::string_view record) {
  std::string file;
  for (const auto& chain : custody_of(vault, record)) {
    for (const CustodyEvent& event : chain) file += event.line + "\n";
  }
  return file;
}

void merge_custody(Vault& vault, std::string_view record, std::string_view file) {
  const std::int64_t number = record_number(vault, record);
  const auto own = own_chain(vault, number);
  const std::vector<KnownChain> known = chains_of(vault, number);
  std::map<std::string, const KnownChain*> by_first;
  for (const KnownChain& chain : known) by_first.emplace(chain.events.front().hash, &chain);
  std::set<std::string> seen;
  for (const auto& came : parse_custody(file)) {
    const std::string& first = came.front().hash;
    if (!seen.insert(first).second) rewritten(record, "one chain stands there twice");
    const auto match = by_first.find(first);
    if (match == by_first.end()) {
      grow_chain(vault, record, number, {next_chain(vault, number), {}}, false, came);
    } else {
      const KnownChain& chain = *match->second;
      grow_chain(vault, record, number, chain, own && *own == chain.number, came);
    }
  }
}

bool keeps_viewed(Vault& vault) { return vault.setting(kViewedSetting) == "on"; }

void keep_viewed(Vault& vault, bool on) {
  Tx tx(vault.db());
  vault.set_setting(kViewedSetting, on ? "on" : "off");
  tx.commit();
}

void note_viewed(Vault& vault, std::string_view record, std::string_view object, const Json& detail,
                 Time now) {
  if (!keeps_viewed(vault)) return;
  Tx tx(vault.db());
  add_custody(vault, record, "viewed", std::string(object), detail, now);
  tx.commit();
}

}  // namespace depone
