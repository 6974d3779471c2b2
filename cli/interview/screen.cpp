#include <algorithm>

#include "cli/interview/answer.h"
#include "cli/interview/interview.h"
#include "cli/output.h"

namespace depone::cli {

namespace {

constexpr std::size_t kRowsForTheRest = 11;  // beside a list: header, title, help, hints, answer

constexpr std::size_t kBetween = 2;  // columns of words
constexpr const char* kOwnWords = "a number, or your own words";

std::string labelled(const Term& term) {
  std::string text(term.value);
  if (!term.label.empty()) text += ": " + std::string(term.label);
  return text;
}

// The last `most` lines, with a line that says how many were left out.
std::vector<std::string> last_of(std::vector<std::string> lines, std::size_t most) {
  if (lines.size() <= most) return lines;
  const std::size_t left_out = lines.size() - most + 1;
  lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(left_out));
  lines.insert(lines.begin(), "  … and " + std::to_string(left_out) + " before");
  return lines;
}

std::string first_line(const std::string& text) {
  return printable(text.substr(0, text.find('\n')));
}

}  // namespace

void Interview::begin_screen(const Place& place) {
  dialogue_.clear();
  std::string head = draft_.kind == "incident" ? "Incident" : "Testimony";
  if (draft_.is_edit()) head += " " + draft_.id.substr(0, 8) + ", to be changed";
  head += place.section == nullptr
              ? " · All together"
              : " · " + std::to_string(place.number) + "/" + std::to_string(course_.sections()) +
                    " " + std::string(place.section->title);
  if (is_protected(place.path)) head += " · PROTECTED";
  dialogue_.say(head);
  dialogue_.say("");
  if (!note_.empty()) {
    dialogue_.say(note_);
    dialogue_.say("");
    note_.clear();
  }
}

std::size_t Interview::room() const {
  return dialogue_.rows() > kRowsForTheRest + 3 ? dialogue_.rows() - kRowsForTheRest : 3;
}

void Interview::show_question(const Place& place) {
  begin_screen(place);
  const Step& step = *place.step;
  const bool words_alone = draft_.fields.contains(place.path);
  if (place.inside || words_alone || step.ask == Ask::field || step.ask == Ask::text) {
    show_field(place);
    return;
  }
  const FieldRule* of_element = rule(place.path + ".0");
  dialogue_.say(step.title);
  if (!step.help.empty())
    dialogue_.say(step.help);
  else if (of_element != nullptr && !of_element->help.empty())
    dialogue_.say(of_element->help);
  dialogue_.say("");
  if (step.ask == Ask::group)
    show_group(step);
  else if (step.ask == Ask::items)
    show_items(place);
  else
    show_several(place);
}

// Only a record from elsewhere has a value where this version has none.
void Interview::show_unknown(const Place& place) {
  dialogue_.say(place.path);
  dialogue_.say("This version does not know what stands here.");
  dialogue_.say("");
  dialogue_.say(cut_to("Now: " + shown(draft_.fields.at(place.path)), dialogue_.columns() * 3));
  hint("Enter: it stays so", "- take it away");
}

void Interview::show_field(const Place& place) {
  const FieldRule* const found_rule = rule(place.path);
  if (found_rule == nullptr) {
    show_unknown(place);
    return;
  }
  const FieldRule& here = *found_rule;
  dialogue_.say(std::string(here.label) + (here.needed ? " *" : ""));
  if (!here.help.empty()) dialogue_.say(here.help);
  dialogue_.say("");
  if (here.type == FieldType::long_text) {
    show_passages(place);
    return;
  }
  const auto found = draft_.fields.find(place.path);
  if (found == draft_.fields.end()) {
    if (here.words != nullptr) show_terms(*here.words, {});
    if (here.type == FieldType::date)
      dialogue_.say("A date: 2026-11-24, 2026-11 or 2026; about 2026 where it is not certain.");
    hint(here.needed ? "Enter: later" : "Enter: leave out",
         here.words != nullptr && here.words->open ? kOwnWords : "");
    return;
  }
  if (here.words != nullptr) show_terms(*here.words, {shown(found->second)});
  dialogue_.say(cut_to("Now: " + shown(found->second), dialogue_.columns() * 3));
  hint("Enter: it stays so", "- take it away · Tab: change it");
}

void Interview::show_passages(const Place& place) {
  const std::vector<std::string> passages = edit().elements(place.path);
  if (passages.empty()) return;
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < passages.size(); ++i) {
    const auto text = draft_.fields.at(passages[i]).get<std::string>();
    lines.push_back(
        cut_to(padded_to(std::to_string(i + 1), 5) + first_line(text), dialogue_.columns()));
  }
  for (const std::string& line : last_of(std::move(lines), room())) dialogue_.say(line);
  hint("Enter: it stays so", "+ write on · number: write it anew · -number: away");
}

