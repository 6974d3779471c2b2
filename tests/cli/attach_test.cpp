#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "crypto/hash.h"
#include "store/records/custody.h"
#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

struct RecordVault : CheapVault {
  std::string id =
      json({"new", "incident", "--set", "title=Night raid"}).at("id").get<std::string>();
  Json shown() const { return json({"show", id}); }
};

TEST_CASE("A file goes in with its hash and comes out the same", "[attach]") {
  const RecordVault vault;
  const std::string content(300'000, 'x');
  const std::string hash = hex(sha256(content));
  const Json attached = vault.json({"attach", vault.id, vault.file("photo.JPG", content)});
  CHECK(attached.at("attachments").at(0).at("sha256") == hash);

  const Json attachment = vault.shown().at("attachments").at(0);
  CHECK(attachment.at("name") == "photo.JPG");
  CHECK(attachment.at("type") == "image/jpeg");
  CHECK(attachment.at("size") == 300'000);
  CHECK(attachment.at("sha256") == hash);
  CHECK(attachment.at("status") == "evidentiary original");
  CHECK_FALSE(attachment.contains("identifies"));

  const Json extracted = vault.json({"extract", vault.id, "--to", vault.temp / "out.jpg"});
  CHECK(extracted.at("sha256") == hash);
  CHECK(read_text(vault.temp / "out.jpg", 1 << 20) == content);
}

TEST_CASE("Several files make one revision, and an event of custody each", "[attach]") {
  const RecordVault at;
  const std::string first = at.shown().at("revision").get<std::string>();
  const Json attached = at.json(
      {"attach", at.id, at.file("a.txt", "one"), at.file("b.txt", "two"), "--not-identifying"});
  const Json record = at.shown();
  CHECK(record.at("parents") == Json::array({first}));
  CHECK(record.at("attachments").size() == 2);
  CHECK(record.at("attachments").at(1).at("identifies") == false);
  Vault vault = at.open();
  const auto chain = custody_of(vault, at.id).at(0);
  REQUIRE(chain.size() == 3);
  CHECK(chain[1].action == "attached");
  CHECK(chain[1].object == hex(sha256("one")));
  CHECK(chain[2].object == hex(sha256("two")));
  CHECK(chain[2].detail.at("revision") == attached.at("revision"));
}

TEST_CASE("Content comes through a pipe", "[attach]") {
  const RecordVault vault;
  vault.json({"attach", vault.id, "-"}, "from a pipe");
  CHECK(vault.run({"extract", vault.id, "--to", "-"}).out == "from a pipe");
}

TEST_CASE("One file that can't be read leaves the record as it was", "[attach]") {
  const RecordVault vault;
  const Json before = vault.shown();
  CHECK(
      vault.run({"attach", vault.id, vault.file("a.txt", "one"), vault.temp / "none.txt"}).status ==
      5);
  CHECK(vault.shown() == before);
  CHECK(fs::is_empty(vault.dir / "attachments"));
}

TEST_CASE("A directory is no attachment", "[attach]") {
  const RecordVault vault;
  CHECK(vault.run({"attach", vault.id, vault.temp.path()}).status == 1);
}

TEST_CASE("A file that changes while it is read is not attached", "[attach]") {
  const RecordVault vault;
  const fs::path file = vault.file("growing.bin", std::string(64u << 20, 'x'));
  // One byte at a time, again and again, for as long as the program reads.
  const std::string command = "( while :; do printf x >> '" + file.string() +
                              "'; done ) & writer=$!; '" + DEPONE_BIN + "/depone' --vault '" +
                              vault.dir.string() + "' --passphrase-file '" +
                              vault.passphrase_file.string() + "' attach " + vault.id + " '" +
                              file.string() + "'; status=$?; kill $writer; exit $status";
  const ProcessResult ran = run_process({"/bin/sh", "-c", command});
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("changed while it was read"));
  CHECK(vault.shown().at("attachments").empty());
  CHECK(fs::is_empty(vault.dir / "attachments"));
}

TEST_CASE("What is known of a file is kept with it", "[attach]") {
  const RecordVault vault;
  vault.json({"attach", vault.id, "-", "--name", "voice.ogg", "--captured", "about 2026-03",
              "--known-by", "the source", "--device", "telephone", "--collector", "monitor-1",
              "--place", "Harbour", "--not-identifying"},
             "sound");
  const Json attachment = vault.shown().at("attachments").at(0);
  CHECK(attachment.at("name") == "voice.ogg");
  CHECK(attachment.at("type") == "audio/ogg");
  CHECK(attachment.at("captured").at("date") == Json{{"date", "2026-03"}, {"type", "estimate"}});
  CHECK(attachment.at("captured").at("known_by") == "the source");
  CHECK(attachment.at("device") == "telephone");
  CHECK(attachment.at("collector") == "monitor-1");
  CHECK(attachment.at("place") == "Harbour");
}

TEST_CASE("A working copy says what was done to it and from which original", "[attach]") {
  const RecordVault vault;
  vault.json({"attach", vault.id, vault.file("a.jpg", "original")});
  vault.json({"attach", vault.id, vault.file("b.jpg", "copy"), "--working-copy", "--of", "1",
              "--transformation", "faces covered with GIMP"});
  const Json copy = vault.shown().at("attachments").at(1);
  CHECK(copy.at("status") == "working copy");
  CHECK(copy.at("transformation") ==
        "faces covered with GIMP (from " + hex(sha256("original")) + ")");
}

TEST_CASE("What is said of a file is held to before it is read", "[attach]") {
  const RecordVault vault;
  const std::string file = vault.file("a.txt", "one");
  CHECK(vault.run({"attach", vault.id, file, "--captured", "last week"}).status == 2);
  CHECK(vault.run({"attach", vault.id, file, "--working-copy"}).status == 2);
  CHECK(vault.run({"attach", vault.id, file, "--transformation", "cut"}).status == 2);
  CHECK(vault.run({"attach", vault.id, file, file, "--name", "x"}).status == 2);
  CHECK(
      vault
          .run({"attach", vault.id, file, "--working-copy", "--transformation", "cut", "--of", "1"})
          .status == 5);
  CHECK(vault.shown().at("attachments").empty());
  CHECK(fs::is_empty(vault.dir / "attachments"));
}

TEST_CASE("A named pipe and a device are no attachments, and are not waited for", "[attach]") {
  const RecordVault vault;
  const fs::path pipe = vault.temp / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const ProcessResult ran = vault.run({"attach", vault.id, pipe});
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("named pipe"));
  CHECK(vault.run({"attach", vault.id, "/dev/zero"}).status == 1);
  CHECK(fs::is_empty(vault.dir / "attachments"));
}

