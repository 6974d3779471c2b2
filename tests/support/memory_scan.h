#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.h"

namespace depone::testing {

// A secret to look for, kept only under a mask: the process that looks holds no copy of it.
class Needle {
 public:
  Needle(std::string name, ByteView secret);
  const std::string& name() const { return name_; }
  // Where it begins in `bytes`, from `from` on; npos where it does not.
  std::size_t find_in(ByteView bytes, std::size_t from = 0) const;
  std::size_t size() const { return masked_.size(); }

 private:
  std::string name_;
  Bytes masked_, mask_;
};

// A key as its two halves (ciphers keep them in either order) and as hex.
std::vector<Needle> needles_of_key(const std::string& name, ByteView key);
// A passphrase in ASCII, and as UTF-16.
std::vector<Needle> needles_of_passphrase(const std::string& name, ByteView passphrase);

// Reads all that a process can write to (its heap, stacks, data, thread-local storage, what
// libraries mapped): the findings, "name in [heap]", one each. `process` is a directory of /proc.
// Throws where it can't be read.
std::vector<std::string> found_in_memory(const std::string& process,
                                         const std::vector<Needle>& needles);
std::vector<std::string> found_in_own_memory(const std::vector<Needle>& needles);

}  // namespace depone::testing
