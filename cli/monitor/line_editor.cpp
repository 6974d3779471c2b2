#include "cli/monitor/line_editor.h"

#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cwchar>

#include "cli/context.h"

namespace depone::cli {

namespace {

constexpr int kHistory = 500;
constexpr int kTickMilliseconds = 1000;
constexpr std::size_t kMaxShown = 40;

volatile sig_atomic_t interrupted = 0;
void note_interrupt(int) { interrupted = 1; }

// While a line is edited, Ctrl-C gives it up and ends nothing.
class InterruptGivesUpLine {
 public:
  InterruptGivesUpLine() {
    struct sigaction action {};
    action.sa_handler = note_interrupt;
    ::sigaction(SIGINT, &action, &before_);
  }
  InterruptGivesUpLine(const InterruptGivesUpLine&) = delete;
  InterruptGivesUpLine& operator=(const InterruptGivesUpLine&) = delete;
  ~InterruptGivesUpLine() { ::sigaction(SIGINT, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

// libedit reads and shows characters by the locale.
void use_utf8() {
  ::setlocale(LC_CTYPE, "");
  if (std::string(::nl_langinfo(CODESET)) != "UTF-8") ::setlocale(LC_CTYPE, "C.UTF-8");
}

std::string common_beginning(const std::vector<std::string>& words) {
  std::string common = words.front();
  for (const std::string& word : words) {
    const auto differ = std::mismatch(common.begin(), common.end(), word.begin(), word.end());
    common.erase(differ.first, common.end());
  }
  return common;
}

}  // namespace

struct LineEditor::State {
  Hooks hooks;
  bool terminal = false;
  EditLine* edit = nullptr;
  History* history = nullptr;
  std::string prompt;

  // One byte of standard input, once there is one. 0 at the end, -1 where a signal came.
  int byte(char& into) {
    for (;;) {
      struct pollfd waited {
        STDIN_FILENO, POLLIN, 0
      };
      const int ready = ::poll(&waited, 1, kTickMilliseconds);
      if (interrupted != 0) return -1;
      if (ready <= 0) {
        hooks.tick();
        continue;
      }
      const ssize_t got = ::read(STDIN_FILENO, &into, 1);
      if (got < 0 && errno == EINTR) continue;
      return got == 1 ? 1 : 0;
    }
  }

  static State& of(EditLine* edit) {
    void* data = nullptr;
    ::el_get(edit, EL_CLIENTDATA, &data);
    return *static_cast<State*>(data);
  }

  static char* show_prompt(EditLine* edit) { return of(edit).prompt.data(); }

  static int read_character(EditLine* edit, wchar_t* into) {
    State& state = of(edit);
    std::mbstate_t shift{};
    for (;;) {
      char byte = 0;
      const int got = state.byte(byte);
      if (got <= 0) {
        if (got < 0) errno = EINTR;
        return got;
      }
      const std::size_t length = std::mbrtowc(into, &byte, 1, &shift);
      if (length == static_cast<std::size_t>(-2)) continue;  // the character goes on
      if (length == static_cast<std::size_t>(-1)) {
        shift = {};
        continue;
      }
      state.hooks.typed();
      return 1;
    }
  }

  static unsigned char complete(EditLine* edit, int) {
    State& state = of(edit);
    const LineInfo* line = ::el_line(edit);
    std::vector<std::string> before;
    std::string word;
    for (const char* at = line->buffer; at < line->cursor; ++at) {
      if (*at != ' ') {
        word += *at;
      } else if (!word.empty()) {
        before.push_back(std::move(word));
        word.clear();
      }
    }
    std::vector<std::string> found = state.hooks.complete(before, word);
    std::erase_if(found, [&](const std::string& it) { return !it.starts_with(word); });
    if (found.empty()) return CC_REFRESH_BEEP;
    const std::string more =
        common_beginning(found).substr(word.size()) + (found.size() == 1 ? " " : "");
    if (!more.empty()) {
      ::el_insertstr(edit, more.c_str());
      return CC_REFRESH;
    }
    std::sort(found.begin(), found.end());
    std::fputc('\n', stdout);
    for (std::size_t i = 0; i < found.size() && i < kMaxShown; ++i)
      std::fprintf(stdout, "%s  ", printable(found[i]).c_str());
    std::fputs(found.size() > kMaxShown ? "…\n" : "\n", stdout);
    std::fflush(stdout);
    return CC_REDISPLAY;
  }
};

LineEditor::LineEditor(Hooks hooks) : state_(std::make_unique<State>()) {
  state_->hooks = std::move(hooks);
  state_->terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  if (!state_->terminal) return;
  use_utf8();
  state_->edit = ::el_init("depone", stdin, stdout, stderr);
  state_->history = ::history_init();
  HistEvent event;
  ::history(state_->history, &event, H_SETSIZE, kHistory);
  ::history(state_->history, &event, H_SETUNIQUE, 1);
  EditLine* edit = state_->edit;
  ::el_set(edit, EL_CLIENTDATA, state_.get());
  ::el_set(edit, EL_EDITOR, "emacs");
  ::el_set(edit, EL_HIST, ::history, state_->history);
  ::el_set(edit, EL_PROMPT, &State::show_prompt);
  ::el_set(edit, EL_GETCFN, &State::read_character);
  ::el_set(edit, EL_ADDFN, "depone-complete", "complete a word", &State::complete);
  ::el_set(edit, EL_BIND, "^I", "depone-complete", nullptr);
  ::el_set(edit, EL_BIND, "^R", "em-inc-search-prev", nullptr);
}

LineEditor::~LineEditor() {
  if (state_->edit != nullptr) ::el_end(state_->edit);
  if (state_->history != nullptr) ::history_end(state_->history);
}

bool LineEditor::on_terminal() const { return state_->terminal; }

std::optional<std::string> LineEditor::read() {
  interrupted = 0;
  std::string line;
  if (!state_->terminal) {
    char byte = 0;
    int got = 0;
    while ((got = state_->byte(byte)) == 1 && byte != '\n') {
      // One more than a line may have tells that it is too long; what follows is still that line.
      if (line.size() <= kMaxLine) line += byte;
    }
    state_->hooks.typed();
    if (got != 1 && line.empty()) return std::nullopt;
    return line;
  }
  const InterruptGivesUpLine guard;
  for (;;) {
    interrupted = 0;
    state_->prompt = state_->hooks.prompt();
    int length = 0;
    const char* typed = ::el_gets(state_->edit, &length);
    if (typed != nullptr && length > 0) {
      line.assign(typed, static_cast<std::size_t>(length));
      break;
    }
    if (interrupted == 0) return std::nullopt;
    ::el_reset(state_->edit);
    std::fputs("^C\n", stdout);
    std::fflush(stdout);
  }
  HistEvent event;
  if (line.find_first_not_of(" \t\n") != std::string::npos)
    ::history(state_->history, &event, H_ENTER, line.c_str());
  if (line.ends_with('\n')) line.pop_back();
  return line;
}

void LineEditor::forget() {
  HistEvent event;
  if (state_->history != nullptr) ::history(state_->history, &event, H_CLEAR);
}

std::optional<std::vector<std::string>> words_in(const std::string& line) {
  Tokenizer* tokenizer = ::tok_init(nullptr);
  int count = 0;
  const char** words = nullptr;
  std::optional<std::vector<std::string>> found;
  if (::tok_str(tokenizer, line.c_str(), &count, &words) == 0) found.emplace(words, words + count);
  ::tok_end(tokenizer);
  return found;
}

}  // namespace depone::cli
