#include "crypto/merkle.h"

#include <bit>

#include "crypto/error.h"

namespace depone::merkle {
namespace {

// The largest power of two below n (n > 1): where RFC 6962 splits a tree.
std::uint64_t split_point(std::uint64_t n) { return std::bit_floor(n - 1); }

// Root of leaves [begin, begin + size) from complete subtrees.
Sha256 range_root(const NodeReader& node, std::uint64_t begin, std::uint64_t size) {
  if (std::has_single_bit(size)) {
    const auto level = static_cast<unsigned>(std::countr_zero(size));
    return node(level, begin >> level);
  }
  const std::uint64_t left = split_point(size);
  return node_hash(range_root(node, begin, left), range_root(node, begin + left, size - left));
}

void inclusion(const NodeReader& node, std::uint64_t index, std::uint64_t begin, std::uint64_t size,
               Path& out) {
  if (size == 1) return;
  const std::uint64_t left = split_point(size);
  if (index - begin < left) {
    inclusion(node, index, begin, left, out);
    out.push_back(range_root(node, begin + left, size - left));
  } else {
    inclusion(node, index, begin + left, size - left, out);
    out.push_back(range_root(node, begin, left));
  }
}

// RFC 6962 section 2.1.2, SUBPROOF(m, D[begin : begin + size], whole).
void consistency(const NodeReader& node, std::uint64_t m, std::uint64_t begin, std::uint64_t size,
                 bool whole, Path& out) {
  if (m == size) {
    if (!whole) out.push_back(range_root(node, begin, size));
    return;
  }
  const std::uint64_t left = split_point(size);
  if (m <= left) {
    consistency(node, m, begin, left, whole, out);
    out.push_back(range_root(node, begin + left, size - left));
  } else {
    consistency(node, m - left, begin + left, size - left, false, out);
    out.push_back(range_root(node, begin, left));
  }
}

// Of leaves that are hashed as they are asked for: enough for one proof.
NodeReader in_memory(std::span<const Sha256> leaves) {
  return [leaves](unsigned level, std::uint64_t index) {
    return root_of(leaves.subspan(index << level, std::uint64_t{1} << level));
  };
}

}  // namespace

Sha256 leaf_hash(ByteView leaf) {
  Sha256Hasher hasher;
  const ByteArray<1> prefix{0};
  hasher.update(prefix);
  hasher.update(leaf);
  return hasher.finish();
}

Sha256 node_hash(const Sha256& left, const Sha256& right) {
  ByteArray<65> bytes;
  bytes[0] = 1;
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 33);
  return sha256(ByteView(bytes));
}

Sha256 empty_root() { return sha256(ByteView{}); }

Sha256 root_of(std::span<const Sha256> leaf_hashes) {
  Accumulator accumulator;
  for (const Sha256& leaf : leaf_hashes) accumulator.add(leaf);
  return accumulator.root();
}

Path inclusion_path(std::span<const Sha256> leaf_hashes, std::uint64_t index) {
  return inclusion_from(in_memory(leaf_hashes), index, leaf_hashes.size());
}

// RFC 9162 section 2.1.3.2.
bool verify_inclusion(const Sha256& leaf, std::uint64_t index, std::uint64_t size, const Path& path,
                      const Sha256& root) {
  if (index >= size) return false;
  std::uint64_t fn = index;
  std::uint64_t sn = size - 1;
  Sha256 hash = leaf;
  for (const Sha256& sibling : path) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      hash = node_hash(sibling, hash);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && hash == root;
}

// RFC 9162 section 2.1.4.2.
bool verify_consistency(std::uint64_t size1, std::uint64_t size2, const Path& path,
                        const Sha256& root1, const Sha256& root2) {
  if (size1 == 0 || size1 > size2) return false;
  if (size1 == size2) return path.empty() && root1 == root2;
  if (path.empty()) return false;

  std::uint64_t fn = size1 - 1;
  std::uint64_t sn = size2 - 1;
  while ((fn & 1) != 0) {
    fn >>= 1;
    sn >>= 1;
  }
  std::size_t next = 0;
  Sha256 first = std::has_single_bit(size1) ? root1 : path[next++];
  Sha256 second = first;
  for (; next < path.size(); ++next) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      first = node_hash(path[next], first);
      second = node_hash(path[next], second);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      second = node_hash(second, path[next]);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && first == root1 && second == root2;
}

Sha256 root_from(const NodeReader& node, std::uint64_t size) {
  return size == 0 ? empty_root() : range_root(node, 0, size);
}

Path inclusion_from(const NodeReader& node, std::uint64_t index, std::uint64_t size) {
  if (index >= size) throw Error(Code::mismatch, "there is no leaf of this index in the tree");
  Path out;
  inclusion(node, index, 0, size, out);
  return out;
}

Path consistency_from(const NodeReader& node, std::uint64_t size1, std::uint64_t size2) {
  if (size1 > size2) throw Error(Code::mismatch, "the older tree is larger than the newer one");
  Path out;
  if (size1 != 0 && size1 != size2) consistency(node, size1, 0, size2, true, out);
  return out;
}

Tree::Tree(std::vector<Sha256> leaf_hashes) {
  levels_.push_back(std::move(leaf_hashes));
  while (levels_.back().size() > 1) {
    const std::vector<Sha256>& below = levels_.back();
    std::vector<Sha256> level;
    level.reserve(below.size() / 2);
    for (std::size_t i = 0; i + 1 < below.size(); i += 2)
      level.push_back(node_hash(below[i], below[i + 1]));
    levels_.push_back(std::move(level));
  }
}

NodeReader Tree::reader() const {
  return [this](unsigned level, std::uint64_t index) { return levels_[level][index]; };
}

Sha256 Tree::root() const { return root_from(reader(), size()); }
Path Tree::inclusion_path(std::uint64_t index) const {
  return inclusion_from(reader(), index, size());
}
Path Tree::consistency_path(std::uint64_t older_size) const {
  return consistency_from(reader(), older_size, size());
}

void Accumulator::add(const Sha256& leaf) {
  stack_.push_back(leaf);
  for (std::uint64_t n = size_++; (n & 1) != 0; n >>= 1) {
    const Sha256 right = stack_.back();
    stack_.pop_back();
    stack_.back() = node_hash(stack_.back(), right);
  }
}

Sha256 Accumulator::root() const {
  if (stack_.empty()) return empty_root();
  Sha256 hash = stack_.back();
  for (std::size_t i = stack_.size() - 1; i-- > 0;) hash = node_hash(stack_[i], hash);
  return hash;
}

}  // namespace depone::merkle
