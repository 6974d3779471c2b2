#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/relay/auth.h"
#include "sync/relay/directory.h"

namespace depone::relay {

struct ImportWish {
  fs::path stick;
  // How long to wait for the server that runs to put what was taken in into the log.
  std::chrono::milliseconds patience{30'000};
};

// A bundle that stayed on the stick.
struct LeftBundle {
  enum class Why {
    verification,  // it is not what it should be
    policy,        // it is, and is not taken in: a quota, a place that is used, a revoked sender
    here,          // nothing is wrong with it: the disk is full, or the stick cannot be read
  };
  std::string sha256;
  Why why = Why::verification;
  std::string problem;  // its name (docs/format.md, "Problems"); "" where the stick cannot be read
  std::string text;     // what it means, in a sentence
};

struct ImportResult {
  std::uint64_t taken = 0;     // that the relay did not have
  std::uint64_t bytes = 0;     // of these
  std::uint64_t already = 0;   // that it had, with the same signature
  std::uint64_t receipts = 0;  // written to the stick now
  std::uint64_t waiting = 0;   // in, and no checkpoint covers them yet
  std::vector<LeftBundle> left;
  std::vector<std::string> unwritten;  // what could not be written to the stick, a sentence each
  std::vector<std::string> notes;      // to be looked at
};
using ImportProgress = std::function<void(std::uint64_t bytes, std::uint64_t of)>;

// Takes in what lies in bundles/ of a courier directory (docs/format.md), which may be anybody's
// work. Each is copied into staging, hashed as it comes, and judged there as an upload is (Intake);
// one that is not taken in leaves the others, and stays. What is in the log then gets its receipt
// on the stick, what was not taken in refused/<sha256>.json.
//
// Works while the relay serves. Stopped at any point it is run again: nothing is taken in twice.
// Code::not_found where there is no bundles/, busy where another import runs, refused where a
// symbolic link stands in the directory's place or there is no roster yet. Errors of the relay's
// own storage end it; what was taken in stays.
ImportResult import_from_courier(Directory& relay, const ImportWish& wish, const Clock& clock,
                                 const ImportProgress& progress);

// Of a file in staging that an import has there while it copies.
bool is_import_name(std::string_view name);

}  // namespace depone::relay
