#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "crypto/age/header.h"
#include "crypto/io.h"
#include "store/vault.h"

namespace depone {

// One file of attachments/: what it holds and how to read it.
struct ContentFile {
  std::filesystem::path path;
  age::FileKey key;
  std::string sha256;
  std::uint64_t size = 0;
};

// The row of that content (attachments.cpp). Code::not_found, damaged.
ContentFile content_file(Vault& vault, std::string_view sha256);

std::unique_ptr<Source> read_content(ContentFile file);
// Reads it to its end, padding included. Code::damaged.
void check_content(ContentFile file);

}  // namespace depone
