#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <optional>

#include "crypto/json.h"
#include "tests/fault/points.h"
#include "tests/fault/series.h"
#include "tests/support/child.h"

namespace depone::testing {
namespace {

// What must not be found outside of the encrypted vault, in any of the forms below.
const std::vector<std::string> kSecrets = {
    std::string(kPassphrase),    // the passphrase
    "Wildflowerqx",              // a title
    "riverbankzv",               // an account
    "강가에서있었던일",          // the same in Korean
    "Harbourmasterkw",           // an incident's description, from CSV
    "Quietchannelpt",            // who the source is
    "unmistakabletagjx",         // a tag
    "secretphotographyw",        // a file's name
    "contentofthephotographvb",  // its content
    "contentofapipehs",          // what came through a pipe
    "soughtwordfd",              // what was searched for
};

std::string utf16(const std::string& text, bool little) {
  std::string out;
  for (const char c : text) {
    out += little ? std::string{c, '\0'} : std::string{'\0', c};
  }
  return out;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0; });
}

std::vector<std::string> forms_of(const std::string& secret) {
  std::vector<std::string> forms{secret, lower(secret), hex(as_bytes(secret))};
  if (is_ascii(secret)) {
    for (const bool little : {true, false}) {
      forms.push_back(utf16(secret, little));
      forms.push_back(utf16(lower(secret), little));
    }
  }
  // base64, whatever stands before it: the part that depends on nothing else.
  for (std::size_t skipped = 0; skipped < 3; ++skipped) {
    const std::size_t length = (secret.size() - skipped) / 3 * 3;
    forms.push_back(base64(as_bytes(secret.substr(skipped, length))));
  }
  return forms;
}

// Every secret found in a file below the directory, or in the name of one.
std::vector<std::string> found_below(const fs::path& directory) {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    std::string all = entry.path().filename().string();
    if (entry.is_regular_file()) all += std::string(as_text(bytes_of(entry.path())));
    for (const std::string& secret : kSecrets) {
      for (const std::string& form : forms_of(secret)) {
        if (all.find(form) != std::string::npos)
          found.push_back(entry.path().string() + ": " + secret);
      }
    }
  }
  return found;
}

// A monitor's machine: a home, a place for temporary files, a vault; and what she reads from and
// writes to on purpose, which lies beside.
class Machine {
 public:
  Machine() {
    for (const char* name : {"home", "tmp", "data", "config", "cache", "state", "run", "out"})
      fs::create_directory(here(name));
  }
  fs::path here(std::string_view name) const { return start_.path() / name; }
  fs::path input(std::string_view name, std::string_view content) const {
    return start_.file(name, content);
  }
  std::map<std::string, std::string> environment() const {
    return {{"HOME", here("home").string()},
            {"TMPDIR", here("tmp").string()},
            {"SQLITE_TMPDIR", here("tmp").string()},
            {"XDG_DATA_HOME", here("data").string()},
            {"XDG_CONFIG_HOME", here("config").string()},
            {"XDG_CACHE_HOME", here("cache").string()},
            {"XDG_STATE_HOME", here("state").string()},
            {"XDG_RUNTIME_DIR", here("run").string()}};
  }
  std::vector<std::string> command(std::vector<std::string> arguments) const {
    return start_.depone(start_.path(), std::move(arguments));
  }
  // Runs it with every step that it does anywhere written down, and gives what it printed.
  std::string run(std::vector<std::string> arguments, const std::string& text = {}) const {
    const FaultyRun ran = run_with_fault(Fault::none, 0, "/", command(std::move(arguments)), text,
                                         environment(), start_.beside("steps"));
    INFO(ran.process.err);
    REQUIRE(ran.process.status == 0);
    return ran.process.out;
  }
  std::string id_of(std::vector<std::string> arguments, const std::string& text = {}) const {
    arguments.push_back("--json");
    return parse_json(run(std::move(arguments), text), "output").at("id").get<std::string>();
  }
  // The files that any command wrote to, made or removed.
  std::vector<std::string> touched() const {
    std::vector<std::string> paths;
    const std::string log = read_text(start_.beside("steps"), 1u << 26);
    const auto lines = lines_of(log);
    REQUIRE(lines);
    for (const std::string_view line : *lines) {
      const std::size_t begin = line.find(' ', line.find(' ') + 1) + 1;
      paths.emplace_back(line.substr(begin, line.rfind(' ') - begin));
    }
    return paths;
  }

 private:
  Root start_;
};

