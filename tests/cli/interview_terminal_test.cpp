#include <set>

#include "tests/support/cheap_vault.h"
#include "tests/support/child.h"
#include "tests/support/tmux.h"

// Interviews in a real terminal of 80 columns and 24 rows: typed key by key, read from the screen.

namespace depone::testing {
namespace {

struct Interviewed : CheapVault {
  std::vector<std::string> command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {DEPONE_BIN "/depone", "--vault", dir.string(),
                                         "--passphrase-file", passphrase_file.string()});
    return arguments;
  }
  Json draft() const { return json_lines({"list", "--state", "draft"}).at(0); }
  Json fields() const {
    return json({"show", json_lines({"list"}).at(0).at("id").get<std::string>()}).at("fields");
  }
};

bool shows(const Tmux& terminal, const std::string& text) {
  return terminal.text().find(text) != std::string::npos;
}

// Answers the question that stands on the screen under this title.
void answer(const Tmux& terminal, const std::string& question, const std::string& text) {
  terminal.wait_for(question);
  terminal.answer(text);
}

// From the first question to the account, with nothing but the needed.
void reach_the_account(const Tmux& terminal, const std::string& pseudonym) {
  answer(terminal, "Whether the source agrees", "1");
  answer(terminal, "What was explained", "");
  answer(terminal, "How it was obtained", "");
  answer(terminal, "Language in which it was explained", "");
  answer(terminal, "Guardian", "");
  answer(terminal, "Who may read\n", "1 5");
  answer(terminal, "Who may read the identity", "1");
  answer(terminal, "What it may be used for", "1");
  answer(terminal, "Until", "");
  answer(terminal, "Conditions", "");
  answer(terminal, "Contact again", "");
  answer(terminal, "Pseudonym of the source *", pseudonym);
}

TEST_CASE("A Korean interview: wide letters, back, skip, a long answer, Ctrl-C, and on again",
          "[interview]") {
  const Interviewed vault;
  std::string id;
  {
    const Tmux terminal(vault.command({"new", "testimony"}));
    reach_the_account(terminal, "민들레");
    answer(terminal, "A line for lists", "회령에서의 두 달");
    answer(terminal, "Connection to the information", "1");
    answer(terminal, "Language of the source", "ko");
    terminal.wait_for("Counting unit");
    terminal.answer("<");  // back
    terminal.wait_for("Now: ko");
    terminal.answer("");
    answer(terminal, "Counting unit", "");  // skip
    answer(terminal, "THE PROTECTED PART", "+");

    // A wide name, its end taken back and typed anew.
    terminal.wait_for("PROTECTED");
    terminal.wait_for("Name");
    terminal.type("김하늘별");
    terminal.wait_for("> 김하늘별");
    terminal.press("BSpace");
    terminal.press("BSpace");
    terminal.type("나");
    terminal.wait_for("> 김하나");
    CHECK_FALSE(shows(terminal, "늘"));
    terminal.press("Enter");
    terminal.wait_for("Birth");
    terminal.answer("<");
    terminal.wait_for("Now: 김하나");
    terminal.answer("");
    terminal.wait_for("Birth");
    terminal.type("1988");  // not finished when it ends
    terminal.press("C-c");
    CHECK(terminal.wait_for_end() == 1);
    const std::string left = terminal.with_scrollback();
    CHECK(left.find("--resume") != std::string::npos);
    CHECK(left.find("김하나") == std::string::npos);
  }
  const Json draft = vault.draft();
  CHECK(draft.at("title") == "회령에서의 두 달");
  id = draft.at("id").get<std::string>();
  const Json kept = vault.json({"show", id}).at("fields").at("source");
  CHECK(kept.at("identity") == Json{{"name", "김하나"}});
  CHECK(kept.at("pseudonym") == "민들레");
  {
    const Tmux terminal(vault.command({"new", "--resume"}));
    terminal.wait_for("Birth");
    terminal.answer("1988년");
    answer(terminal, "Contact", ">");
    terminal.wait_for("Still lacking");
    CHECK(shows(terminal, "desk, court"));
    terminal.answer("1");
    terminal.wait_for("Account *");
    const std::string line =
        "우리는 새벽에 강을 건넜습니다. 딸은 여덟 살이었습니다. 붙잡힌 다음 날 구류장으로 "
        "옮겨졌고, 두 달 동안 하루에 한 끼만 받았습니다. 밤에는 앉은 채로 자야 했습니다.";
    terminal.type(line);
    terminal.wait_for("앉은 채로");
    terminal.press("Enter");
    terminal.answer("");
    terminal.answer("나는 이 이야기를 남깁니다.");
    terminal.answer(".");
    answer(terminal, "Language of the account", "ko");
    answer(terminal, "Translations", ">");
    answer(terminal, "+ make it a record", "+");
    CHECK(terminal.wait_for_end() == 0);
    const Json fields = vault.fields();
    CHECK(fields.at("account").at("text") == line + "\n\n나는 이 이야기를 남깁니다.");
    CHECK(fields.at("source").at("identity").at("birth") == "1988년");
    CHECK(vault.json({"show", id}).at("complete") == true);
  }
}

