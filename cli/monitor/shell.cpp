#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <sstream>

#include "cli/monitor/commands.h"
#include "cli/monitor/line_editor.h"
#include "cli/lock_watch.h"
#include "cli/monitor/session.h"
#include "cli/monitor/swap_warning.h"
#include "cli/monitor/vault_access.h"
#include "cli/run.h"
#include "crypto/error.h"
#include "store/evidence/evidence.h"

namespace depone::cli {

namespace {

constexpr unsigned kIdleMinutes = 10;
constexpr unsigned kLongestIdle = 24 * 60;
constexpr std::size_t kMaxIds = 60;

struct Options {
  unsigned idle = kIdleMinutes;
};

class Shell {
 public:
  Shell(Context& context, std::chrono::minutes idle)
      : context_(context),
        session_(vault_dir(context)),
        watch_(idle),
        editor_({[this] { lock_where_due(); }, [this] { watch_.touched(); },
                 [this](const auto& before, const auto& word) { return complete(before, word); },
                 [this] {
                   return std::string(session_.is_open() ? "depone> " : "depone (locked)> ");
                 }}) {
    context_.session = &session_;
  }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;
  ~Shell() { context_.session = nullptr; }

  // The status of the last command that failed; 0 where none did.
  int run() {
    open_vault(context_);
    // Once locked, it is for a person to open it again, not for a file that lies there.
    context_.passphrase_file.clear();
    if (editor_.on_terminal()) {
      warn_of_swap(context_);
      context_.err
          << "The vault is open. `help` lists the commands, `lock` locks it, `exit` leaves."
             " Nothing of what you type is kept.\n";
    }
    int failed = 0;
    for (;;) {
      context_.out.flush();
      const auto line = editor_.read();
      lock_where_due();
      if (!line) break;
      const auto status = take(*line);
      if (!status) break;
      if (*status != 0) failed = *status;
      watch_.touched();
      lock_where_due();
    }
    if (editor_.on_terminal()) context_.err << '\n';
    return failed;
  }

 private:
  // nullopt: the line leaves the shell.
  std::optional<int> take(const std::string& line) {
    if (line.size() > kMaxLine) {
      context_.err
          << "depone: a line longer than 64 KiB is no command; nothing of it was done. Long "
             "texts come from a file: --from FILE\n";
      return exit_status(Code::usage);
    }
    auto words = words_in(line);
    if (!words) {
      context_.err << "depone: a quotation mark is not closed\n";
      return exit_status(Code::usage);
    }
    if (!words->empty() && words->front() == context_.program->name) words->erase(words->begin());
    if (words->empty() || words->front().starts_with('#')) return 0;
    if (words->front() == "exit" || words->front() == "quit") return std::nullopt;
    if (words->front() == "help") words->front() = "--help";
    if (words->front() == "shell") {
      context_.err << "depone: this is the shell already\n";
      return exit_status(Code::usage);
    }
    const bool was_open = session_.is_open();
    const int status = run_command(*words);
    if (was_open && !session_.is_open()) editor_.forget();
    return status;
  }

  int run_command(const std::vector<std::string>& words) {
    // What comes after the line is the next command, not a command's input.
    std::istringstream nothing;
    Context line{editor_.on_terminal() ? context_.in : nothing,
                 context_.out,
                 context_.err,
                 context_.out_is_terminal,
                 context_.err_is_terminal,
                 context_.now,
                 context_.env};
    line.in_is_terminal = editor_.on_terminal();
    line.vault = context_.vault;
    line.program = context_.program;
    line.session = context_.session;
    line.waiting = {[this] { end_where_due(); }, [this] { watch_.touched(); }};
    return run_words(*context_.program, words, line);
  }

  // A command that waits for somebody to type ends, and then the vault is locked.
  void end_where_due() {
    if (const auto& why = watch_.due(); why && session_.is_open())
      throw Error(Code::interrupted, "the vault is to be locked: " + *why);
  }

  void lock_where_due() {
    const auto why = watch_.take();
    if (!why || !session_.is_open()) return;
    session_.lock();
    editor_.forget();
    context_.err << (editor_.on_terminal() ? "\n" : "") << "The vault is locked: " << *why
                 << ". The next command asks for the passphrase.\n"
                 << std::flush;
  }

  std::vector<std::string> complete(const std::vector<std::string>& before,
                                    const std::string& word) {
    if (before.empty()) {
      auto commands = words_of(*context_.program, {}, context_);
      commands.insert(commands.end(), {"exit", "help"});
      return commands;
    }
    if (before.back() == "--set" || before.back() == "--field") return fields();
    if (word.starts_with('-')) return words_of(*context_.program, before.front(), context_);
    std::vector<std::string> found = words_of(*context_.program, before.front(), context_);
    std::erase_if(found, [](const std::string& it) { return it.starts_with('-'); });
    if (before.front() == "new") found = {"testimony", "incident"};
    const std::vector<std::string> more = ids(word);
    found.insert(found.end(), more.begin(), more.end());
    return found;
  }

  static std::vector<std::string> fields() {
    std::vector<std::string> found;
    for (const char* kind : {"testimony", "incident"}) {
      for (const FieldRule& rule : field_rules(kind)) {
        std::string path(rule.pattern);
        std::replace(path.begin(), path.end(), '#', '0');
        if (std::find(found.begin(), found.end(), path) == found.end()) found.push_back(path);
      }
    }
    return found;
  }

  std::vector<std::string> ids(const std::string& beginning) {
    std::vector<std::string> found;
    if (!session_.is_open()) return found;
    try {
      Vault vault = session_.vault();
      Statement rows = vault.db().prepare(
          "SELECT id FROM records WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT ?2");
      rows.bind(1, beginning).bind(2, static_cast<std::int64_t>(kMaxIds));
      while (rows.step()) found.push_back(rows.text(0));
    } catch (const Error&) {  // a damaged page is for the commands to speak of
    }
    return found;
  }

  Context& context_;
  VaultSession session_;
  LockWatch watch_;
  LineEditor editor_;
};

}  // namespace

Runner install_shell(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("--idle", options->idle, "Lock after so many minutes without a key (10)")
      ->type_name("MINUTES")
      ->check(CLI::Range(1u, kLongestIdle));
  return [&context, options] {
    if (context.session != nullptr) throw Error(Code::usage, "this is the shell already");
    return Shell(context, std::chrono::minutes(options->idle)).run();
  };
}

}  // namespace depone::cli
