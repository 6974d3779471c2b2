#pragma once

#include "tests/fault/series.h"

namespace depone::testing {

// The acts that write to a vault, each with the root that it starts from.

struct Init {
  Root start;
  Act act{"init",
          [this](const fs::path& root) {
            return std::vector<std::string>{DEPONE_BIN "/tests/fault-driver", "init",
                                            (root / "made").string(), start.passphrase().string()};
          },
          [](const fs::path& root) {
            return fs::exists(root / "made")
                       ? "a vault\n" + sound_content(root / "made", kPassphrase)
                       : std::string("nothing");
          }};
};

struct Passwd {
  static constexpr std::string_view kNew = "another one entirely";
  Root start;
  fs::path file = start.file("new", std::string(kNew) + "\n");
  Act act{"passwd",
          [this](const fs::path& root) {
            return std::vector<std::string>{DEPONE_BIN "/tests/fault-driver", "passwd",
                                            (root / "vault").string(), start.passphrase().string(),
                                            file.string()};
          },
          look};
  // One of the two opens it, never both.
  static std::string look(const fs::path& root) {
    try {
      return "old: " + sound_content(root / "vault", kPassphrase);
    } catch (const Error& error) {
      if (error.code() != Code::wrong_key) throw;
    }
    return "new: " + sound_content(root / "vault", kNew);
  }
};

struct New {
  Root start;
  Act act{"new",
          [this](const fs::path& root) {
            return start.depone(root, {"new", "testimony", "--set", "title=An account", "--set",
                                       "account.text=First.\n\nSecond, 북송되었다.", "--set",
                                       "consent.status=given"});
          },
          vault_content};
};

struct Attach {
  Root start;
  std::string record = start.new_record();
  fs::path photograph = start.file("photograph.jpg", std::string(300'000, 'x'));
  fs::path note = start.file("note.txt", "short");
  Act act{"attach",
          [this](const fs::path& root) {
            return start.depone(root, {"attach", record, photograph.string(), note.string()});
          },
          vault_content};
};

// Long enough to be written past the page cache, and no whole number of anything.
struct AttachLong {
  static std::string content() {
    std::string text;
    for (int i = 0; text.size() < 6'000'001; ++i) text += std::to_string(i) + "\n";
    return text.substr(0, 6'000'001);
  }
  Root start;
  std::string record = start.new_record();
  fs::path film = start.file("film.mp4", content());
  Act act{"attach of a long file",
          [this](const fs::path& root) {
            return start.depone(root, {"attach", record, film.string()});
          },
          vault_content, 12};
};

struct Import {
  static std::string table() {
    std::string csv = "id,state,city,date,title,description,tags,latitude,longitude,links\n";
    for (int i = 0; i < 40; ++i) {
      const std::string n = std::to_string(i);
      csv += "ex-" + n + ",North,Town " + n + ",2026-03-04,Incident number " + n +
             ",\"Traders were held at the harbour.\n\nPassage two of " + n +
             ", 북송되었다.\",arrest;detention,12.5,44.25,https://example.org/" + n + "\n";
    }
    return csv;
  }
  Root start;
  fs::path csv = start.file("incidents.csv", table());
  Act act{"import",
          [this](const fs::path& root) {
            return start.depone(root, {"import", csv.string(), "--kind", "incident"});
          },
          vault_content, 24, true};
};

// An edit as a script makes one: the next revision of a record.
struct Edit {
  Root start;
  std::string record = start.new_record();
  Act act{"edit", [this](const fs::path& root) { return start.driver("revise", root, {record}); },
          vault_content};
};

struct Rekey {
  Root start;
  fs::path file = start.file("new", std::string(Passwd::kNew) + "\n");
  Act act{"passwd --rekey",
          [this](const fs::path& root) { return start.driver("rekey", root, {file.string()}); },
          Passwd::look,
          24,
          false,
          true};
};

// A vault with a record and an attachment.
struct Filled : Root {
  std::string record = new_record();
  std::string attached = run({"attach", record, file("note.txt", "short").string()});
};

struct Backup {
  Filled start;
  Act act{"backup",
          [this](const fs::path& root) {
            return start.driver("backup", root, {(root / "copy").string()});
          },
          [this](const fs::path& root) {
            const std::string vault = vault_content(root);
            if (!fs::exists(root / "copy")) return vault + "no backup\n";
            const TempDir temp;
            const ProcessResult restored =
                run_process(start.driver("restore", temp.path(), {(root / "copy").string()}));
            if (restored.status != 0) return vault + restored.err;
            return vault + "a backup of\n" + vault_content(temp.path());
          }};
};

struct Restore {
  Filled start;
  ProcessResult made =
      run_process(start.driver("backup", start.path(), {start.beside("copy").string()}));
  fs::path gone = start.without_vault();
  Act act{"restore",
          [this](const fs::path& root) {
            return start.driver("restore", root, {start.beside("copy").string()});
          },
          [](const fs::path& root) {
            return fs::exists(root / "vault") ? "restored\n" + vault_content(root)
                                              : std::string("nothing");
          }};
};

// Opening a vault of the first version. Looking at one migrates it, so that before is as after.
struct Migrate {
  Root start{DEPONE_SOURCE "/tests/store/formats/version-1"};
  Act act{"migrate", [this](const fs::path& root) { return start.depone(root, {"list"}); },
          vault_content, 24, true};
};

// Once it has answered no slot opens; killed midway the vault opens or does not, and it can be run
// again.
struct Panic {
  Filled start;
  Act act{"panic",
          [](const fs::path& root) {
            return std::vector<std::string>{DEPONE_BIN "/tests/fault-driver", "panic",
                                            (root / "vault").string()};
          },
          [](const fs::path& root) {
            try {
              Vault vault = Vault::open(root / "vault", as_bytes(kPassphrase));
              return "opens\n" + content_of(vault);
            } catch (const Error& error) {
              const bool closed = error.code() == Code::wrong_key || error.code() == Code::damaged;
              return closed ? std::string("closed") : std::string(error.what());
            }
          },
          24,
          true,
          true};
};

}  // namespace depone::testing
