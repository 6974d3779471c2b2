#include <catch2/catch_test_case_info.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>

#include "crypto/secret.h"

namespace {

// Every test program starts the crypto layer as the programs do.
class StartCrypto : public Catch::EventListenerBase {
 public:
  using Catch::EventListenerBase::EventListenerBase;
  void testRunStarting(const Catch::TestRunInfo&) override { depone::start_crypto(); }
};

}  // namespace

CATCH_REGISTER_LISTENER(StartCrypto)
