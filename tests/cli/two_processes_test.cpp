#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <thread>

#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

TEST_CASE_METHOD(CheapVault, "Processes that write at once wait for each other and lose nothing",
                 "[processes]") {
  constexpr int kProcesses = 4, kEach = 5;
  std::vector<std::thread> threads;
  std::vector<int> statuses(kProcesses * kEach, -1);
  for (int p = 0; p < kProcesses; ++p) {
    threads.emplace_back([&, p] {
      for (int i = 0; i < kEach; ++i) {
        const std::string title = "title=From " + std::to_string(p) + "." + std::to_string(i);
        statuses[static_cast<std::size_t>(p * kEach + i)] =
            run({"new", "incident", "--set", title}).status;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(statuses == std::vector<int>(kProcesses * kEach, 0));
  const Json report = json({"check"});
  CHECK(report.at("records") == kProcesses * kEach);
  CHECK(report.at("damage").empty());
}

TEST_CASE_METHOD(CheapVault, "A process that waited in vain says who has the vault open",
                 "[processes]") {
  const Vault held = open();
  const ProcessResult ran = run({"list"});
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("process " + std::to_string(::getpid())));
}

}  // namespace
}  // namespace depone::testing
