#include "crypto/handoff.h"

#include <catch2/catch_test_macros.hpp>
#include <memory>
#include <thread>
#include <vector>

namespace depone {
namespace {

TEST_CASE("What is put is taken in order by another thread") {
  Handoff<int> handoff;
  std::vector<int> taken;
  std::thread taker([&] {
    while (const auto thing = handoff.take()) taken.push_back(*thing);
  });
  for (int i = 0; i < 1000; ++i) handoff.put(i);
  handoff.close();
  taker.join();
  std::vector<int> expected(1000);
  for (int i = 0; i < 1000; ++i) expected[static_cast<std::size_t>(i)] = i;
  CHECK(taken == expected);
}

TEST_CASE("What was put before closing is still taken, then nothing") {
  Handoff<std::unique_ptr<int>> handoff;
  CHECK(handoff.put(std::make_unique<int>(7)));
  handoff.close();
  CHECK(**handoff.take() == 7);
  CHECK_FALSE(handoff.take());
}

TEST_CASE("Nothing is put after closing") {
  Handoff<int> handoff;
  handoff.close();
  CHECK_FALSE(handoff.put(1));
  CHECK_FALSE(handoff.take());
}

}  // namespace
}  // namespace depone
