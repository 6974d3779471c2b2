#include <chrono>
#include <stdexcept>

#include "store/import/file.h"
#include "tests/bench/archive.h"
#include "tests/store/vault_fixture.h"

namespace depone::bench {

namespace {

constexpr std::uint64_t kTransaction = 1'000;
constexpr std::uint64_t kFew = 910;

std::string quoted(const std::string& value) {
  std::string out = "\"";
  for (const char c : value) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

// With the columns of the built-in map.
void write_csv(const Corpus& corpus, std::uint64_t rows, const std::string& path) {
  FileSink sink(path);
  std::string text = "id,city,date,title,description,tags\n";
  for (std::uint64_t i = 0; i < rows; ++i) {
    const Testimony t = corpus.testimony(i);
    text += t.reference + "," + quoted(t.place) + "," + t.date + "," + quoted(t.title) + "," +
            quoted(t.text) + "," + t.tag + "\n";
    if (text.size() > 1u << 20 || i + 1 == rows) {
      sink.write(as_bytes(text));
      text.clear();
    }
  }
  sink.finish();
}

// As the command does it. Progress comes with every piece of the file that is read: the first and
// the last tenth of it are timed, and what comes after it, which is the commit.
struct Imported {
  double seconds = 0;
  double first_tenth = 0;
  double last_tenth = 0;
  double commit = 0;
};

Imported import_ours(const std::string& csv, std::uint64_t rows) {
  testing::VaultFixture fixture;
  Imported imported;
  double before_last = 0;
  double read = 0;
  const auto began = std::chrono::steady_clock::now();
  const auto so_far = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  };
  const ImportOutcome outcome =
      import_file(fixture.vault, {csv, "incident"}, testing::kNow,
                  [&](std::string_view, std::uint64_t done, std::uint64_t of, bool) {
                    if (imported.first_tenth == 0 && done >= of / 10)
                      imported.first_tenth = so_far();
                    if (before_last == 0 && done >= of - of / 10) before_last = so_far();
                    if (read == 0 && done >= of) read = so_far();
                  });
  imported.seconds = so_far();
  imported.last_tenth = read - before_last;
  imported.commit = imported.seconds - read;
  if (outcome.imported != rows) throw std::runtime_error("not every row came in");
  return imported;
}

double import_plain(const Corpus& corpus, std::uint64_t rows) {
  const testing::TempDir temp;
  PlainDatabase plain((temp / "plain.db").string());
  plain.make_tables();
  std::vector<Testimony> all;
  for (std::uint64_t i = 0; i < rows; ++i) all.push_back(corpus.testimony(i));
  return seconds_of([&] {
    for (std::uint64_t i = 0; i < rows; ++i) {
      if (i % kTransaction == 0) plain.execute("BEGIN");
      plain.insert(all[i]);
      if (i % kTransaction == kTransaction - 1 || i + 1 == rows) plain.execute("COMMIT");
    }
  });
}

}  // namespace

Result import_job(const Options& options) {
  const Corpus corpus;
  const testing::TempDir temp;
  const std::string csv = (temp / "rows.csv").string();
  const std::string few = (temp / "few.csv").string();
  write_csv(corpus, options.rows, csv);
  write_csv(corpus, kFew, few);
  std::vector<double> ours;
  std::vector<double> theirs;
  std::vector<double> few_s;
  std::vector<double> end_to_start;
  std::vector<double> commits;
  double peak = 0;
  PeakMemory memory;
  for (int run = 0; run < options.runs; ++run) {
    theirs.push_back(import_plain(corpus, options.rows));
    memory.reset();
    const Imported imported = import_ours(csv, options.rows);
    peak = std::max(peak, memory.mib());
    ours.push_back(imported.seconds);
    end_to_start.push_back(imported.last_tenth / imported.first_tenth);
    commits.push_back(imported.commit);
    few_s.push_back(import_ours(few, kFew).seconds);
  }
  return finish("import", ours, theirs, peak,
                number(static_cast<double>(options.rows) / median(ours)) +
                    " records/s; the last tenth took " + number(median(end_to_start), 2) +
                    " of the first, the commit after it " + number(median(commits), 2) +
                    " s; " + std::to_string(kFew) + " incidents " + number(median(few_s), 3) +
                    " s");
}

}  // namespace depone::bench
