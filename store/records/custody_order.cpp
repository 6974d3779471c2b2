#include "store/records/custody_order.h"

#include <algorithm>
#include <optional>

#include "store/records/custody.h"
#include "store/records/rows.h"

namespace depone {

namespace {

using Chain = std::vector<CustodyEvent>;

bool has_own_chain(Vault& vault, std::string_view record) {
  Statement& row = vault.db()
                       .cached("SELECT 1 FROM custody_chains WHERE record = ? AND own = 1")
                       .with(record_number(vault, record));
  const bool found = row.step();
  row.reset();
  return found;
}

CustodyChain described(const Chain& chain) {
  CustodyChain out{"-", false, chain.size(), chain.back().hash};
  for (const CustodyEvent& event : chain) {
    if (!event.hidden) out.holder = event.member;
  }
  return out;
}

// When the event may stand in the story: no earlier than what came before it in its chain, so that
// a clock set back moves nothing behind what followed it.
std::vector<Time> places_of(const Chain& chain) {
  std::vector<Time> places;
  Time latest{};
  for (const CustodyEvent& event : chain) {
    if (!event.hidden) latest = std::max(latest, event.time);
    places.push_back(latest);
  }
  return places;
}

}  // namespace

CustodyOrder in_order(Vault& vault, std::string_view record) {
  CustodyOrder order;
  const std::vector<Chain> chains = custody_of(vault, record);
  std::vector<Time> times;
  for (std::size_t i = 0; i < chains.size(); ++i) {
    order.chains.push_back(described(chains[i]));
    const std::vector<Time> places = places_of(chains[i]);
    times.insert(times.end(), places.begin(), places.end());
    std::optional<Time> before;
    for (const CustodyEvent& event : chains[i]) {
      const bool early = !event.hidden && before && event.time < *before;
      if (!event.hidden) before = event.time;
      order.events.push_back({i, event, early});
    }
  }
  if (!order.chains.empty()) order.chains.back().own = has_own_chain(vault, record);
  std::vector<std::size_t> by_time(times.size());
  for (std::size_t i = 0; i < by_time.size(); ++i) by_time[i] = i;
  std::stable_sort(by_time.begin(), by_time.end(),
                   [&](std::size_t a, std::size_t b) { return times[a] < times[b]; });
  std::vector<PlacedEvent> sorted;
  sorted.reserve(by_time.size());
  for (const std::size_t i : by_time) sorted.push_back(std::move(order.events[i]));
  order.events = std::move(sorted);
  return order;
}

}  // namespace depone
