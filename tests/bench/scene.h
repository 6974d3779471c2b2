#pragma once

#include <algorithm>
#include <string>

#include "store/file.h"
#include "store/outbox.h"
#include "store/records/attachments.h"
#include "store/records/records.h"
#include "sync/open.h"
#include "sync/seal.h"
#include "tests/bench/job.h"
#include "tests/support/team.h"

namespace depone::bench {

// A monitor's and a desk's vault, open, and a directory for the peer with its keys.
struct Scene {
  testing::Team team;
  testing::Teammate& desk = team.add("desk-1", Role::desk, "desk");
  testing::Teammate& monitor = team.add("monitor-1", Role::monitor, "monitor");
  std::string peer_dir = (team.dir() / "peer").string();
  Clock clock = [] { return testing::Team::kToday; };

  Scene() {
    team.publish();
    fs::create_directory(peer_dir);
    peer(peer_dir,
         "age-keygen -pq -o one 2>/dev/null; age-keygen -pq -o two 2>/dev/null; age-keygen -y one "
         "> one.pub; "
         "age-keygen -y two > two.pub; minisign -G -W -f -p key.pub -s key.sec");
  }

  // Into the page cache, where the peer's files are too: the last program that wrote them left them there.
  static void warm(const fs::path& file) {
    FileSource source(file);
    NullSink nowhere;
    copy(source, nowhere);
  }

  std::string peer_file(const std::string& name) const { return peer_dir + "/" + name; }

  // Random bytes, in the peer's directory.
  void make_content(std::uint64_t size) const {
    FileSink sink(peer_file("content"));
    Bytes buffer(1u << 20);
    random_bytes(buffer);
    for (std::uint64_t left = size; left > 0;) {
      const std::uint64_t part = std::min<std::uint64_t>(left, buffer.size());
      buffer[0] = static_cast<std::uint8_t>(left >> 20);  // no two pieces the same
      sink.write(ByteView(buffer).first(static_cast<std::size_t>(part)));
      left -= part;
    }
    sink.finish();
  }

  std::string add_record(const std::string& title, const StoredContent* attachment) {
    Tx tx(monitor.vault.db());
    FieldMap fields = flatten(Json{{"title", title}, {"description", title}});
    if (attachment != nullptr) {
      fields.emplace("attachments.0.sha256", attachment->sha256);
      fields.emplace("attachments.0.size", attachment->size);
      fields.emplace("attachments.0.name", "content");
      fields.emplace("attachments.0.identifies", false);
    }
    const std::string id = create_record(monitor.vault, "incident", std::move(fields), "collected",
                                         Json::object(), clock());
    tx.commit();
    return id;
  }

  // The content of the peer's file in the monitor's vault.
  StoredContent attach_content() {
    FileSource source(peer_file("content"));
    StagedContent staged = stage_content(monitor.vault, source);
    Tx tx(monitor.vault.db());
    staged.keep(monitor.vault);
    tx.commit();
    staged.done();
    return staged.content();
  }

  // The same, added to a record as `attach` does it: one revision, one event of custody.
  StoredContent attach_to(const std::string& record) {
    FileSource source(peer_file("content"));
    StagedContent staged = stage_content(monitor.vault, source);
    const StoredContent stored = staged.content();
    Tx tx(monitor.vault.db());
    staged.keep(monitor.vault);
    const RevisionContent content = get_record(monitor.vault, record).content;
    FieldMap fields = content.fields();
    const std::string path =
        "attachments." + std::to_string(next_index(content, fields, "attachments")) + ".";
    fields.emplace(path + "sha256", stored.sha256);
    fields.emplace(path + "size", stored.size);
    revise_record(monitor.vault, record, fields, "attached", Json::object(), clock(),
                  stored.sha256);
    tx.commit();
    staged.done();
    return stored;
  }

  std::string seal_one(const std::string& record) {
    return depone::seal(monitor.vault, {{record}, "", true, 4ull << 30}, clock, {}).bundles.at(0);
  }
  fs::path outbox_file(const std::string& sha256) {
    return monitor.vault.outbox_dir() / outgoing_by_hash(monitor.vault, sha256)->file;
  }
};

}  // namespace depone::bench
