#include "cli/usage.h"

#include <algorithm>
#include <numeric>

#include "crypto/bytes.h"

namespace depone::cli {

namespace {

// How many letters are to be put in, left out or changed (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string meant(std::string_view typed, const std::vector<std::string>& words) {
  const std::string word = nearest_word(typed, words);
  return word.empty() ? "" : "; did you mean " + word + "?";
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

std::vector<std::string> options_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* of = &app; of != nullptr; of = of->get_parent()) {
    for (const CLI::Option* option : of->get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// The command that was reached: of `key export`, export.
const CLI::App& reached(const CLI::App& app) {
  const auto below = app.get_subcommands();
  return below.empty() ? app : reached(*below.front());
}

std::string missing(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& at = reached(app);
  const std::vector<std::string> commands = commands_of(at);
  if (commands.empty()) return error.what();
  const std::vector<std::string> rest = app.remaining(true);
  const auto word = std::find_if(rest.begin(), rest.end(),
                                 [](const std::string& one) { return !one.starts_with('-'); });
  if (word == rest.end())
    return "say what to do: a command is missing" + (&at == &app ? "" : " behind " + at.get_name());
  return "there is no command \"" + *word + "\"" + meant(*word, commands);
}

std::string unexpected(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> rest = app.remaining(true);
  if (rest.empty()) return error.what();
  const std::string& word = rest.front();
  if (!word.starts_with('-')) return "\"" + word + "\" is one word more than this takes";
  return "there is no option " + word + " here" + meant(word, options_of(reached(app)));
}

// CLI11's own: "Could not convert: NAME = VALUE".
std::string no_number(const CLI::ParseError& error) {
  const std::string_view what(error.what());
  const std::size_t name = what.find(": ");
  const std::size_t value = what.find(" = ");
  if (name == std::string_view::npos || value == std::string_view::npos || value < name)
    return std::string(what);
  return std::string(what.substr(name + 2, value - name - 2)) + ": \"" +
         std::string(what.substr(value + 3)) + "\" is not a number";
}

}  // namespace

std::string nearest_word(std::string_view typed, const std::vector<std::string>& words) {
  std::string nearest;
  std::size_t least = std::min<std::size_t>(2, typed.size() / 3) + 1;
  for (const std::string& word : words) {
    if (const std::size_t away = distance(typed, word); away < least) {
      least = away;
      nearest = word;
    }
  }
  return nearest;
}

std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) return missing(app, error);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return unexpected(app, error);
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) return no_number(error);
  // "--limit: 1 required N missing"
  if (const std::string_view what(error.what());
      dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && what.starts_with("--"))
    return std::string(what.substr(0, what.find(':'))) + ": its value is missing";
  return error.what();
}

CLI::Validator whole_number_above_zero() {
  return {[](std::string& text) {
            const auto number = from_decimal(text, 1'000'000'000);
            return number && *number > 0 ? std::string()
                                         : "\"" + text + "\" is not a whole number above 0";
          },
          ""};
}

}  // namespace depone::cli
