#pragma once

#include <string>
#include <vector>

#include "crypto/json.h"
#include "tests/support/child.h"
#include "tests/sync/remote/audit_fixture.h"

// Runs the real depone-audit on a courier directory that was made for the test.
namespace depone::testing {

struct Ran {
  int status = -1;
  std::string out;
  std::string err;
  Json json() const { return parse_json(out.substr(0, out.find('\n')), "output"); }
};

struct AuditProgram : AuditFixture {
  TempDir temp;
  fs::path courier = temp / "stick";
  std::string authority = organisation.authority_key().text();

  AuditProgram() {
    add("first");
    add("second");
    write_courier(courier);
  }
  Ran run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), DEPONE_BIN "/depone-audit");
    const std::string out = (temp / "out").string();
    const std::string err = (temp / "err").string();
    fs::remove(out);  // a child appends
    fs::remove(err);
    Ran ran;
    ran.status = Child::start(arguments, out, err).wait(60).value_or(-1);
    ran.out = read_text(out, 1 << 20);
    ran.err = read_text(err, 1 << 20);
    return ran;
  }
  std::string bundle(std::size_t at) const {
    return (courier / "bundles" / (bundles[at].sha256 + ".age")).string();
  }
  std::string receipt(std::size_t at) const {
    return (courier / "receipts" / (bundles[at].sha256 + ".tlog-proof")).string();
  }
  std::string roster_file() const { return (courier / "audit" / "roster.json").string(); }
  // Flips one bit in the middle of a file.
  static void damage(const fs::path& path) {
    Bytes bytes = read_file(path, 1 << 20);
    bytes[bytes.size() / 2] ^= 1;
    write_file(path, bytes);
  }
};

inline std::string check_of(const Json& report, const std::string& name) {
  return report.at("checks").at(name).get<std::string>();
}

}  // namespace depone::testing
