#pragma once

#include "sync/link.h"
#include "tests/support/fake_relay.h"
#include "tests/sync/exchange_fixture.h"

namespace depone::testing {

struct RelayFixture : ExchangeFixture {
  FakeRelay relay{team};

  RelayFixture() { team.publish(); }  // with the relay's address
  std::unique_ptr<RelayClient> client(Teammate& of) { return relay_of(of.vault, clock); }
  std::size_t asked(std::string_view start) const {
    std::size_t count = 0;
    for (const std::string& request : relay.requests) count += request.starts_with(start) ? 1 : 0;
    return count;
  }
};

}  // namespace depone::testing
