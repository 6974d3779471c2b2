#include "tests/fault/series.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "crypto/json.h"

namespace depone::testing {

namespace {

using Catch::Matchers::ContainsSubstring;

constexpr Argon2idCost kCheapest{1, 8192};

// A copy of the start, gone at the end.
class Copy {
 public:
  explicit Copy(const Root& start) : root_(temp_ / "root") {
    fs::copy(start.path(), root_, fs::copy_options::recursive);
  }
  const fs::path& root() const { return root_; }

 private:
  TempDir temp_;
  fs::path root_;
};

// What an undisturbed run is like.
struct Measure {
  std::uint64_t steps = 0;
  std::vector<std::uint64_t> commits;  // the syncs of the database's log among them
  std::string before, after;
};

// The numbers of the steps that are such syncs, of the shim's log.
std::vector<std::uint64_t> syncs_of_log(const fs::path& shim_log) {
  std::vector<std::uint64_t> found;
  std::istringstream lines(read_text(shim_log, 1u << 20));
  for (std::string number, call, path, bytes; lines >> number >> call >> path >> bytes;) {
    if (call.ends_with("sync") && path.ends_with("-wal")) found.push_back(std::stoull(number));
  }
  return found;
}

Measure measure(const Root& start, const Act& act, Fault fault) {
  const Copy copy(start);
  Measure measure;
  measure.before = act.look(copy.root());
  const Copy fresh(start);  // looking may have tidied up
  const TempDir temp;
  const FaultyRun run = run_with_fault(fault, ~std::uint64_t{0}, fresh.root(),
                                       act.command(fresh.root()), {}, {}, temp / "log");
  INFO(run.process.err);
  REQUIRE(run.process.status == 0);
  REQUIRE_FALSE(run.process.out.empty());
  measure.steps = run.steps;
  if (fs::exists(temp / "log")) measure.commits = syncs_of_log(temp / "log");
  measure.after = act.look(fresh.root());
  REQUIRE(measure.steps > 0);
  return measure;
}

// What was cut off and should be gone. Not what lies among somebody's own files, where it is not
// ours to say what may go.
std::vector<std::string> partial_names(const fs::path& root) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const bool among_ones_own = entry.is_regular_file() && entry.path().parent_path() == root;
    if (is_partial_name(entry.path().filename().string()) && !among_ones_own)
      names.push_back(entry.path().string());
  }
  return names;
}

// Without a fault it does its work, and leaves nothing behind of what was cut off.
void works_again(const Copy& copy, const Act& act, const std::string& seen,
                 const Measure& measure) {
  const ProcessResult again = run_process(act.command(copy.root()));
  INFO("again: " << again.err);
  const std::string now = act.look(copy.root());
  if (seen == measure.before || act.repeatable) {
    CHECK(again.status == 0);
    CHECK(now == measure.after);
  }
  CHECK(partial_names(copy.root()) == std::vector<std::string>{});
}

void one_kill(const Root& start, const Act& act, const Measure& measure, Fault fault,
              std::uint64_t step) {
  INFO(act.name << (fault == Fault::torn ? ", torn write " : ", killed before step ") << step);
  const Copy copy(start);
  const FaultyRun run = run_with_fault(fault, step, copy.root(), act.command(copy.root()));
  CHECK(run.killed());
  const std::string seen = act.look(copy.root());
  if (seen != measure.before) CHECK(seen == measure.after);
  if (!run.process.out.empty()) CHECK(seen == measure.after);
  works_again(copy, act, seen, measure);
}

void one_failure(const Root& start, const Act& act, const Measure& measure, Fault fault,
                 std::uint64_t step) {
  INFO(act.name << ", disk " << (fault == Fault::error ? "broken" : "full") << " from step "
                << step);
  const Copy copy(start);
  const FaultyRun run = run_with_fault(fault, step, copy.root(), act.command(copy.root()));
  INFO("status " << run.process.status << ", " << run.process.err);
  const std::string seen = act.look(copy.root());
  if (run.process.status == 0) {
    CHECK(seen == measure.after);
  } else {
    CHECK(run.process.status == 1);
    CHECK(run.process.out.empty());
    if (!act.partly || seen != measure.after) CHECK(seen == measure.before);
    if (fault != Fault::error) CHECK_THAT(run.process.err, ContainsSubstring("the disk is full"));
    if (fault != Fault::error) CHECK_THAT(run.process.err, ContainsSubstring("Make room"));
  }
  works_again(copy, act, seen, measure);
}

std::string series(const Root& start, const Act& act, Fault fault,
                   void (*one)(const Root&, const Act&, const Measure&, Fault, std::uint64_t)) {
  const Measure whole = measure(start, act, fault == Fault::torn ? Fault::torn : Fault::none);
  const std::vector<std::uint64_t> chosen = chosen_steps(whole.steps, act.most);
  std::set<std::uint64_t> steps(chosen.begin(), chosen.end());
  // Where a commit is not known to have reached the disk, whatever else is left out.
  if (fault == Fault::full || fault == Fault::error)
    steps.insert(whole.commits.begin(), whole.commits.end());
  for (const std::uint64_t step : steps) one(start, act, whole, fault, step);
  return std::to_string(steps.size()) + " of " + std::to_string(whole.steps);
}

}  // namespace

Root::Root() {
  fs::create_directory(path_);
  Vault::create(path_ / "vault", as_bytes(kPassphrase), kCheapest, seed_of(1), kNow);
  file("passphrase", std::string(kPassphrase) + "\n");
}

Root::Root(const fs::path& vault) {
  fs::create_directory(path_);
  fs::copy(vault, path_ / "vault", fs::copy_options::recursive);
  file("passphrase", std::string(kPassphrase) + "\n");
}

fs::path Root::file(std::string_view name, std::string_view content) const {
  write_file(temp_ / name, content);
  return temp_ / name;
}

std::vector<std::string> Root::depone(const fs::path& root,
                                      std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {DEPONE_BIN "/depone", "--vault", (root / "vault").string(),
                                       "--passphrase-file", passphrase().string()});
  return arguments;
}

std::vector<std::string> Root::driver(std::string_view command, const fs::path& root,
                                      const std::vector<std::string>& more) const {
  std::vector<std::string> arguments{DEPONE_BIN "/tests/fault-driver", std::string(command),
                                     (root / "vault").string(), passphrase().string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

fs::path Root::without_vault() const {
  fs::remove_all(path_ / "vault");
  return path_;
}

std::string Root::run(std::vector<std::string> arguments, const std::string& input) const {
  const ProcessResult ran = run_process(depone(path_, std::move(arguments)), input);
  if (ran.status != 0) throw std::runtime_error(ran.err);
  return ran.out;
}

std::string Root::new_record() const {
  const std::string printed = run({"new", "incident", "--set", "title=Night raid", "--json"});
  return parse_json(printed, "output").at("id").get<std::string>();
}

void survives_kills(const Root& start, const Act& act) {
  const std::string killed = series(start, act, Fault::kill, one_kill);
  const std::string torn = series(start, act, Fault::torn, one_kill);
  report_points(act.name + ": killed before " + killed + " steps, in the middle of " + torn +
                " writes");
}

void survives_full_disk(const Root& start, const Act& act) {
  const std::string full = series(start, act, Fault::full, one_failure);
  const std::string cut = series(start, act, Fault::short_, one_failure);
  report_points(act.name + ": disk full from " + full + " steps on, in the middle of " + cut);
}

void survives_broken_disk(const Root& start, const Act& act) {
  report_points(act.name + ": disk broken from " + series(start, act, Fault::error, one_failure) +
                " steps on");
}

}  // namespace depone::testing
