#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "crypto/json.h"
#include "crypto/secret.h"
#include "tests/bench/job.h"

namespace depone::bench {
namespace {

struct Job {
  const char* name;
  const char* work;
  const char* peer;
  Result (*run)(const Options&);
};
constexpr Job kJobs[] = {
    {"seal", "1 GiB attachment in one record, two recipients, from the vault's file to a bundle with all hashes",
     "sha256sum, tar | age, minisign -S, sha256sum", seal_job},
    {"open", "the same back, signature and hashes checked, into the desk's vault files",
     "minisign -V, age -d | tar -x, sha256sum -c", open_job},
    {"verify", "100,000 log entries: parsed, two signatures each, from memory",
     "crypto_sign_verify_detached, two an entry, same threads", verify_job},
    {"backup", "a vault of 300,000 records, open, to one file that is synced",
     "cp -r, sync of the same files", backup_job},
    {"small", "1,000 records of 2 KiB, one bundle each, two recipients", "the pipeline of seal, a record each", small_job},
    {"attach", "1 GiB file into the vault, and out of it again, durable both ways",
     "cp, sync FILE, sha256sum; and the same back", attach_job},
    {"import", "100,000 incidents of 1 KiB from one CSV: a revision with commitments, index and custody each",
     "the same text into plain SQLite with an FTS5 index, transactions of 1,000", import_job},
    {"search-common", "p95 of one common word, six scripts, 300,000 testimonies, 20 shown with the text around each match",
     "plain FTS5, ORDER BY rank LIMIT 20", search_common_job},
    {"search-rare", "p95 of one rare word", "plain FTS5, ORDER BY rank LIMIT 20", search_rare_job},
    {"search-two", "p95 of two words", "plain FTS5, ORDER BY rank LIMIT 20", search_two_job},
    {"search-phrase", "p95 of a phrase of two common words", "plain FTS5, ORDER BY rank LIMIT 20", search_phrase_job},
    {"search-prefix", "p95 of a beginning of at most three characters", "plain FTS5, ORDER BY rank LIMIT 20",
     search_prefix_job},
    {"list", "p95 of the newest 50 of 300,000 with a filter", "plain SQLite, the newest 50 with a tag", list_job},
    {"unlock", "opening the vault of 300,000 to its newest 50, Argon2id apart, nothing in the page cache",
     "opening plain SQLite to its newest 50", unlock_job},
};

std::string list(const std::vector<double>& values) {
  std::string out;
  for (const double value : values) out += (out.empty() ? "" : ", ") + number(value, 3);
  return out;
}

std::string section(const Job& job, const Result& r) {
  return "## " + r.job + "\n\n" + job.work + ". Peer: " + job.peer + ".\n\n" +
         "| ours, s | peer, s | ratio | peak MiB | rate |\n|---|---|---|---|---|\n| " + number(r.ours_s, 3) + " | " +
         number(r.peer_s, 3) + " | " + number(r.ratio(), 4) + " | " + number(r.peak_mib, 1) + " | " + r.rate +
         " |\n\nRuns, ours: " + list(r.ours) + "; peer: " + list(r.peer) + ".\n";
}

// Puts a job's section in place of the one that is there; other jobs' sections stay.
void write_docs(const std::string& path, const std::string& name, const std::string& text) {
  std::string all = "# Benchmarks\n\nWritten by `scripts/bench`: medians of at least five alternating runs on one machine.\n";
  if (std::ifstream in(path); in) {
    std::stringstream buffer;
    buffer << in.rdbuf();
    all = buffer.str();
  }
  const std::size_t begin = all.find("\n## " + name + "\n");
  if (begin != std::string::npos) {
    const std::size_t end = all.find("\n## ", begin + 1);
    all.erase(begin, end == std::string::npos ? std::string::npos : end - begin);
  }
  if (!all.ends_with('\n')) all += '\n';
  std::ofstream(path) << all << "\n" << text;
}

}  // namespace
}  // namespace depone::bench

int main(int argc, char** argv) {
  using namespace depone::bench;
  CLI::App app{"Depone's benchmarks", "depone-bench"};
  std::vector<std::string> names;
  Options options;
  bool json = false;
  std::string docs;
  app.add_option("JOB", names,
                 "seal, open, verify, small, attach, backup, import, search (all of search-common, search-rare, search-two, "
                 "search-phrase, search-prefix), list, unlock")->required();
  app.add_flag("--json", json, "One object a job on standard output");
  app.add_option("--runs", options.runs, "At least five count");
  app.add_option("--bytes", options.bytes, "Of the attachment");
  app.add_option("--entries", options.entries, "Of verify");
  app.add_option("--records", options.records, "Of small");
  app.add_option("--testimonies", options.testimonies, "Of search, list and unlock");
  app.add_option("--rows", options.rows, "Of import");
  app.add_option("--data", options.data, "Where the testimonies are kept between runs");
  app.add_option("--vault", options.vault, "Records of backup");
  app.add_option("--docs", docs, "Write what is measured in full into this file");
  CLI11_PARSE(app, argc, argv);
  depone::start_crypto();
  std::vector<std::string> jobs;
  for (const std::string& name : names) {
    if (name != "search") {
      jobs.push_back(name);
      continue;
    }
    for (const Job& known : kJobs) {
      if (std::string_view(known.name).starts_with("search-")) jobs.push_back(known.name);
    }
  }
  for (const std::string& name : jobs) {
    const Job* job = nullptr;
    for (const Job& known : kJobs) {
      if (name == known.name) job = &known;
    }
    if (job == nullptr) {
      std::cerr << "no such job: " << name << "\n";
      return 2;
    }
    const Result r = job->run(options);
    if (json) {
      std::cout << depone::dump_json({{"job", r.job},
                                      {"ours_s", r.ours_s},
                                      {"peer_s", r.peer_s},
                                      {"ratio", r.ratio()},
                                      {"peak_mib", r.peak_mib},
                                      {"rate", r.rate}})
                << std::endl;
    } else {
      std::cout << section(*job, r) << std::endl;
    }
    if (!docs.empty() && options.full()) write_docs(docs, r.job, section(*job, r));
  }
  return 0;
}