// A working day.
std::string a_session(const Machine& at) {
  const std::string id =
      at.id_of({"new", "testimony", "--from", "-"},
               dump_json(Json{{"title", "Wildflowerqx"},
                              {"account", {{"text", "By the riverbankzv.\n\n강가에서있었던일"}}},
                              {"source", {{"identity", {{"name", "Quietchannelpt"}}}}},
                              {"tags", {"unmistakabletagjx"}},
                              {"consent", {{"status", "given"}, {"share", {"public"}}}}}));
  at.run({"import",
          at.input("reports.csv", "id,title,description\n1,Night raid,Harbourmasterkw\n").string(),
          "--kind", "incident"});
  std::string photograph;
  while (photograph.size() < 200'000) photograph += "contentofthephotographvb";
  at.run({"attach", id, at.input("secretphotographyw.jpg", photograph).string()});
  at.run({"attach", id, "-"}, "contentofapipehs");
  at.run({"search", "soughtwordfd"});
  at.run({"search", "riverbankzv"});
  at.run({"search", "강가에서"});
  at.run({"list"});
  at.run({"show", id});
  at.run({"extract", id, "1", "--to", (at.here("out") / "extracted").string()});
  at.run({"check"});
  return id;
}

TEST_CASE("After a working day nothing of it is found in the clear", "[leak]") {
  const Machine at;
  a_session(at);
  fs::remove_all(at.here("out"));  // what she asked to have in the clear
  CHECK(found_below(at.here("")) == std::vector<std::string>{});
}

TEST_CASE("The programs write to the vault, and to what they are told to write", "[leak]") {
  const Machine at;
  a_session(at);
  std::vector<std::string> elsewhere;
  for (const std::string& path : at.touched()) {
    const bool meant = path.starts_with((at.here("vault") / "").string()) ||
                       path == at.here("vault").string() ||
                       path.starts_with(at.here("out").string()) || path.starts_with("/dev/") ||
                       path.starts_with("/proc/");
    if (!meant) elsewhere.push_back(path);
  }
  CHECK(elsewhere == std::vector<std::string>{});
  for (const char* name : {"home", "tmp", "data", "config", "cache", "state", "run"})
    CHECK(fs::is_empty(at.here(name)));
}

TEST_CASE("What a killed program leaves is not in the clear either", "[leak]") {
  const Machine at;
  const std::string id = at.id_of({"new", "incident", "--set", "title=Night raid"});
  const fs::path file = at.input("secretphotographyw.jpg", "contentofthephotographvb");
  const auto attach = at.command({"attach", id, file.string(), "-"});
  const std::uint64_t all =
      run_with_fault(Fault::none, 0, at.here(""), attach, "contentofapipehs", at.environment())
          .steps;
  for (const std::uint64_t step : chosen_steps(all, 20)) {
    INFO("killed before step " << step);
    run_with_fault(Fault::kill, step, at.here(""), attach, "contentofapipehs", at.environment());
    CHECK(found_below(at.here("")) == std::vector<std::string>{});
  }
}

// A program that has the vault open and waits for more to attach.
class Waiting {
 public:
  explicit Waiting(const Machine& at) : at_(at) {
    const std::string id = at.id_of({"new", "incident", "--set", "title=Wildflowerqx"});
    REQUIRE(::mkfifo(at.here("pipe").c_str(), 0600) == 0);
    writer_ = File(::open(at.here("pipe").c_str(), O_RDWR | O_CLOEXEC));
    std::string line = "ulimit -c unlimited; cd '" + at.here("out").string() + "'; echo $$ > '" +
                       at.here("pid").string() + "'; exec";
    for (const std::string& word : at.command({"attach", id, "-"})) line += " '" + word + "'";
    child_.emplace(Child::start({"/bin/sh", "-c", line + " < '" + at.here("pipe").string() + "'"}));
    const std::string half = "contentofapipehs";
    REQUIRE(::write(writer_.fd(), half.data(), half.size()) == static_cast<ssize_t>(half.size()));
    while (fs::is_empty(at.here("vault") / "attachments")) sleep_for(0.01);
  }
  std::string proc(const std::string& name) const {
    std::string pid = read_text(at_.here("pid"), 100);
    pid.pop_back();
    return read_text("/proc/" + pid + "/" + name, 1u << 16);
  }
  int abort() {
    child_->signal(SIGABRT);
    return child_->wait(60).value_or(-1);
  }

 private:
  const Machine& at_;
  File writer_;
  std::optional<Child> child_;
};

TEST_CASE("A program that is made to dump its memory leaves no core", "[leak]") {
  const Machine at;
  Waiting waiting(at);
  CHECK(waiting.abort() == 128 + SIGABRT);
  CHECK(fs::is_empty(at.here("out")));
}

TEST_CASE("A core that somebody takes of a running program holds none of its memory", "[leak]") {
  const Machine at;
  const Waiting waiting(at);
  // Which kinds of memory go into a core, for the kernel and for gcore: none.
  CHECK(waiting.proc("coredump_filter") == "00000000\n");
}

}  // namespace
}  // namespace depone::testing
