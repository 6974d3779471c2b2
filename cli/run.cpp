#include "cli/run.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <new>

#include "cli/output.h"
#include "cli/usage.h"
#include "crypto/memory_lock.h"
#include "store/file.h"

namespace depone::cli {

namespace {

constexpr int kFailed = 1;
constexpr int kClosedPipe = 141;  // what a shell reports for a program that SIGPIPE ended

volatile std::sig_atomic_t asked_to_close = 0;
void note_asked(int) { asked_to_close = 1; }

// `depone lock` and `depone panic` ask by SIGUSR1. What is at work goes on to its end; what waits
// for somebody to type ends, and with it the vault is closed.
void end_where_asked_to() {
  if (asked_to_close == 0) return;
  throw Error(Code::interrupted, "another program asked for the vault to be closed");
}

Time clock_now() {
  return Time{std::chrono::duration_cast<std::chrono::seconds>(
                  std::chrono::system_clock::now().time_since_epoch())
                  .count()};
}

// A core that is taken from outside (gcore) holds no kind of memory: records are in the heap. The
// kernel's own are off altogether (start_crypto), after which this can't be written any more.
void keep_memory_out_of_cores() {
  if (const File filter(::open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC)); filter) {
    // Where it can't be written nothing else depends on it.
    [[maybe_unused]] const ssize_t put = ::write(filter.fd(), "0\n", 2);
  }
}

void add_common_options(CLI::App& app, Context& context) {
  app.add_flag("--json", context.json, "JSON on standard output");
  app.add_flag("--yes", context.yes, "Do not ask before going on");
  app.add_option("--passphrase-file", context.passphrase_file,
                 "Take the passphrase from the first line of FILE")
      ->type_name("FILE");
}

// Common options are taken after the command too; a word after a command is never taken for another
// command.
void share_options(CLI::App& command) {
  command.fallthrough();
  command.subcommand_fallthrough(false);
  for (CLI::App* below : command.get_subcommands({})) share_options(*below);
}

std::string example_footer(const char* example) {
  return example ? std::string("Example:\n  ") + example : "";
}

class CommandLine {
 public:
  CommandLine(const Program& program, Context& context) : app_(program.summary, program.name) {
    app_.set_help_flag("-h,--help", "Say what this does, and stop");
    app_.set_version_flag("--version", program.version, "Say which versions these are, and stop");
    add_common_options(app_, context);
    if (program.add_common) program.add_common(app_, context);
    app_.footer(example_footer(program.example) + (program.example ? "\n\n" : "") + program.name +
                " COMMAND --help says more about one command.");
    app_.require_subcommand(1);
    for (const Command& command : program.commands) {
      CLI::App* sub = app_.add_subcommand(command.name, command.summary);
      sub->footer(example_footer(command.example) + "\n\n" + program.name +
                  " --help lists the options that every command takes.");
      runners_.emplace_back(sub, command.install(*sub, context));
      share_options(*sub);
    }
  }

  // The exit status of the command that the arguments name; `command` becomes that name, as far as
  // there is one.
  int run(int argc, char** argv, Context& context, std::string& command) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& asked) {  // --help, --version
      app_.exit(asked, context.out, context.err);
      if (asked.get_name() == "CallForHelp") context.out << '\n';
      return 0;
    } catch (const CLI::ParseError& error) {
      command = reached();
      throw Error(Code::usage, usage_message(app_, error));
    }
    command = reached();
    for (const auto& [app, runner] : runners_) {
      if (app->parsed()) return runner();
    }
    throw Error(Code::usage, "no command was named");
  }

  std::vector<std::string> words(const std::string& command) const {
    std::vector<std::string> out;
    for (const auto& [app, runner] : runners_) {
      if (command.empty()) out.push_back(app->get_name());
      if (app->get_name() != command) continue;
      for (const CLI::App* of : {static_cast<const CLI::App*>(app), &app_}) {
        for (const CLI::Option* option : of->get_options()) {
          for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
        }
      }
      for (const CLI::App* below : app->get_subcommands([](const CLI::App*) { return true; }))
        out.push_back(below->get_name());
    }
    return out;
  }

 private:
  std::string reached() const {
    std::string name;
    for (const CLI::App* at = &app_; !at->get_subcommands().empty();) {
      at = at->get_subcommands().front();
      name += " " + at->get_name();
    }
    return name;
  }

  CLI::App app_;
  std::vector<std::pair<CLI::App*, Runner>> runners_;
};

void warn_of_unlocked_memory(const Program& program, Context& context) {
  context.err << program.name
              << ": the system does not let memory be locked: keys and passphrases could reach the "
                 "swap space of this machine\n";
}

// `work` sets the name of the command as soon as it is known.
int run_in(const Program& program, Context& context,
           const std::function<int(std::string& command)>& work) {
  std::string command;
  const auto say = [&](std::string_view message) {
    context.err << program.name << ": " << printable(message) << '\n';
  };
  try {
    const int status = work(command);
    context.out.flush();
    return status;
  } catch (const ClosedPipe&) {
    return kClosedPipe;
  } catch (const Error& error) {
    try {
      context.out.flush();
    } catch (...) {  // the first failure is the one to report
    }
    say(error.what());
    if (error.code() == Code::usage)
      context.err << program.name << command
                  << (command.empty() ? " --help lists what there is.\n"
                                      : " --help says how it is used.\n");
    return exit_status(error.code());
  } catch (const std::bad_alloc&) {
    say("there is not enough memory for this; nothing was changed");
  } catch (const std::exception& error) {
    say(std::string("something went wrong that this program does not know: ") + error.what());
  }
  return kFailed;
}

}  // namespace

std::string version_text(std::string_view program, std::string_view more) {
  std::string text =
      std::string(program) + " " DEPONE_VERSION "\nlibsodium " + ::sodium_version_string();
  if (!more.empty()) text += "\n" + std::string(more);
  return text;
}

int run(const Program& program, int argc, char** argv) {
  ::umask(077);
  std::signal(SIGPIPE, SIG_IGN);
  // For libraries that ask it how names are written (libarchive); whatever the user's is, ours are
  // UTF-8.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  std::signal(SIGUSR1, note_asked);
  DescriptorBuffer buffer(STDOUT_FILENO);
  std::ostream out(&buffer);
  out.exceptions(std::ios::badbit);
  Context context{std::cin,
                  out,
                  std::cerr,
                  ::isatty(STDOUT_FILENO) == 1,
                  ::isatty(STDERR_FILENO) == 1,
                  clock_now,
                  [](const char* name) -> const char* { return std::getenv(name); }};
  context.in_is_terminal = ::isatty(STDIN_FILENO) == 1;
  context.program = &program;
  context.waiting.tick = end_where_asked_to;
  return run_in(program, context, [&](std::string& command) {
    keep_memory_out_of_cores();
    const bool lockable = start_crypto();
    if (!lockable) warn_of_unlocked_memory(program, context);
    const int status = CommandLine(program, context).run(argc, argv, context, command);
    if (lockable && secrets_went_unlocked()) warn_of_unlocked_memory(program, context);
    return status;
  });
}

int run_words(const Program& program, const std::vector<std::string>& words, Context& context) {
  std::vector<std::string> all{program.name};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (std::string& word : all) argv.push_back(word.data());
  argv.push_back(nullptr);
  return run_in(program, context, [&](std::string& command) {
    return CommandLine(program, context)
        .run(static_cast<int>(all.size()), argv.data(), context, command);
  });
}

std::vector<std::string> words_of(const Program& program, const std::string& command,
                                  Context context) {
  return CommandLine(program, context).words(command);
}

}  // namespace depone::cli
