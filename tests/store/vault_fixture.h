#pragma once

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "crypto/error.h"
#include "crypto/hash.h"
#include "store/vault.h"

namespace depone::testing {

// A directory that is gone at the end of the test.
class TempDir {
 public:
  TempDir() : path_(fs::temp_directory_path() / ("depone-test-" + random_name())) {
    fs::create_directory(path_);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }
  fs::path operator/(std::string_view name) const { return path_ / name; }

 private:
  fs::path path_;
};

inline constexpr std::string_view kPassphrase = "correct horse battery staple";
inline constexpr Argon2idCost kCheap{1, 8u << 20};
inline constexpr Time kNow{1'795'512'600};  // 2026-11-24T09:30:00Z

inline Seed seed_of(std::uint8_t byte) {
  Seed seed;
  std::fill(seed.reveal().begin(), seed.reveal().end(), byte);
  return seed;
}

// A new vault in a temporary directory, open, under kPassphrase and the seed 0101…01, cheap to
// unlock.
struct VaultFixture {
  TempDir temp;
  fs::path dir = temp / "vault";
  Vault vault = Vault::create(dir, as_bytes(kPassphrase), kCheap, seed_of(1), kNow);

  // Closes the vault and gives its directory.
  const fs::path& closed() {
    { const Vault gone = std::move(vault); }
    return dir;
  }
  void reopen() {
    closed();
    vault = Vault::open(dir, as_bytes(kPassphrase));
  }

  // A record with one revision and no lines, where only its being there matters. Returns the id.
  std::string bare_record(std::string_view id = "0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11") {
    Tx tx(vault.db());
    vault.db()
        .prepare(
            "INSERT INTO records(id, kind, title, date, head, heads, created, updated, complete, "
            "tags) "
            "VALUES (?, 'incident', '', '', '', 1, '', '', 0, '')")
        .with(id)
        .run();
    tx.commit();
    return std::string(id);
  }
};

inline Bytes bytes_of(const fs::path& path) { return read_file(path, 1u << 30); }

inline void put_bytes(const fs::path& path, ByteView bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

inline void flip_byte(const fs::path& path, std::size_t offset) {
  Bytes bytes = bytes_of(path);
  bytes.at(offset) ^= 1;
  put_bytes(path, bytes);
}

// Every file below a directory, by its relative path.
inline std::map<std::string, Bytes> snapshot(const fs::path& dir) {
  std::map<std::string, Bytes> files;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file())
      files[fs::relative(entry.path(), dir).string()] = bytes_of(entry.path());
  }
  return files;
}

// The code of the Error that `work` throws; fails the test where it throws none.
inline Code code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("no error was thrown");
  return Code::usage;
}

}  // namespace depone::testing