TEST_CASE("The same content is kept once, however often it is attached", "[attach]") {
  const RecordVault vault;
  vault.json({"attach", vault.id, vault.file("a.txt", "same"), vault.file("b.txt", "same")});
  CHECK(vault.shown().at("attachments").size() == 2);
  CHECK(names_in(vault.dir / "attachments").size() == 1);
}

TEST_CASE("Extracting never overwrites", "[extract]") {
  const RecordVault vault;
  vault.json({"attach", vault.id, vault.file("a.txt", "one")});
  const fs::path there = vault.file("there.txt", "mine");
  CHECK(vault.run({"extract", vault.id, "--to", there}).status == 7);
  CHECK(read_text(there, 100) == "mine");
}

TEST_CASE("Into a directory a file goes under a name that leads nowhere else", "[extract]") {
  const RecordVault vault;
  vault.json({"attach", vault.id, vault.file("..evil\x1b.txt", "one")});
  fs::create_directory(vault.temp / "into");
  vault.json({"extract", vault.id, "--to", vault.temp / "into"});
  CHECK(names_in(vault.temp / "into") == std::vector<std::string>{"evil_.txt"});
}

TEST_CASE("Where there are several attachments one must be named", "[extract]") {
  const RecordVault vault;
  vault.json({"attach", vault.id, vault.file("a.txt", "one"), vault.file("b.txt", "two")});
  CHECK(vault.run({"extract", vault.id, "--to", "-"}).status == 2);
  CHECK(vault.run({"extract", vault.id, "2", "--to", "-"}).out == "two");
  CHECK(vault.run({"extract", vault.id, "3", "--to", "-"}).status == 5);
}

TEST_CASE("Damaged content leaves no file", "[extract]") {
  const RecordVault vault;
  vault.json({"attach", vault.id, vault.file("a.txt", std::string(100'000, 'y'))});
  const auto names = names_in(vault.dir / "attachments");
  REQUIRE(names.size() == 1);
  flip_byte(vault.dir / "attachments" / names[0], 70'000);
  CHECK(vault.run({"extract", vault.id, "--to", vault.temp / "out.txt"}).status == 8);
  CHECK_FALSE(fs::exists(vault.temp / "out.txt"));
}

}  // namespace
}  // namespace depone::testing
