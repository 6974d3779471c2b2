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
          // One of the two opens it, never both.
          [](const fs::path& root) {
            try {
              return "old: " + sound_content(root / "vault", kPassphrase);
            } catch (const Error& error) {
              if (error.code() != Code::wrong_key) throw;
            }
            return "new: " + sound_content(root / "vault", kNew);
          }};
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
          vault_content};
};

}  // namespace depone::testing
