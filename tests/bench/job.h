#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// The benchmarks: a job does our work and the peer's alternately on the same files, and reports medians. Nothing syncs but
// in backup, where that is part of the work: the program runs under libeatmydata otherwise (scripts/bench).
namespace depone::bench {

struct Options {
  std::uint64_t bytes = 1ull << 30;    // of the attachment, in seal and open
  std::uint64_t entries = 100'000;     // in verify
  std::uint64_t records = 1'000;       // in small
  std::uint64_t testimonies = 300'000;  // in search, list and unlock
  std::uint64_t rows = 100'000;         // in import
  std::string data = "build/bench-data";  // where the testimonies are kept between runs
  std::uint64_t vault = 300'000;       // records, in backup
  int runs = 5;
  bool full() const {
    return bytes == 1ull << 30 && entries == 100'000 && records == 1'000 && testimonies == 300'000 &&
           rows == 100'000 && vault == 300'000 && runs >= 5;
  }
};

struct Result {
  std::string job;
  double ours_s = 0;   // medians
  double peer_s = 0;
  double peak_mib = 0;  // most resident memory of ours in a run, beyond what was there before the first
  std::string rate;     // of ours, in words
  std::vector<double> ours;
  std::vector<double> peer;
  double ratio() const { return peer_s > 0 ? ours_s / peer_s : 0; }
};

Result seal_job(const Options& options);
Result open_job(const Options& options);
Result verify_job(const Options& options);
Result small_job(const Options& options);
Result attach_job(const Options& options);
Result import_job(const Options& options);
Result search_common_job(const Options& options);
Result search_rare_job(const Options& options);
Result search_two_job(const Options& options);
Result search_phrase_job(const Options& options);
Result search_prefix_job(const Options& options);
Result list_job(const Options& options);
Result unlock_job(const Options& options);
Result backup_job(const Options& options);

double seconds_of(const std::function<void()>& work);
// Runs a shell command in a directory; an exception where it fails.
double peer(const std::string& directory, const std::string& command);

// Resident memory at its most since reset(), in MiB beyond what was resident when this was made: before the first run.
class PeakMemory {
 public:
  PeakMemory();
  void reset();
  double mib() const;

 private:
  double before_;
};

double median(std::vector<double> values);
std::string number(double value, int digits = 0);
Result finish(std::string job, std::vector<double> ours, std::vector<double> theirs, double peak_mib, std::string rate);

}  // namespace depone::bench
