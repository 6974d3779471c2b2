#include "crypto/merkle.h"

#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>

#include "crypto/error.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

struct Inclusion {
  const char* name;
  std::uint64_t index;
  std::uint64_t size;
  std::size_t root;
  std::size_t leaf;
  std::vector<std::size_t> proof;
  bool refused;
};

struct Consistency {
  const char* name;
  std::uint64_t size1;
  std::uint64_t size2;
  std::size_t root1;
  std::size_t root2;
  std::vector<std::size_t> proof;
  bool refused;
};

#include "tests/crypto/merkle_vectors.inc"

// Some vectors have values that are no hashes, to be wrong or equal: the hash of one is as wrong
// and as equal. An empty one can't be given to the functions at all.
Sha256 hash_at(std::size_t number) {
  const Bytes bytes = from_base64(kHashes.at(number)).value();
  return exactly<32>(std::optional(bytes)).value_or(sha256(ByteView(bytes)));
}

merkle::Path path_of(const std::vector<std::size_t>& numbers) {
  merkle::Path out;
  for (const std::size_t number : numbers) out.push_back(hash_at(number));
  return out;
}

bool accepted(const Inclusion& v) {
  if (kHashes.at(v.leaf).empty()) return false;
  return merkle::verify_inclusion(hash_at(v.leaf), v.index, v.size, path_of(v.proof),
                                  hash_at(v.root));
}

bool accepted(const Consistency& v) {
  return merkle::verify_consistency(v.size1, v.size2, path_of(v.proof), hash_at(v.root1),
                                    hash_at(v.root2));
}

constexpr std::uint64_t kSizes = 300;

std::vector<Sha256> leaves_of(std::uint64_t size) {
  std::vector<Sha256> out;
  for (std::uint64_t i = 0; i < size; ++i)
    out.push_back(merkle::leaf_hash(as_bytes("leaf " + std::to_string(i))));
  return out;
}

// RFC 6962 section 2.1, word for word.
Sha256 defined_root(std::span<const Sha256> leaves) {
  if (leaves.empty()) return sha256(ByteView{});
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  return merkle::node_hash(defined_root(leaves.first(k)), defined_root(leaves.subspan(k)));
}

// Complete subtrees only, as tiles of 8 levels give them; anything else is an error of the caller.
class Store {
 public:
  explicit Store(const std::vector<Sha256>& leaves) : leaves_(leaves) {}
  merkle::NodeReader reader(std::uint64_t size) {
    return [this, size](unsigned level, std::uint64_t index) {
      if ((index + 1) << level > size)
        throw Error(Code::mismatch, "an incomplete subtree was asked for");
      const auto [known, fresh] = nodes_.try_emplace({level, index});
      if (fresh) {
        known->second =
            defined_root(std::span(leaves_).subspan(index << level, std::size_t{1} << level));
      }
      return known->second;
    };
  }

 private:
  const std::vector<Sha256>& leaves_;
  std::map<std::pair<unsigned, std::uint64_t>, Sha256> nodes_;
};

TEST_CASE("The published inclusion proofs are accepted or refused as published", "[merkle]") {
  REQUIRE(kInclusion.size() == 98);
  for (const Inclusion& vector : kInclusion) {
    INFO(vector.name);
    CHECK(accepted(vector) != vector.refused);
  }
}

TEST_CASE("The published consistency proofs are accepted or refused as published", "[merkle]") {
  REQUIRE(kConsistency.size() == 98);
  for (const Consistency& vector : kConsistency) {
    INFO(vector.name);
    CHECK(accepted(vector) != vector.refused);
  }
}

