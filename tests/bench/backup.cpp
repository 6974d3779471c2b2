#include "store/backup.h"

#include "store/records/attachments.h"
#include "tests/bench/job.h"
#include "tests/store/vault_fixture.h"

namespace depone::bench {

namespace {

constexpr std::size_t kText = 1024;
constexpr std::uint64_t kInTransaction = 5'000;
constexpr int kAttachments = 100;
constexpr std::size_t kAttachment = 512u << 10;

// As many rows as records would have, of the same size; a copy of pages does not ask what is in
// them.
void fill(Vault& vault, std::uint64_t records) {
  std::string text(kText, ' ');
  for (std::uint64_t done = 0; done < records;) {
    Tx tx(vault.db());
    for (std::uint64_t i = 0; i < kInTransaction && done < records; ++i, ++done) {
      const std::string id = hex(random_array<16>());
      vault.db()
          .cached(
              "INSERT INTO records(id, kind, title, date, head, heads, created, updated, complete, "
              "tags) "
              "VALUES (?, 'testimony', ?, '2020-06-05', '', 1, '', '', 1, '')")
          .with(id, id)
          .run();
      for (std::size_t at = 0; at < text.size(); at += 64)
        text.replace(at, 32, hex(random_array<16>()));
      vault.db()
          .cached("INSERT INTO lines(record, text) VALUES (?, ?)")
          .with(vault.db().last_rowid(), text)
          .run();
    }
    tx.commit();
  }
  Bytes content(kAttachment);
  for (int i = 0; i < kAttachments; ++i) {
    random_bytes(content);
    MemorySource source(content);
    StagedContent staged = stage_content(vault, source);
    staged.keep(vault);
    staged.done();
  }
}

}  // namespace

// The vault stays open, as in a shell; the passphrase's Argon2id is not part of it.
Result backup_job(const Options& options) {
  testing::VaultFixture at;
  fill(at.vault, options.vault);
  at.vault.db().execute("PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string files = "vault.json vault.json.copy vault.db attachments";
  std::vector<double> ours, theirs;
  double peak = 0;
  std::uint64_t bytes = 0;
  PeakMemory memory;
  for (int run = 0; run < options.runs; ++run) {
    theirs.push_back(peer(at.dir.string(), "mkdir ../copy && cp -r " + files +
                                               " ../copy && find ../copy -exec sync {} +"));
    fs::remove_all(at.temp / "copy");
    memory.reset();
    ours.push_back(
        seconds_of([&] { bytes = back_up(at.vault, at.temp / "backup", testing::kNow).bytes; }));
    peak = std::max(peak, memory.mib());
    fs::remove(at.temp / "backup");
  }
  return finish("backup", ours, theirs, peak,
                number(static_cast<double>(bytes) / (1u << 20) / median(ours)) + " MiB/s");
}

}  // namespace depone::bench
