#include "store/swap.h"

#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

// A machine laid out as files: /proc/swaps and the part of /sys that says what a device is.
struct Machine {
  testing::TempDir root;
  Machine() { fs::create_directories(root / "proc"); }
  void file(const std::string& path, const std::string& content) const {
    fs::create_directories((root / path).parent_path());
    write_file(root / path, content + "\n");
  }
  void swaps(const std::string& lines) const {
    file("proc/swaps", "Filename\t\tType\tSize\tUsed\tPriority\n" + lines);
  }
  std::vector<std::string> open_areas() const { return open_swap_areas(root.path()); }
};

using Areas = std::vector<std::string>;

TEST_CASE("A machine without swap has none that is open", "[swap]") {
  const Machine machine;
  CHECK(machine.open_areas().empty());
  machine.swaps("");
  CHECK(machine.open_areas().empty());
}

TEST_CASE("A partition as it is, is open", "[swap]") {
  const Machine machine;
  machine.swaps("/dev/sda2 partition 1000 0 -2");
  CHECK(machine.open_areas() == Areas{"/dev/sda2"});
}

TEST_CASE("A device of dm-crypt is not open, and LVM on one is not either", "[swap]") {
  const Machine machine;
  machine.swaps("/dev/dm-0 partition 1000 0 -2\n/dev/dm-1 partition 1000 0 -3");
  machine.file("sys/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123-name");
  machine.file("sys/block/dm-1/dm/uuid", "LVM-0123");
  machine.file("sys/block/dm-1/slaves/dm-0/dm/uuid", "CRYPT-LUKS2-0123-name");
  CHECK(machine.open_areas().empty());
}

TEST_CASE("LVM that lies partly on a plain disk is open", "[swap]") {
  const Machine machine;
  machine.swaps("/dev/dm-1 partition 1000 0 -3");
  machine.file("sys/block/dm-1/dm/uuid", "LVM-0123");
  machine.file("sys/block/dm-1/slaves/dm-0/dm/uuid", "CRYPT-LUKS2-0123-name");
  machine.file("sys/block/dm-1/slaves/sdb1/size", "1000");
  CHECK(machine.open_areas() == Areas{"/dev/dm-1"});
}

TEST_CASE("Compressed memory is not open unless a disk backs it", "[swap]") {
  const Machine machine;
  machine.swaps("/dev/zram0 partition 1000 0 100\n/dev/zram1 partition 1000 0 100");
  machine.file("sys/block/zram0/backing_dev", "none");
  machine.file("sys/block/zram1/backing_dev", "/dev/sda3");
  CHECK(machine.open_areas() == Areas{"/dev/zram1"});
}

TEST_CASE("A swap file that nothing is known of counts as open", "[swap]") {
  const Machine machine;
  machine.swaps("/swapfile file 1000 0 -2");
  CHECK(machine.open_areas() == Areas{"/swapfile"});
}

}  // namespace
}  // namespace depone
