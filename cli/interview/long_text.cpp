#include "cli/interview/answer.h"
#include "cli/interview/interview.h"
#include "crypto/error.h"

namespace depone::cli {

namespace {

// A line that ends a long text, in the forms that keyboards have.
bool is_end(std::string_view line) { return line == "." || line == "。" || line == "．"; }

std::string joined(const std::vector<std::string>& before, std::string_view written,
                   const std::vector<std::string>& after) {
  std::string text;
  const auto add = [&](std::string_view passage) {
    if (passage.empty()) return;
    if (!text.empty()) text += "\n\n";
    text += passage;
  };
  for (const std::string& passage : before) add(passage);
  add(written);
  for (const std::string& passage : after) add(passage);
  return text;
}

std::string_view without_ends(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

}  // namespace

Interview::Move Interview::ask_text(const Place& place) {
  const FieldEdit now = edit();
  std::vector<std::string> passages;
  for (const std::string& path : now.elements(place.path))
    passages.push_back(draft_.fields.at(path).get<std::string>());
  show_question(place);
  if (passages.empty()) return write_text(place, {}, {});
  // What was changed is shown again, until nothing more is.
  const auto stay = [](Move written) { return written == Move::next ? Move::stay : written; };
  Move move = Move::stay;
  const auto line = answer(move);
  if (!line) return move;
  switch (sign_of(*line)) {
    case Sign::nothing:
      return Move::next;
    case Sign::add:
      return stay(write_text(place, passages, {}));
    default:
      break;
  }
  const bool away = line->starts_with('-');
  const auto number = number_in(away ? line->substr(1) : *line, passages.size());
  if (!number) {
    return refused(
        "This takes + to go on writing, the number of a passage to write it anew, - and its "
        "number to take it away.");
  }
  const auto at = passages.begin() + static_cast<std::ptrdiff_t>(*number - 1);
  const std::vector<std::string> before(passages.begin(), at);
  const std::vector<std::string> after(at + 1, passages.end());
  if (away) {
    take(place.path, joined(before, "", after));
    return Move::stay;
  }
  return stay(write_text(place, before, after));
}

// Each line is durable before the next one is typed.
Interview::Move Interview::write_text(const Place& place, const std::vector<std::string>& before,
                                      const std::vector<std::string>& after) {
  std::string written;
  bool any = false;
  dialogue_.say(
      "Write. Enter ends a line, an empty line ends a passage, a line with only . ends "
      "the text. ! alone stops for now, < alone goes back.");
  while (true) {
    const auto line = dialogue_.ask(any ? "" : "> ", "");
    if (!line && !dialogue_.can_ask_again())
      throw Error(Code::interrupted, "the answers ended before the interview did");
    if (!line) return Move::stop;
    if (is_end(*line)) return Move::next;
    const Sign sign = sign_of(*line);
    if (sign == Sign::stop) return Move::stop;
    if (sign == Sign::back) return any ? Move::stay : Move::back;
    if (sign == Sign::help) {
      show_help(place);
      continue;
    }
    if (sign == Sign::nothing && !any) return Move::next;
    if (any) written += '\n';
    any = true;
    // A space before it lets a line be what would end the text.
    const bool meant = line->starts_with(' ') && is_end(std::string_view(*line).substr(1));
    written += sign == Sign::nothing ? "" : meant ? line->substr(1) : answer_in(*line);
    if (without_ends(written).empty()) continue;
    FieldEdit changed = edit();
    changed.set(place.path, joined(before, without_ends(written), after));
    if (!keep(changed.fields())) return Move::stay;
  }
}

}  // namespace depone::cli
