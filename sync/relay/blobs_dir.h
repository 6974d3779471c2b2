#pragma once

#include "sync/relay/blobs.h"

namespace depone::relay {

// Blobs as files below a directory, written beside, synced, renamed.
class BlobsDir : public Blobs {
 public:
  explicit BlobsDir(fs::path root);  // must be there; Code::not_found

  void put(std::string_view name, Source& content) override;
  void put_file(std::string_view name, const fs::path& file) override;
  std::unique_ptr<Source> get(std::string_view name, std::uint64_t offset) override;
  std::optional<std::uint64_t> size(std::string_view name) override;
  // Also files that are no objects, under the names they have: `check` reports them. What FileSink is writing is left
  // out.
  void list(const std::function<void(std::string_view name, std::uint64_t size)>& see) override;

 private:
  fs::path path_of(std::string_view name) const;
  void make_directories_for(const fs::path& path);
  fs::path root_;
};

}  // namespace depone::relay
