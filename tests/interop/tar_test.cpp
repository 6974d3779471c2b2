#include "crypto/tar.h"

#include <catch2/catch_test_macros.hpp>
#include <utility>
#include <vector>

#include "crypto/error.h"
#include "stock.h"

// Against the real tar.
namespace depone {
namespace {

using testing::Workbench;

std::vector<std::pair<std::string, Bytes>> members() {
  const std::string record = "records/00000000-0000-4000-8000-000000000000/";
  const std::string revision(64, 'a');
  return {{"manifest.json", to_bytes("{}")},
          {record + revision + ".json", to_bytes("{\"a\":1}")},
          {record + revision + ".fields.jsonl", Bytes(70'000, 'x')},
          {record + "custody.jsonl", {}},
          {"attachments/" + std::string(64, 'b'), Bytes(512, 'y')},
          {"attachments/" + std::string(64, 'c') + "/2147483648", Bytes(513, 'z')},
          {"padding", Bytes(1000, 0)}};
}

Bytes archive() {
  MemorySink sink;
  tar::Writer writer(sink);
  for (const auto& [path, bytes] : members()) writer.add(path, bytes);
  writer.end();
  return sink.bytes();
}

TEST_CASE("tar lists our members in order") {
  Workbench bench;
  bench.put("a.tar", archive());
  std::string expected;
  for (const auto& member : members()) expected += member.first + "\n";
  CHECK(bench.run("tar -tf a.tar") == 0);
  CHECK(bench.output() == expected);
}

TEST_CASE("tar reads our archive from a pipe to its end") {
  Workbench bench;
  bench.put("a.tar", archive());
  CHECK(bench.run("bash -c 'set -o pipefail; cat a.tar | tar -t >/dev/null'") == 0);
}

TEST_CASE("tar takes out what we put in") {
  Workbench bench;
  bench.put("a.tar", archive());
  for (const auto& [path, content] : members()) {
    CHECK(bench.run("tar -xOf a.tar " + path + " > out") == 0);
    CHECK(bench.get("out") == content);
  }
}

TEST_CASE("tar sees mode, owner, size and time as the format says") {
  Workbench bench;
  MemorySink sink;
  tar::Writer writer(sink);
  writer.add("a", to_bytes("abc"));
  writer.end();
  bench.put("a.tar", sink.bytes());
  CHECK(bench.run("TZ=UTC tar --numeric-owner --full-time -tvf a.tar") == 0);
  CHECK(bench.output() == "-rw-r--r-- 0/0               3 1970-01-01 00:00:00 a\n");
}

TEST_CASE("tar makes the same bytes when it is told to") {
  Workbench bench;
  MemorySink sink;
  tar::Writer writer(sink);
  const std::string record = "records/00000000-0000-4000-8000-000000000000/";
  std::filesystem::create_directories(bench.path(record));
  std::string paths;
  for (const auto& [path, content] : members()) {
    if (!path.starts_with("records/") && path != "manifest.json") continue;
    bench.put(path, content);
    writer.add(path, content);
    paths += " " + path;
  }
  writer.end();
  CHECK(bench.run("chmod 644" + paths) == 0);
  CHECK(
      bench.run("tar --format=ustar -b 1 --mtime=@0 --numeric-owner --owner=0 --group=0 -cf b.tar" +
                paths) == 0);
  const bool same = bench.get("b.tar") == sink.bytes();
  CHECK(same);
}

TEST_CASE("An archive with a directory, a link or an owner of its own is refused") {
  Workbench bench;
  CHECK(bench.run("mkdir d && touch d/f && ln -s f d/l") == 0);
  const std::string plain =
      "tar --format=ustar -b 1 --mtime=@0 --numeric-owner --owner=0 --group=0 -cf a.tar ";
  for (const std::string& command :
       {plain + "d", plain + "d/l", std::string("tar -b 1 -cf a.tar d/f"),
        std::string(
            "tar --format=pax -b 1 --mtime=@0 --numeric-owner --owner=0 --group=0 -cf a.tar d/f"),
        std::string("tar --format=gnu -b 1 --mtime=@0 --numeric-owner --owner=0 --group=0 -cf "
                    "a.tar d/f")}) {
    INFO(command);
    REQUIRE(bench.run(command) == 0);
    const Bytes bytes = bench.get("a.tar");
    MemorySource source(bytes);
    tar::Reader reader(source);
    bool refused = false;
    try {
      reader.next();
    } catch (const Error& error) {
      refused = error.code() == Code::malformed;
    }
    CHECK(refused);
  }
}

}  // namespace
}  // namespace depone
