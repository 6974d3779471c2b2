#include "sync/relay/bundle_copy.h"

#include "crypto/error.h"
#include "crypto/hash.h"

namespace depone::relay {

namespace {

constexpr std::size_t kPage = 256;
constexpr std::size_t kPiece = 1u << 20;

void each_bundle(Ledger& ledger, const std::function<void(const BundleRecord&)>& see) {
  for (std::uint64_t next = 0;;) {
    const auto page = ledger.bundles(next, kPage);
    if (page.empty()) return;
    for (const BundleRecord& bundle : page) see(bundle);
    next = page.back().index + 1;
  }
}

// Damage of the original, as against a failure of the copy.
struct Unreadable {
  std::string why;
};

template <typename Work>
auto reading(Work work) {
  try {
    return work();
  } catch (const Error& error) {
    throw Unreadable{error.code() == Code::not_found ? "it is missing" : error.message()};
  }
}

class Copier {
 public:
  Copier(Blobs& from, NewTree& to, const fs::path& below, const CopyProgress& progress)
      : from_(from), to_(to), below_(below), progress_(progress), buffer_(kPiece) {}

  void copy(const BundleRecord& bundle) {
    NewTree::NewFile file(to_, below_ / bundle_blob(bundle.sha256));
    const auto original = reading([&] { return from_.get(bundle_blob(bundle.sha256), 0); });
    Sha256Hasher hasher;
    std::uint64_t size = 0;
    while (const std::size_t got = reading([&] { return original->read(buffer_); })) {
      const ByteView bytes = ByteView(buffer_).first(got);
      size += got;
      if (size > bundle.size) break;
      hasher.update(bytes);
      file.write(bytes);
      if (progress_) progress_(done_ + size);
    }
    if (size != bundle.size || hex(hasher.finish()) != bundle.sha256)
      throw Unreadable{"its bytes are not those that were taken in"};
    file.finish();
  }

  void try_copy(const BundleRecord& bundle) {
    try {
      copy(bundle);
      ++copied_.bundles;
      copied_.bytes += bundle.size;
    } catch (const Unreadable& unreadable) {
      copied_.missing.push_back({bundle.sha256, unreadable.why});
    }
    done_ += bundle.size;
  }

  CopiedBundles finish() { return std::move(copied_); }

 private:
  Blobs& from_;
  NewTree& to_;
  const fs::path& below_;
  const CopyProgress& progress_;
  Bytes buffer_;
  std::uint64_t done_ = 0;
  CopiedBundles copied_;
};

}  // namespace

BundleTotal total_of(Ledger& ledger, const CountProgress& progress) {
  BundleTotal total;
  each_bundle(ledger, [&](const BundleRecord& bundle) {
    ++total.bundles;
    total.bytes += bundle.size;
    if (progress && total.bundles % kPage == 0) progress(total.bundles);
  });
  return total;
}

CopiedBundles copy_bundles(Ledger& ledger, Blobs& from, NewTree& to, const fs::path& below,
                           const CopyProgress& progress) {
  Copier copier(from, to, below, progress);
  each_bundle(ledger, [&](const BundleRecord& bundle) { copier.try_copy(bundle); });
  return copier.finish();
}

}  // namespace depone::relay