TEST_CASE("The empty tree's root is the hash of nothing", "[merkle]") {
  CHECK(hex(merkle::empty_root()) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(merkle::root_of({}) == merkle::empty_root());
}

TEST_CASE("A leaf is not a node of the same bytes", "[merkle]") {
  const Sha256 a = merkle::leaf_hash(as_bytes("a"));
  Bytes both(a.begin(), a.end());
  both.insert(both.end(), a.begin(), a.end());
  CHECK(merkle::leaf_hash(both) != merkle::node_hash(a, a));
}

TEST_CASE("Every way to a root gives the root that the RFC defines", "[merkle]") {
  const std::vector<Sha256> leaves = leaves_of(kSizes);
  Store store(leaves);
  merkle::Accumulator accumulator;
  bool same = true;
  for (std::uint64_t size = 1; size <= kSizes; ++size) {
    const std::span<const Sha256> some = std::span(leaves).first(size);
    accumulator.add(leaves[size - 1]);
    const Sha256 root = defined_root(some);
    same = same && merkle::root_of(some) == root && accumulator.root() == root &&
           accumulator.size() == size && merkle::root_from(store.reader(size), size) == root &&
           merkle::Tree(std::vector<Sha256>(some.begin(), some.end())).root() == root;
  }
  CHECK(same);
}

TEST_CASE(
    "Every inclusion proof verifies, and is the same from leaves, from subtrees and from a tree",
    "[merkle]") {
  const std::vector<Sha256> leaves = leaves_of(kSizes);
  Store store(leaves);
  bool same = true;
  bool verified = true;
  for (std::uint64_t size = 1; size <= kSizes; ++size) {
    const merkle::Tree tree(
        std::vector<Sha256>(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(size)));
    const Sha256 root = tree.root();
    const std::uint64_t step = size < 70 ? 1 : 17;
    for (std::uint64_t index = 0; index < size; index += step) {
      const merkle::Path path = tree.inclusion_path(index);
      same = same && path == merkle::inclusion_from(store.reader(size), index, size);
      if (size < 40)
        same = same && path == merkle::inclusion_path(std::span(leaves).first(size), index);
      verified = verified && merkle::verify_inclusion(leaves[index], index, size, path, root);
    }
  }
  CHECK(same);
  CHECK(verified);
}

TEST_CASE("Every consistency proof verifies, and is the same from subtrees and from a tree",
          "[merkle]") {
  const std::vector<Sha256> leaves = leaves_of(kSizes);
  Store store(leaves);
  std::vector<Sha256> roots{merkle::empty_root()};
  merkle::Accumulator accumulator;
  for (const Sha256& leaf : leaves) {
    accumulator.add(leaf);
    roots.push_back(accumulator.root());
  }
  bool same = true;
  bool verified = true;
  for (std::uint64_t newer = 1; newer <= kSizes; ++newer) {
    const merkle::Tree tree(
        std::vector<Sha256>(leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(newer)));
    const std::uint64_t step = newer < 70 ? 1 : 13;
    for (std::uint64_t older = 1; older <= newer; older += step) {
      const merkle::Path path = tree.consistency_path(older);
      same = same && path == merkle::consistency_from(store.reader(newer), older, newer);
      verified =
          verified && merkle::verify_consistency(older, newer, path, roots[older], roots[newer]);
    }
  }
  CHECK(same);
  CHECK(verified);
}

TEST_CASE("An inclusion proof holds for no other leaf, index or size", "[merkle]") {
  const std::vector<Sha256> leaves = leaves_of(20);
  const merkle::Tree tree(leaves);
  const merkle::Path path = tree.inclusion_path(7);
  for (std::uint64_t index = 0; index < 20; ++index) {
    CHECK(merkle::verify_inclusion(leaves[7], index, 20, path, tree.root()) == (index == 7));
    CHECK(merkle::verify_inclusion(leaves[index], 7, 20, path, tree.root()) == (index == 7));
  }
  CHECK_FALSE(merkle::verify_inclusion(leaves[7], 7, 33, path, tree.root()));
  CHECK_FALSE(merkle::verify_inclusion(leaves[7], 7, 7, path, tree.root()));
}

TEST_CASE("A proof of a leaf or tree that is not there is not made", "[merkle]") {
  const merkle::Tree tree(leaves_of(5));
  CHECK(testing::code_of([&] { tree.inclusion_path(5); }) == Code::mismatch);
  CHECK(testing::code_of([&] { tree.consistency_path(6); }) == Code::mismatch);
  CHECK(testing::code_of([] { merkle::inclusion_path({}, 0); }) == Code::mismatch);
}

}  // namespace
}  // namespace depone
