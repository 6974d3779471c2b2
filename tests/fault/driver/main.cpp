// Does to a vault what `depone` does where the program would take Argon2id's full cost: harnesses
// may make cheap vaults through the store's interface.
//
//   fault-driver init DIR PASSPHRASE-FILE
//   fault-driver passwd DIR OLD-FILE NEW-FILE
//
// Prints "done" once the vault says so.

#include <iostream>
#include <string>

#include "crypto/error.h"
#include "store/vault.h"

namespace depone {
namespace {

constexpr Argon2idCost kCheapest{1, 8192};
constexpr Time kMade{1'795'512'600};  // 2026-11-24T09:30:00Z

Bytes passphrase(const char* path) {
  Bytes bytes = read_file(path, 4096);
  if (!bytes.empty() && bytes.back() == '\n') bytes.pop_back();
  return bytes;
}

Seed seed() {
  Seed seed;
  for (std::uint8_t& byte : seed.reveal()) byte = 1;
  return seed;
}

int run(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "init" && argc == 4) {
    const Vault made = Vault::create(argv[2], passphrase(argv[3]), kCheapest, seed(), kMade);
  } else if (command == "passwd" && argc == 5) {
    const Bytes old = passphrase(argv[3]);
    Vault vault = Vault::open(argv[2], old);
    vault.change_passphrase(old, passphrase(argv[4]), kCheapest);
  } else {
    throw Error(Code::usage, "init DIR FILE | passwd DIR OLD NEW");
  }
  std::cout << "done" << std::endl;
  return 0;
}

}  // namespace
}  // namespace depone

int main(int argc, char** argv) {
  try {
    if (!depone::start_crypto()) std::cerr << "memory is not locked\n";
    return depone::run(argc, argv);
  } catch (const depone::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
