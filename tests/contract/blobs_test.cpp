// What every implementation of Blobs must do.
#include "sync/relay/blobs.h"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <thread>

#include "crypto/error.h"
#include "sync/relay/blobs_dir.h"
#include "tests/store/vault_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

// One of these for each implementation: makes an empty one, and opens the same again.
struct OnDirectory {
  TempDir temp;
  std::unique_ptr<relay::Blobs> open() { return std::make_unique<relay::BlobsDir>(temp.path()); }
};

std::string text_of(relay::Blobs& blobs, std::string_view name, std::uint64_t offset = 0) {
  const auto source = blobs.get(name, offset);
  const Bytes bytes = read_all(*source, 1 << 24);
  return std::string(as_text(bytes));
}

void put(relay::Blobs& blobs, std::string_view name, std::string_view text) {
  MemorySource source(as_bytes(text));
  blobs.put(name, source);
}

std::map<std::string, std::uint64_t> all_of(relay::Blobs& blobs) {
  std::map<std::string, std::uint64_t> out;
  blobs.list([&](std::string_view name, std::uint64_t size) { out[std::string(name)] = size; });
  return out;
}

class FailingSource : public Source {
 public:
  std::size_t read(std::span<std::uint8_t> into) override {
    if (given_) throw Error(Code::io, "the source broke");
    given_ = true;
    into[0] = 'x';
    return 1;
  }

 private:
  bool given_ = false;
};

}  // namespace

TEMPLATE_TEST_CASE("An object comes back as it was put", "[contract]", OnDirectory) {
  TestType storage;
  const auto blobs = storage.open();
  put(*blobs, "bundles/ab/one.age", "content");
  CHECK(blobs->size("bundles/ab/one.age") == 7);
  CHECK(text_of(*blobs, "bundles/ab/one.age") == "content");
  CHECK(text_of(*blobs, "bundles/ab/one.age", 3) == "tent");
  CHECK(text_of(*blobs, "bundles/ab/one.age", 7).empty());
}

TEMPLATE_TEST_CASE("An object is there for who opens the storage later", "[contract]", OnDirectory) {
  TestType storage;
  put(*storage.open(), "one", "content");
  CHECK(text_of(*storage.open(), "one") == "content");
}

TEMPLATE_TEST_CASE("An object from a file, which stays", "[contract]", OnDirectory) {
  TestType storage;
  const auto blobs = storage.open();
  const TempDir outside;
  write_file(outside / "file", "content");
  blobs->put_file("bundles/one", outside / "file");
  CHECK(text_of(*blobs, "bundles/one") == "content");
  CHECK(fs::exists(outside / "file"));
  fs::remove(outside / "file");
  CHECK(text_of(*blobs, "bundles/one") == "content");
}

TEMPLATE_TEST_CASE("An empty object is an object", "[contract]", OnDirectory) {
  TestType storage;
  const auto blobs = storage.open();
  put(*blobs, "empty", "");
  CHECK(blobs->size("empty") == 0);
}

TEMPLATE_TEST_CASE("What was put once is never changed", "[contract]", OnDirectory) {
  TestType storage;
  const auto blobs = storage.open();
  put(*blobs, "one", "first");
  put(*blobs, "one", "second");
  CHECK(text_of(*blobs, "one") == "first");
}

TEMPLATE_TEST_CASE("What is not there is not there", "[contract]", OnDirectory) {
  TestType storage;
  const auto blobs = storage.open();
  CHECK_FALSE(blobs->size("nothing"));
  CHECK_FALSE(blobs->size("no/such/place"));
  try {
    blobs->get("nothing", 0);
    FAIL("it was found");
  } catch (const Error& error) {
    CHECK(error.code() == Code::not_found);
  }
}

TEMPLATE_TEST_CASE("A source that breaks leaves no object", "[contract]", OnDirectory) {
  TestType storage;
  const auto blobs = storage.open();
  FailingSource source;
  CHECK_THROWS_AS(blobs->put("bundles/one", source), Error);
  CHECK_FALSE(blobs->size("bundles/one"));
  CHECK(all_of(*blobs).empty());
}

TEMPLATE_TEST_CASE("The list has every object with its size", "[contract]", OnDirectory) {
  TestType storage;
  const auto blobs = storage.open();
  CHECK(all_of(*blobs).empty());
  put(*blobs, "a", "1");
  put(*blobs, "b/c", "22");
  put(*blobs, "b/d/e", "333");
  CHECK(all_of(*blobs) == std::map<std::string, std::uint64_t>{{"a", 1}, {"b/c", 2}, {"b/d/e", 3}});
}

TEMPLATE_TEST_CASE("Names that are none are refused", "[contract]", OnDirectory) {
  TestType storage;
  const auto blobs = storage.open();
  for (const char* name : {"", "/", "a/", "/a", "a//b", "..", "a/../b", ".hidden", "a/.b", "A", "a b", "a\n"}) {
    INFO(name);
    CHECK_THROWS_AS(blobs->size(name), Error);
    CHECK_THROWS_AS(put(*blobs, name, "x"), Error);
  }
}

TEMPLATE_TEST_CASE("The same object put by many at once is one, and whole", "[contract]", OnDirectory) {
  TestType storage;
  const auto blobs = storage.open();
  const std::string content(1 << 20, 'x');
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { put(*blobs, "bundles/one", content); });
  for (std::thread& thread : threads) thread.join();
  CHECK(text_of(*blobs, "bundles/one") == content);
  CHECK(all_of(*blobs).size() == 1);
}
