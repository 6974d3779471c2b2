#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "crypto/formats/entry.h"
#include "crypto/formats/roster.h"
#include "sync/remote/checks.h"
#include "sync/remote/log_state.h"

namespace depone {

// Who signed what in a log, and each key's chains: sequences from 1 without a gap, each naming the
// bundle before; keys that are on the roster, and for closed keys only what their line covers.
// Memory: about 100 bytes an entry.
class LogChains {
 public:
  explicit LogChains(const Roster* roster);  // null: whose keys they are is not checked
  void add(std::uint64_t index, const BundleEntry& entry, const BundleComment& comment);
  std::vector<ChainEnd> ends() const;  // so far, by member, key and chain

  struct Findings {
    std::vector<std::string> failures;
    std::vector<std::string> missing;  // gaps: member, chain, sequences
    std::vector<std::string> notes;    // to be looked at, not proof of anything wrong
  };
  // After the last entry. Sets `members` and `chains` of the checks.
  void finish(Checks& checks, Findings& findings);

 private:
  struct Covered {  // of a closed key
    std::uint64_t index;
    std::string bundle;
    std::string chain;
  };
  struct Key {
    std::string text;
    const MemberLine* line = nullptr;
    std::uint32_t number = 0;
    std::vector<Covered> closed;
  };
  struct Bundle {
    std::string sha256;
    std::optional<std::string> previous;
  };
  struct Chain {
    const Key* key = nullptr;
    std::string chain;
    std::uint64_t whole = 0;                // every sequence up to this is there
    Bundle last;                            // the one at `whole`
    std::map<std::uint64_t, Bundle> ahead;  // those beyond a gap
  };
  struct Link {
    Sha256 bundle;
    Sha256 previous;  // zero: none
    std::uint32_t member;
    bool first;  // of its chain
  };

  const Roster* roster_;
  std::unordered_map<std::string, Key> keys_;
  std::map<std::pair<std::string, std::string>, Chain> chains_;
  std::vector<Link> links_;
  std::unordered_map<std::string, std::optional<std::string>> previous_of_closed_;
  std::unordered_map<std::string, std::uint32_t> member_numbers_;
  std::vector<std::string> member_names_;
  std::vector<std::string> member_failures_;
  std::vector<std::string> chain_failures_;

  Key& key_of(const minisign::PublicKey& key);
  std::string name_of(const Key& key) const;
  std::string name_of(const Chain& chain) const;
  void check_closed();
  void check_gaps(Findings& findings);
  void check_links(Findings& findings);
};

}  // namespace depone
