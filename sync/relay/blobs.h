#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "crypto/io.h"
#include "store/file.h"

namespace depone::relay {

// Immutable objects under names: sealed bundles. One contract for every place where they may be kept
// (tests/contract). There is no way to remove or change one: nothing that the server does can lose a bundle.
//
// A name is one or more parts joined by '/', each 1 to 100 of [a-z0-9._-], not beginning with '.'.
// All of it may be called from several threads at once.
class Blobs {
 public:
  virtual ~Blobs() = default;

  // Durable and complete when it returns; absent when it throws. Where the name is there already nothing changes: what is
  // put under one name is always the same.
  virtual void put(std::string_view name, Source& content) = 0;
  // The same from a file that is complete and synced, without reading it where the storage can do that. The file stays.
  virtual void put_file(std::string_view name, const fs::path& file) = 0;
  // From `offset` to the end. Code::not_found.
  virtual std::unique_ptr<Source> get(std::string_view name, std::uint64_t offset) = 0;
  virtual std::optional<std::uint64_t> size(std::string_view name) = 0;  // nullopt: not there
  // Every object, in no order. What is being put may or may not be among them.
  virtual void list(const std::function<void(std::string_view name, std::uint64_t size)>& see) = 0;
};

// Code::invalid for a name that is not one.
void check_blob_name(std::string_view name);
// Where a bundle (hex SHA-256) is kept.
std::string bundle_blob(std::string_view sha256);

}  // namespace depone::relay
