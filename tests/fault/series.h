#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/fault/content.h"
#include "tests/fault/points.h"
#include "tests/store/vault_fixture.h"

namespace depone::testing {

// One command that is stopped at each of its steps. All that it writes lies below a directory, the
// root, of which every run gets a copy of its own.
struct Act {
  std::string name;
  std::function<std::vector<std::string>(const fs::path& root)> command;
  // What is there, as text; fails the test where it is not sound. For most acts vault_content().
  std::function<std::string(const fs::path& root)> look;
  std::uint64_t most = 24;  // steps in one series, unless all were asked for
  bool repeatable = false;  // done again it ends with 0, and what is there is the same
  bool partly = false;      // what failed may have been done all the same, and is to be done again
};

inline std::string vault_content(const fs::path& root) {
  return sound_content(root / "vault", kPassphrase);
}

// A root with a vault in it, cheap to unlock, and a passphrase file that is never written; both are
// gone at the end.
class Root {
 public:
  Root();
  explicit Root(const fs::path& vault);  // a copy of that one, under kPassphrase
  const fs::path& path() const { return path_; }
  fs::path passphrase() const { return temp_ / "passphrase"; }
  // A file that commands read.
  fs::path file(std::string_view name, std::string_view content) const;
  fs::path beside(std::string_view name) const { return temp_ / name; }
  // The arguments that run `depone` on the vault below a root.
  std::vector<std::string> depone(const fs::path& root, std::vector<std::string> arguments) const;
  // The arguments that have the driver do it to that vault, under its passphrase.
  std::vector<std::string> driver(std::string_view command, const fs::path& root,
                                  const std::vector<std::string>& more) const;
  fs::path without_vault() const;  // removes it from the root
  // `depone`, run on this vault; gives what it printed. Throws where it fails.
  std::string run(std::vector<std::string> arguments, const std::string& input = {}) const;
  std::string new_record() const;

 private:
  TempDir temp_;
  fs::path path_ = temp_ / "root";
};

// The act is killed before each of its steps, and in the middle of each of its writes. Afterwards
// what is there is what was there before or what the act makes of it, nothing between; what it
// printed as done is there; and it can be done again.
void survives_kills(const Root& start, const Act& act);

// The disk is full from each of its steps on (and, once more, in the middle of each write), or
// broken. The act says so, ends with 1 and has changed nothing; or it had done all. With room it
// works again.
void survives_full_disk(const Root& start, const Act& act);
void survives_broken_disk(const Root& start, const Act& act);

}  // namespace depone::testing
