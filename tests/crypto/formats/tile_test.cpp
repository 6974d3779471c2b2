#include "crypto/formats/tile.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

std::vector<std::string> texts(std::uint64_t size) {
  std::vector<std::string> out;
  for (const TilePath& path : tiles_of(size)) out.push_back(path.text());
  return out;
}

TEST_CASE("Tile paths are those of c2sp.org/tlog-tiles", "[tile]") {
  CHECK(TilePath{false, 0, 1'234'067, 256}.text() == "tile/0/x001/x234/067");
  CHECK(TilePath{false, 63, 0, 1}.text() == "tile/63/000.p/1");
  CHECK(TilePath{true, 0, 1000, 255}.text() == "tile/entries/x001/000.p/255");
}

TEST_CASE("Tile paths are read as they are written", "[tile]") {
  for (const char* text : {"tile/0/000", "tile/8/x001/x234/067.p/17", "tile/entries/000.p/255",
                           "tile/63/x018/x446/x744/x073/x709/x551/615"}) {
    INFO(text);
    const auto path = TilePath::parse(text);
    REQUIRE(path);
    CHECK(path->text() == text);
  }
}

TEST_CASE("Any other form of a tile path is refused", "[tile]") {
  for (const char* text : {"",
                           "tile",
                           "tile/0",
                           "tile/0/",
                           "tile/64/000",
                           "tile/00/000",
                           "tile/-1/000",
                           "tile/0/0",
                           "tile/0/0000",
                           "tile/0/00a",
                           "tile/0/001/000",
                           "tile/0/x000/001",
                           "tile/0/x001/x000",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p",
                           "tile/0/000.p/",
                           "tile/0/000/",
                           "/tile/0/000",
                           "tile/0/x001.p/000",
                           "tile/data/000",
                           "tile/entries/../000",
                           "tile/0/x018/x446/x744/x073/x709/x551/616",
                           "tile/0/x001/x018/x446/x744/x073/x709/x551/615"}) {
    INFO(text);
    CHECK_FALSE(TilePath::parse(text));
  }
}

TEST_CASE("A tree of 70,000 has the tiles that the page says", "[tile]") {
  const std::vector<TilePath> tiles = tiles_of(70'000);
  std::size_t full = 0;
  std::vector<std::string> partial;
  for (const TilePath& path : tiles) {
    if (path.entries) continue;
    if (path.width == 256) {
      ++full;
    } else {
      partial.push_back(path.text());
    }
  }
  CHECK(full == 273 + 1);
  CHECK(partial ==
        std::vector<std::string>{"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"});
}

TEST_CASE("Small trees have partial tiles, and entries beside them", "[tile]") {
  CHECK(texts(0).empty());
  CHECK(texts(1) == std::vector<std::string>{"tile/0/000.p/1", "tile/entries/000.p/1"});
  CHECK(texts(256) == std::vector<std::string>{"tile/0/000", "tile/1/000.p/1", "tile/entries/000"});
  CHECK(texts(257) == std::vector<std::string>{"tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1",
                                               "tile/entries/000", "tile/entries/001.p/1"});
}

TEST_CASE("An entry bundle is read as it was written", "[tile]") {
  const std::vector<std::string> entries{"a", "", std::string(65'535, 'x'), "bc"};
  const std::string bundle = entry_bundle(entries);
  CHECK(bundle.substr(0, 5) == std::string("\0\1a\0\0", 5));
  CHECK(parse_entry_bundle(as_bytes(bundle), 4) == entries);
}

TEST_CASE("An entry of 64 KiB does not fit", "[tile]") {
  CHECK(code_of([] { entry_bundle({std::string(65'536, 'x')}); }) == Code::invalid);
}

TEST_CASE("An entry bundle with another number of entries, or cut, is refused", "[tile]") {
  const std::string bundle = entry_bundle({"abc", "de"});
  CHECK(code_of([&] { parse_entry_bundle(as_bytes(bundle), 1); }) == Code::malformed);
  CHECK(code_of([&] { parse_entry_bundle(as_bytes(bundle), 3); }) == Code::malformed);
  for (std::size_t size = 0; size < bundle.size(); ++size) {
    CHECK(code_of([&] { parse_entry_bundle(as_bytes(bundle.substr(0, size)), 2); }) ==
          Code::malformed);
  }
}

}  // namespace
}  // namespace depone
