#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <map>
#include <optional>

#include "crypto/json.h"
#include "store/records/records.h"
#include "tests/fault/acts.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

constexpr std::size_t kPage = 4096;

// A vault with records of every size, attachments and a change of passphrase behind it, closed.
struct Scene {
  Root start;
  std::string account;
  std::map<std::string, std::string> records;  // what each holds

  Scene() {
    start.run(
        {"import", start.file("incidents.csv", Import::table()).string(), "--kind", "incident"});
    std::string text;
    for (int i = 0; i < 400; ++i) text += "Passage " + std::to_string(i) + ", 북송되었다.\n\n";
    const std::string made =
        start.run({"new", "testimony", "--from", "-", "--json"},
                  dump_json(Json{{"title", "An account"}, {"account", {{"text", text}}}}));
    account = parse_json(made, "output").at("id").get<std::string>();
    start.run({"attach", account, start.file("photograph.jpg", std::string(200'000, 'x')).string(),
               start.file("note.txt", "short").string()});
    Vault vault = Vault::open(start.path() / "vault", as_bytes(kPassphrase));
    for (const RecordSummary& record : list_records(vault, {}))
      records[record.id] = record_content(vault, record.id);
  }
};

// The vault with one bit turned.
class Flipped {
 public:
  Flipped(const Scene& scene, const fs::path& file, std::size_t offset) : scene_(scene) {
    fs::copy(scene.start.path() / "vault", dir(), fs::copy_options::recursive);
    flip_byte(dir() / file, offset);
  }
  fs::path dir() const { return temp_ / "vault"; }

  ProcessResult depone(std::vector<std::string> arguments) const {
    return run_process(scene_.start.depone(temp_.path(), std::move(arguments)));
  }
  // What check says is hit; fails the test where it does not end with 8.
  std::vector<std::string> damage() {
    const ProcessResult check = depone({"check", "--json"});
    INFO(check.err);
    CHECK(check.status == 8);
    CHECK_FALSE(check.err.empty());
    if (check.out.empty()) return {check.err};
    report_ = parse_json(check.out, "output");
    return report_.at("damage").get<std::vector<std::string>>();
  }
  const Json& report() const { return report_; }

 private:
  const Scene& scene_;
  TempDir temp_;
  Json report_;
};

bool names(const std::vector<std::string>& damage, std::string_view what) {
  return std::any_of(damage.begin(), damage.end(),
                     [&](const std::string& line) { return line.find(what) != std::string::npos; });
}

// Every record that reads, reads as it was; every other one is named, or all of them are.
std::size_t readable(const Scene& scene, const Flipped& flipped,
                     const std::vector<std::string>& damage) {
  std::optional<Vault> vault;
  try {
    vault.emplace(Vault::open(flipped.dir(), as_bytes(kPassphrase)));
  } catch (const Error& error) {
    CHECK(error.code() == Code::damaged);
    return 0;
  }
  std::size_t whole = 0;
  for (const auto& [id, content] : scene.records) {
    try {
      const std::string now = record_content(*vault, id);
      CHECK(now == content);
      ++whole;
    } catch (const Error& error) {
      INFO("record " << id << ": " << error.what());
      CHECK(error.code() == Code::damaged);
      CHECK(names(damage, id));
    }
  }
  return whole;
}

TEST_CASE(
    "A flipped byte in any page of the database is found, and changes nothing that can be read",
    "[flip]") {
  const Scene scene;
  const std::size_t pages = fs::file_size(scene.start.path() / "vault" / "vault.db") / kPage;
  std::size_t unreadable = 0, nothing = 0;
  for (std::size_t page = 0; page < pages; ++page) {
    const std::size_t at = page * kPage + 17 + page * 131 % (kPage - 34);
    INFO("page " << page + 1 << " of " << pages << ", offset " << at);
    Flipped flipped(scene, "vault.db", at);
    const std::vector<std::string> damage = flipped.damage();
    CHECK(names(damage, "vault.db"));
    const std::size_t whole = readable(scene, flipped, damage);
    unreadable += whole < scene.records.size();
    nothing += whole == 0;
  }
  report_points("flips: " + std::to_string(pages) + " pages, of which " +
                std::to_string(unreadable) + " hit a record and " + std::to_string(nothing) +
                " all of them");
}

TEST_CASE("A flipped byte anywhere in one copy of the header is found, survived and repaired",
          "[flip]") {
  const Scene scene;
  const std::string name = GENERATE("vault.json", "vault.json.copy");
  const Bytes good = bytes_of(scene.start.path() / "vault" / name);
  const std::vector<std::uint64_t> offsets = chosen_steps(good.size(), 24);
  for (const std::uint64_t offset : offsets) {
    INFO(name << ", offset " << offset - 1);
    Flipped flipped(scene, name, offset - 1);
    CHECK(names(flipped.damage(), name));
    CHECK(flipped.depone({"show", scene.account}).status == 0);
    {
      Vault vault = Vault::open(flipped.dir(), as_bytes(kPassphrase));
      CHECK(vault.notes().size() == 1);
      vault.repair_header();
    }
    CHECK(bytes_of(flipped.dir() / name) == good);
  }
  report_points("flips: " + std::to_string(offsets.size()) + " bytes of " + name);
}

TEST_CASE("With both copies of the header hit the vault is left as it is", "[flip]") {
  const Scene scene;
  const Flipped flipped(scene, "vault.json", 40);
  flip_byte(flipped.dir() / "vault.json.copy", 41);
  const auto before = snapshot(flipped.dir());
  const ProcessResult check = flipped.depone({"check"});
  CHECK(check.status == 8);
  CHECK_THAT(check.err, ContainsSubstring("both copies"));
  CHECK(snapshot(flipped.dir()) == before);
}

TEST_CASE("A flipped byte anywhere in an attachment is found, and its record named", "[flip]") {
  const Scene scene;
  std::size_t tried = 0;
  for (const std::string& file : names_in(scene.start.path() / "vault" / "attachments")) {
    const std::string path = "attachments/" + file;
    for (const std::uint64_t offset :
         chosen_steps(fs::file_size(scene.start.path() / "vault" / path), 16)) {
      INFO(path << ", offset " << offset - 1);
      Flipped flipped(scene, path, offset - 1);
      const std::vector<std::string> damage = flipped.damage();
      CHECK(names(damage, "attachment"));
      CHECK(names(damage, scene.account));
      CHECK(readable(scene, flipped, damage) == scene.records.size() - 1);
      ++tried;
      if (fs::file_size(flipped.dir() / path) > 1000 && tried > 48) break;
    }
  }
  report_points("flips: " + std::to_string(tried) + " bytes of attachments");
}

}  // namespace
}  // namespace depone::testing
