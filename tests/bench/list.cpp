#include <fcntl.h>
#include <unistd.h>

#include <stdexcept>

#include "store/records/records.h"
#include "tests/bench/archive.h"

namespace depone::bench {

namespace {

constexpr std::size_t kNewest = 50;

// As after a start of the machine.
void forget_pages(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ::fdatasync(file);
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  ::close(file);
}

std::vector<RecordFilter> filters(const Corpus& corpus) {
  std::vector<RecordFilter> out;
  for (std::size_t i = 0; i < 8; ++i) {
    const Testimony t = corpus.testimony(1000 * i + 17);
    out.push_back({.kind = "testimony"});
    out.push_back({.state = "local"});
    out.push_back({.tag = t.tag});
    out.push_back({.from = t.date, .to = t.date});
    out.push_back({.from = "2012", .to = "2020-06"});
    out.push_back({.place = t.place});
    out.push_back({.author = "me"});
    out.push_back({.kind = "incident", .state = "sealed"});
    out.push_back({.kind = "testimony", .tag = t.tag, .from = "2010"});
  }
  for (RecordFilter& filter : out) filter.limit = kNewest;
  return out;
}

}  // namespace

// The newest 50 with a filter, in an open vault; the peer's are the newest 50 of a date.
Result list_job(const Options& options) {
  const Archive archive(options);
  Vault vault = archive.open();
  PlainDatabase plain(archive.plain_path);
  std::vector<double> ours;
  std::vector<double> theirs;
  PeakMemory memory;
  memory.reset();
  std::size_t rows = 0;
  for (int round = 0; round < 2; ++round) {
    for (const RecordFilter& filter : filters(archive.corpus)) {
      const double took = seconds_of([&] { rows += list_records(vault, filter).size(); });
      if (round == 1) ours.push_back(took);
    }
    for (std::size_t i = 0; i < 8; ++i) {
      const Testimony t = archive.corpus.testimony(1000 * i + 17);
      const double took = seconds_of([&] {
        plain.query("SELECT id, title, date FROM docs WHERE tag = ? ORDER BY id DESC LIMIT 50",
                    t.tag);
      });
      if (round == 1) theirs.push_back(took);
    }
  }
  if (rows == 0) throw std::runtime_error("nothing was listed");
  Result result = finish("list", ours, theirs, memory.mib(), "");
  result.rate = "p95; median " + number(median(ours) * 1000, 1) + " ms";
  result.ours_s = p95(ours);
  result.peer_s = p95(theirs);
  return result;
}

// Opening the vault to the newest 50 records, the passphrase's Argon2id apart.
Result unlock_job(const Options& options) {
  const Archive archive(options);
  std::vector<double> cold;
  std::vector<double> warm;
  std::vector<double> theirs;
  double peak = 0;
  for (int run = 0; run < options.runs; ++run) {
    const auto unlock = [&] {
      Vault vault = archive.open();
      if (list_records(vault, {.limit = kNewest}).size() != kNewest)
        throw std::runtime_error("the newest records are missing");
    };
    PeakMemory memory;
    memory.reset();
    for (const auto& entry : fs::directory_iterator(archive.vault_dir)) forget_pages(entry.path());
    cold.push_back(seconds_of(unlock));
    warm.push_back(seconds_of(unlock));
    peak = std::max(peak, memory.mib());
    for (const char* suffix : {"", "-wal", "-shm"}) forget_pages(archive.plain_path + suffix);
    theirs.push_back(seconds_of([&] {
      PlainDatabase plain(archive.plain_path);
      plain.query("SELECT id, title, date FROM docs ORDER BY id DESC LIMIT 50", "");
    }));
  }
  return finish("unlock", cold, theirs, peak,
                "cold; warm " + number(median(warm) * 1000, 1) + " ms");
}

}  // namespace depone::bench