TEST_CASE("An Arabic interview: vowel marks, SIGKILL in a long answer, and on again",
          "[interview]") {
  const Interviewed vault;
  {
    const Tmux terminal(vault.command({"new", "testimony"}));
    reach_the_account(terminal, "زَهْرَة");
    terminal.wait_for("A line for lists");
    // A letter with a mark: Backspace takes the mark, then the letter.
    terminal.type("شَهَادَةٌ");
    terminal.wait_for("> شَهَادَةٌ");
    terminal.press("BSpace");
    terminal.wait_for("> شَهَادَة");
    terminal.press("BSpace");
    terminal.press("BSpace");
    terminal.press("BSpace");
    terminal.type("دة من السجن");
    terminal.wait_for("> شَهَادة من السجن");
    terminal.press("Enter");
    answer(terminal, "Connection to the information", "١");  // Arabic digits
    answer(terminal, "Language of the source", "ar");
    answer(terminal, "Counting unit", "");
    answer(terminal, "THE PROTECTED PART", "");
    answer(terminal, "Date of the interview", "٢٠٢٦-١٠-٠٢");
    answer(terminal, "Place of the interview", "؟");
    terminal.wait_for("It takes a text");
    terminal.answer("عمّان");
    for (const char* skipped : {"Mode", "Interviewer", "Interpreter", "Others present"})
      answer(terminal, skipped, "");
    answer(terminal, "Earlier accounts", "");
    terminal.wait_for("Account *");
    terminal.answer("أخذونا قبل الفجر.");
    terminal.answer("لم يخبرونا إلى أين.");
    terminal.wait_for("إلى أين.");
    terminal.type("ثم");
    terminal.wait_for("ثم");
    terminal.kill();
    CHECK(terminal.wait_for_end() == 128 + 9);
  }
  const std::string id = vault.draft().at("id").get<std::string>();
  const Json kept = vault.json({"show", id}).at("fields");
  CHECK(kept.at("account").at("text") == "أخذونا قبل الفجر.\nلم يخبرونا إلى أين.");
  CHECK(kept.at("title") == "شَهَادة من السجن");
  CHECK(kept.at("source").at("connection") == "victim");
  CHECK(kept.at("interview").at("date") == Json{{"date", "2026-10-02"}, {"type", "exact"}});
  {
    const Tmux terminal(vault.command({"new", "--resume", id.substr(0, 8)}));
    terminal.wait_for("أخذونا");
    terminal.answer("+");
    terminal.wait_for("Write.");
    terminal.paste("ثم أُطلق سراحنا.\nعدنا مشيًا.");
    terminal.press("Enter");
    terminal.answer(".");
    terminal.wait_for("2    ثم");
    terminal.answer("");
    answer(terminal, "Language of the account", ">");
    answer(terminal, "+ make it a record", "+");
    CHECK(terminal.wait_for_end() == 0);
  }
  CHECK(vault.fields().at("account").at("text") ==
        "أخذونا قبل الفجر.\nلم يخبرونا إلى أين.\n\nثم أُطلق سراحنا.\nعدنا مشيًا.");
}

