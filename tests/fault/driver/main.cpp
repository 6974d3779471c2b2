// Does to a vault what `depone` does where the program would take Argon2id's full cost: harnesses
// may make cheap vaults through the store's interface.
//
//   fault-driver init DIR PASSPHRASE-FILE
//   fault-driver passwd DIR OLD-FILE NEW-FILE
//   fault-driver rekey DIR OLD-FILE NEW-FILE
//   fault-driver revise DIR PASSPHRASE-FILE RECORD
//   fault-driver backup DIR PASSPHRASE-FILE FILE
//   fault-driver restore DIR PASSPHRASE-FILE FILE
//   fault-driver panic DIR
//
// Prints "done" once the vault says so.

#include <ctime>
#include <iostream>
#include <string>

#include "crypto/error.h"
#include "store/backup.h"
#include "store/panic.h"
#include "store/records/records.h"
#include "store/vault.h"

namespace depone {
namespace {

constexpr Argon2idCost kCheapest{1, 8192};
// The programs that made what is worked on here took the clock's time too.
Time now() { return Time{static_cast<std::int64_t>(std::time(nullptr))}; }

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
    const Vault made = Vault::create(argv[2], passphrase(argv[3]), kCheapest, seed(), now());
  } else if (command == "passwd" && argc == 5) {
    Vault vault = Vault::open(argv[2], passphrase(argv[3]));
    vault.set_passphrase(passphrase(argv[4]), kCheapest);
  } else if (command == "rekey" && argc == 5) {
    Vault vault = Vault::open(argv[2], passphrase(argv[3]));
    vault.rekey(passphrase(argv[4]), kCheapest, seed());
  } else if (command == "revise" && argc == 5) {
    Vault vault = Vault::open(argv[2], passphrase(argv[3]));
    FieldMap fields = get_record(vault, argv[4]).content.fields();
    fields["title"] = "Day raid";
    fields["description.0"] = "What was seen.";
    Tx tx(vault.db());
    revise_record(vault, argv[4], fields, "revised", Json::object(), now());
    tx.commit();
  } else if (command == "backup" && argc == 5) {
    back_up(fs::path(argv[2]), passphrase(argv[3]), argv[4], now());
  } else if (command == "restore" && argc == 5) {
    const Bytes held = passphrase(argv[3]);
    restore_backup(
        argv[4], argv[2], now(), [](const VaultHeader&) {},
        [&](const fs::path& at) { return Vault::open(at, held); });
  } else if (command == "panic" && argc == 3) {
    destroy_key_slots(argv[2]);
  } else {
    throw Error(Code::usage, "init | passwd | rekey | revise | backup | restore | panic");
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
