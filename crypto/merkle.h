#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "crypto/hash.h"

namespace depone::merkle {

// RFC 6962 section 2.1 with SHA-256. Proof paths are leaf to root.
using Path = std::vector<Sha256>;

Sha256 leaf_hash(ByteView leaf);
Sha256 node_hash(const Sha256& left, const Sha256& right);
Sha256 empty_root();

// Root over leaf hashes held in memory.
Sha256 root_of(std::span<const Sha256> leaf_hashes);
Path inclusion_path(std::span<const Sha256> leaf_hashes,
                    std::uint64_t index);  // Code::mismatch: no such leaf

bool verify_inclusion(const Sha256& leaf, std::uint64_t index, std::uint64_t size, const Path& path,
                      const Sha256& root);
// Trees of one size have the empty proof. Nothing follows from an empty tree: size1 = 0 is never
// consistent.
bool verify_consistency(std::uint64_t size1, std::uint64_t size2, const Path& path,
                        const Sha256& root1, const Sha256& root2);

// Proofs from a store of complete subtrees: node(level, index) is the hash of leaves
// [index·2^level, (index+1)·2^level), and is asked for only where all of those are below `size`.
// Code::mismatch where index or size1 is beyond it.
using NodeReader = std::function<Sha256(unsigned level, std::uint64_t index)>;
Sha256 root_from(const NodeReader& node, std::uint64_t size);
Path inclusion_from(const NodeReader& node, std::uint64_t index, std::uint64_t size);
Path consistency_from(const NodeReader& node, std::uint64_t size1, std::uint64_t size2);

// A tree of leaves in memory with every complete subtree of it: many proofs without hashing it anew
// for each.
class Tree {
 public:
  explicit Tree(std::vector<Sha256> leaf_hashes);
  std::uint64_t size() const { return levels_[0].size(); }
  Sha256 root() const;
  Path inclusion_path(std::uint64_t index) const;         // Code::mismatch: no such leaf
  Path consistency_path(std::uint64_t older_size) const;  // Code::mismatch: larger than this tree

 private:
  NodeReader reader() const;
  std::vector<std::vector<Sha256>> levels_;
};

// Grows a root leaf by leaf with a logarithmic stack.
class Accumulator {
 public:
  void add(const Sha256& leaf);
  std::uint64_t size() const { return size_; }
  Sha256 root() const;

 private:
  std::vector<Sha256> stack_;
  std::uint64_t size_ = 0;
};

}  // namespace depone::merkle