TEST_CASE("Every question fits a screen of 80 columns and 24 rows", "[interview]") {
  for (const char* kind : {"testimony", "incident"}) {
    const Interviewed vault;
    const Tmux terminal(vault.command({"new", kind}));
    const std::string name = kind == std::string("testimony") ? "Testimony · " : "Incident · ";
    std::set<std::string> seen;
    std::string screen;
    while (screen.find("To end with") == std::string::npos ||
           screen.find("Links") == std::string::npos) {
      REQUIRE(seen.size() < 150);
      for (int i = 0; i < 500 && terminal.text() == screen; ++i) sleep_for(0.02);
      terminal.wait_for("for now");
      screen = terminal.text();
      INFO(screen);
      REQUIRE(screen.starts_with(name));  // nothing went off the top
      // Into every list and group once.
      const bool opens = screen.find("+ add one") != std::string::npos ||
                         screen.find("+ go through") != std::string::npos;
      const bool first_time = seen.insert(screen).second;
      if (screen.find("Consent *") != std::string::npos)
        terminal.answer("1");
      else
        terminal.answer(opens && first_time ? "+" : "");
    }
    terminal.wait_for("All together");
    CHECK(seen.size() > 30);
  }
}

TEST_CASE("What was there can be brought into the line and changed", "[interview]") {
  const Interviewed vault;
  const std::string id =
      vault.json({"new", "incident", "--set", "title=밤의 급습"}).at("id").get<std::string>();
  const Tmux terminal(vault.command({"edit", id}));
  answer(terminal, "Who may be sent this report", "");
  terminal.wait_for("Now: 밤의 급습");
  terminal.press("Tab");
  terminal.wait_for("> 밤의 급습");
  terminal.press("Left");
  terminal.press("Left");
  terminal.press("BSpace");
  terminal.press("BSpace");
  terminal.type("새벽 ");
  terminal.wait_for("> 밤새벽 급습");
  terminal.press("Enter");
  answer(terminal, "First day", ">");
  answer(terminal, "+ make it the new revision", "+");
  CHECK(terminal.wait_for_end() == 0);
  CHECK(vault.fields().at("title") == "밤새벽 급습");
}

TEST_CASE("A pasted text with what steers a terminal is stored as it is and shown made visible",
          "[interview]") {
  const Interviewed vault;
  const Tmux terminal(vault.command({"new", "incident"}));
  answer(terminal, "Who may be sent this report", "");
  terminal.wait_for("Title *");
  terminal.paste("a\u202eb\u2066c");
  terminal.wait_for("> a<U+202E>b<U+2066>c");
  terminal.press("Enter");
  answer(terminal, "First day", "!");
  CHECK(terminal.wait_for_end() == 0);
  CHECK(vault.fields().at("title") == "a\u202eb\u2066c");
}

TEST_CASE("In the shell an interview asks on the same terminal, and the shell goes on",
          "[interview]") {
  const Interviewed vault;
  const Tmux terminal(vault.command({"shell"}));
  answer(terminal, "depone", "new incident");
  answer(terminal, "Who may be sent this report", "");
  answer(terminal, "Title *", "밤의 급습");
  answer(terminal, "First day", "!");
  answer(terminal, "--resume", "list --state draft");
  answer(terminal, "밤의 급습", "exit");
  CHECK(terminal.wait_for_end() == 0);
}

TEST_CASE("An interview inside a shell ends when the vault is locked, and goes on later",
          "[interview]") {
  const Interviewed vault;
  const Tmux terminal(vault.command({"shell"}));
  answer(terminal, "depone>", "new incident");
  answer(terminal, "Who may read it", "");
  answer(terminal, "Title", "밤의 급습");
  terminal.wait_for("First day");
  terminal.type("2026");
  CHECK(vault.json({"lock"}).at("process").is_number());
  terminal.wait_for("The vault is locked: another program asked for it");
  CHECK(shows(terminal, "--resume"));
  CHECK(vault.draft().at("title") == "밤의 급습");
  terminal.answer("exit");
  terminal.wait_for_end();
}

TEST_CASE("An interview ends when another program asks for the vault to be closed", "[interview]") {
  const Interviewed vault;
  const Tmux terminal(vault.command({"new", "incident"}));
  answer(terminal, "Who may read it", "");
  answer(terminal, "Title", "밤의 급습");
  terminal.wait_for("First day");
  CHECK(vault.json({"lock"}).at("process").is_number());
  CHECK(terminal.wait_for_end() == 1);
  CHECK(shows(terminal, "asked for the vault to be closed"));
  CHECK(vault.draft().at("title") == "밤의 급습");
}

}  // namespace
}  // namespace depone::testing
