#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace depone::cli {

// Lines from standard input: edited with a history in memory alone where that is a terminal, else
// read as they come. While it waits, `tick` is called at least once a second.
inline constexpr std::size_t kMaxLine = 64u << 10;  // bytes; a longer one is given cut off, longer
class LineEditor {
 public:
  struct Hooks {
    std::function<void()> tick;
    std::function<void()> typed;  // a key, or a line from a pipe
    // What the last word can become, given the words before it.
    std::function<std::vector<std::string>(const std::vector<std::string>& before,
                                           const std::string& word)>
        complete;
    std::function<std::string()> prompt;
  };
  explicit LineEditor(Hooks hooks);
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;
  ~LineEditor();

  bool on_terminal() const;
  std::optional<std::string> read();  // without the LF; nullopt at the end
  void forget();                      // the history

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The words of a line as a shell takes them: quotes, backslashes. nullopt where a quote is not
// closed.
std::optional<std::vector<std::string>> words_in(const std::string& line);

}  // namespace depone::cli
