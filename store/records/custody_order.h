#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/custody.h"
#include "store/vault.h"

namespace depone {

// The chains of all who held a record, as one story from its collection to now.

struct PlacedEvent {
  std::size_t chain = 0;  // of CustodyOrder::chains
  CustodyEvent event;
  bool early = false;  // dated before the one before it in its chain: a clock was wrong
};
struct CustodyChain {
  std::string holder;  // the member who wrote its newest event that is shown; "-" before joining
  bool own = false;
  std::size_t events = 0;
  std::string last;  // hash of its end
};
struct CustodyOrder {
  std::vector<PlacedEvent> events;   // each chain's in its own order, among each other by time
  std::vector<CustodyChain> chains;  // oldest holder first, this vault's own last
};
CustodyOrder in_order(Vault& vault, std::string_view record);

}  // namespace depone