void Interview::show_several(const Place& place) {
  std::vector<std::string> values;
  std::string all;
  for (const std::string& element : edit().elements(place.path)) {
    const auto value = draft_.fields.find(element);
    if (value == draft_.fields.end()) continue;
    values.push_back(shown(value->second));
    all += (all.empty() ? "" : " · ") + values.back();
  }
  const Vocabulary* words = rule(place.path + ".0")->words;
  if (words != nullptr) show_terms(*words, values);
  if (!values.empty()) {
    dialogue_.say("Now (" + std::to_string(values.size()) +
                  "): " + cut_to(all, dialogue_.columns() * 2));
  }
  if (place.step->ask == Ask::classes) {
    hint(values.empty() ? "Enter: none" : "Enter: it stays so",
         std::string("numbers of all that apply: 1 3") +
             (values.empty() ? "" : " · - take them away"));
  } else {
    hint(values.empty() ? "Enter: none" : "Enter: no more",
         std::string(words != nullptr ? kOwnWords : "one at a time") +
             (values.empty() ? "" : " · - take the last away"));
  }
}

void Interview::show_group(const Step& step) {
  std::string answered;
  for (const std::string_view path : step.fields) {
    if (draft_.fields.contains(path))
      answered += (answered.empty() ? "" : ", ") + std::string(rule(path)->label);
  }
  if (!answered.empty()) dialogue_.say("Answered: " + answered);
  hint(answered.empty() ? "Enter: leave out" : "Enter: it stays so",
       "+ go through these questions");
}

void Interview::show_items(const Place& place) {
  const std::vector<std::string> elements = edit().elements(place.path);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    std::string text;
    for (auto at = draft_.fields.lower_bound(elements[i]);
         at != draft_.fields.end() &&
         (at->first == elements[i] || at->first.starts_with(elements[i] + "."));
         ++at) {
      text += (text.empty() ? "" : " · ") + first_line(shown(at->second));
    }
    lines.push_back(cut_to(padded_to(std::to_string(i + 1), 5) + text, dialogue_.columns()));
  }
  for (const std::string& line : last_of(std::move(lines), room())) dialogue_.say(line);
  hint(elements.empty() ? "Enter: none" : "Enter: no more",
       elements.empty() ? "+ add one" : "+ add one · number: change that one · -number: away");
}

// Beside each other where they would not fit below each other.
void Interview::show_terms(const Vocabulary& words, const std::vector<std::string>& chosen) {
  std::vector<std::string> lines;
  std::size_t widest = 0;
  const bool labels = words.terms.size() <= room();
  for (std::size_t i = 0; i < words.terms.size(); ++i) {
    const Term& term = words.terms[i];
    const bool is_chosen = std::find(chosen.begin(), chosen.end(), term.value) != chosen.end();
    const std::string number = std::to_string(i + 1);
    lines.push_back(std::string(number.size() < 2 ? " " : "") + number +
                    (is_chosen ? " * " : "   ") +
                    (labels ? labelled(term) : std::string(term.value)));
    widest = std::max(widest, columns_of(lines.back()) + kBetween);
  }
  const std::size_t fitting = std::max<std::size_t>(1, (dialogue_.columns() + kBetween) / widest);
  const std::size_t needed = (lines.size() + room() - 1) / room();
  const std::size_t across = std::min(fitting, needed);
  const std::size_t down = (lines.size() + across - 1) / across;
  for (std::size_t row = 0; row < down; ++row) {
    std::string line;
    for (std::size_t at = row; at < lines.size(); at += down)
      line += at + down < lines.size() ? padded_to(lines[at], widest) : lines[at];
    dialogue_.say(line);
  }
}

void Interview::hint(std::string_view enter, std::string_view more) {
  std::string line(enter);
  if (!more.empty()) line += " · " + std::string(more);
  dialogue_.say("");
  dialogue_.say(line);
  dialogue_.say("? help · < back · > to the end · ! stop for now");
}

void Interview::show_help(const Place& place) {
  const FieldRule* here = rule(place.path);
  if (here == nullptr) here = rule(place.path + ".0");
  dialogue_.say("");
  if (here != nullptr) {
    const std::string help(here->help.empty() ? here->label : here->help);
    dialogue_.say(help);
    dialogue_.say("It takes " + expected_of(*here) + "." +
                  (here->needed ? " A record is complete only with it." : ""));
    if (is_protected(place.path))
      dialogue_.say(
          "This is the protected part: only those whom the consent names for it read it.");
    dialogue_.say("In files and for scripts its name is " + place.path + ".");
  }
  dialogue_.say(
      "Each answer is saved before the next question. Enter alone leaves a question as it is; < "
      "goes back; > goes to the end, where the record is made; ! stops, and `depone new --resume` "
      "goes on; - takes an answer away. To answer with one of these signs, put a space before it. "
      "Backspace, the arrows, Ctrl-W and Ctrl-U work; Ctrl-C ends at once.");
}

}  // namespace depone::cli
