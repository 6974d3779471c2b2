#include "tests/support/memory_scan.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "crypto/secret.h"

namespace depone::testing {

namespace {

constexpr std::size_t kPiece = 1u << 20;
constexpr std::uint64_t kLargest = std::uint64_t{4} << 30;

// Not on the heap: what a scan has read must not be found by the next as if it had leaked.
alignas(16) std::uint8_t piece[kPiece];

struct Mapping {
  std::uint64_t begin = 0, end = 0;
  std::string name;
};

std::vector<Mapping> writable_mappings(const std::string& process) {
  std::vector<Mapping> out;
  std::ifstream maps(process + "/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::string range, rights, offset, device, inode;
    Mapping mapping;
    words >> range >> rights >> offset >> device >> inode >> mapping.name;
    if (!rights.starts_with("rw")) continue;
    const std::size_t dash = range.find('-');
    // A sanitizer's shadow: terabytes, none of them the program's.
    mapping.begin = std::stoull(range.substr(0, dash), nullptr, 16);
    mapping.end = std::stoull(range.substr(dash + 1), nullptr, 16);
    if (mapping.end - mapping.begin > kLargest) continue;
    if (mapping.name.empty()) mapping.name = "memory at " + range;
    out.push_back(std::move(mapping));
  }
  if (out.empty()) throw std::runtime_error("the memory map of " + process + " can't be read");
  return out;
}

void scan(int memory, const Mapping& mapping, const std::vector<Needle>& needles,
          std::vector<std::string>& found) {
  std::size_t kept = 0;  // the end of the piece before, for what lies across
  for (std::uint64_t at = mapping.begin; at < mapping.end;) {
    const std::size_t wanted = std::min<std::uint64_t>(kPiece - kept, mapping.end - at);
    const ssize_t got = ::pread(memory, piece + kept, wanted, static_cast<off_t>(at));
    if (got <= 0) break;  // given back meanwhile, or a device's
    const std::size_t filled = kept + static_cast<std::size_t>(got);
    std::size_t longest = 1;
    for (const Needle& needle : needles) {
      longest = std::max(longest, needle.size());
      for (std::size_t hit = 0;; ++hit) {
        hit = needle.find_in({piece, filled}, hit);
        if (hit == std::string::npos) break;
        // What stood in the piece's own memory is seen there too, as what was read last.
        const std::uint64_t address = at - kept + hit;
        const auto own = reinterpret_cast<std::uintptr_t>(piece);
        if (address >= own && address < own + kPiece) continue;
        found.push_back(needle.name() + " in " + mapping.name);
      }
    }
    at += static_cast<std::uint64_t>(got);
    kept = std::min(longest - 1, filled);
    std::memmove(piece, piece + filled - kept, kept);
  }
  wipe(piece);
}

}  // namespace

Needle::Needle(std::string name, ByteView secret)
    : name_(std::move(name)), masked_(secret.size()), mask_(secret.size()) {
  random_bytes(mask_);
  for (std::size_t i = 0; i < secret.size(); ++i)
    masked_[i] = static_cast<std::uint8_t>(secret[i] ^ mask_[i]);
}

std::size_t Needle::find_in(ByteView bytes, std::size_t from) const {
  if (bytes.size() < size()) return std::string::npos;
  const int first = masked_[0] ^ mask_[0];
  const std::size_t last = bytes.size() - size();
  while (from <= last) {
    const void* const at = std::memchr(bytes.data() + from, first, last - from + 1);
    if (at == nullptr) break;
    from = static_cast<std::size_t>(static_cast<const std::uint8_t*>(at) - bytes.data());
    std::size_t same = 1;
    while (same < size() && (bytes[from + same] ^ mask_[same]) == masked_[same]) ++same;
    if (same == size()) return from;
    ++from;
  }
  return std::string::npos;
}

std::vector<Needle> needles_of_key(const std::string& name, ByteView key) {
  constexpr char kDigits[] = "0123456789abcdef";
  SecretBytes text(2 * key.size());
  for (std::size_t i = 0; i < key.size(); ++i) {
    text.reveal()[2 * i] = static_cast<std::uint8_t>(kDigits[key[i] >> 4]);
    text.reveal()[2 * i + 1] = static_cast<std::uint8_t>(kDigits[key[i] & 15]);
  }
  const std::size_t half = key.size() / 2;
  std::vector<Needle> out;
  out.emplace_back(name + " (first half)", key.first(half));
  out.emplace_back(name + " (second half)", key.subspan(half));
  out.emplace_back(name + " (hex, first half)", text.reveal().first(key.size()));
  out.emplace_back(name + " (hex, second half)", text.reveal().subspan(key.size()));
  return out;
}

std::vector<Needle> needles_of_passphrase(const std::string& name, ByteView passphrase) {
  SecretBytes wide(2 * passphrase.size());
  for (std::size_t i = 0; i < passphrase.size(); ++i) wide.reveal()[2 * i] = passphrase[i];
  std::vector<Needle> out;
  out.emplace_back(name, passphrase);
  out.emplace_back(name + " (UTF-16)", ByteView(wide.reveal()));
  return out;
}

std::vector<std::string> found_in_memory(const std::string& process,
                                         const std::vector<Needle>& needles) {
  const int memory = ::open((process + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
  if (memory < 0) throw std::runtime_error("the memory of " + process + " can't be read");
  std::vector<std::string> found;
  for (const Mapping& mapping : writable_mappings(process)) scan(memory, mapping, needles, found);
  ::close(memory);
  return found;
}

std::vector<std::string> found_in_own_memory(const std::vector<Needle>& needles) {
  // start_crypto() has given /proc/self to root.
  const int before = ::prctl(PR_GET_DUMPABLE);
  ::prctl(PR_SET_DUMPABLE, 1);
  std::vector<std::string> found = found_in_memory("/proc/self", needles);
  ::prctl(PR_SET_DUMPABLE, before);
  return found;
}

}  // namespace depone::testing
