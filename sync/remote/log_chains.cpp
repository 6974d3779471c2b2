#include "sync/remote/log_chains.h"

#include <algorithm>
#include <unordered_set>

namespace depone {

namespace {

constexpr std::size_t kMaxFindings = 1000;

void note(std::vector<std::string>& list, std::string text) {
  if (list.size() < kMaxFindings) list.push_back(std::move(text));
}

std::string at(std::uint64_t index) { return "entry " + std::to_string(index); }

}  // namespace

LogChains::LogChains(const Roster* roster) : roster_(roster) {}

LogChains::Key& LogChains::key_of(const minisign::PublicKey& key) {
  const auto [found, is_new] = keys_.try_emplace(std::string(as_text(key.key())));
  Key& known = found->second;
  if (is_new) {
    known.text = key.text();
    known.line = roster_ ? roster_->by_bundle_key(key) : nullptr;
    // Keys of one member count together; a key of nobody stands for itself.
    const std::string owner = known.line ? known.line->id : known.text;
    const auto [member, first] =
        member_numbers_.try_emplace(owner, static_cast<std::uint32_t>(member_numbers_.size()));
    if (first) member_names_.push_back(owner);
    known.number = member->second;
  }
  return known;
}

std::string LogChains::name_of(const Key& key) const { return member_names_[key.number]; }
std::string LogChains::name_of(const Chain& chain) const {
  return name_of(*chain.key) + ", chain " + chain.chain;
}

void LogChains::add(std::uint64_t index, const BundleEntry& entry, const BundleComment& comment) {
  Key& key = key_of(entry.key);
  const std::string sha256 = hex(entry.digests.sha256);
  if (roster_ && !key.line) {
    note(member_failures_,
         at(index) + " is signed by a key that no member of the roster has: " + key.text);
  } else if (key.line && key.line->until) {
    key.closed.push_back({index, sha256, comment.chain});
    previous_of_closed_.emplace(sha256, comment.previous);
  }
  Link link{entry.digests.sha256, Sha256{}, key.number, comment.sequence == 1};
  if (comment.previous) link.previous = sha256_from_hex(*comment.previous).value_or(Sha256{});
  links_.push_back(link);

  Chain& chain = chains_[{key.text, comment.chain}];
  chain.key = &key;
  chain.chain = comment.chain;
  Bundle bundle{sha256, comment.previous};
  if (comment.sequence <= chain.whole || chain.ahead.contains(comment.sequence)) {
    note(chain_failures_, at(index) + ": " + name_of(chain) + " has two bundles with sequence " +
                              std::to_string(comment.sequence));
    return;
  }
  chain.ahead.emplace(comment.sequence, std::move(bundle));
  for (auto next = chain.ahead.begin(); next != chain.ahead.end() && next->first == chain.whole + 1;
       next = chain.ahead.erase(next)) {
    if (chain.whole > 0 && next->second.previous != chain.last.sha256) {
      note(chain_failures_, name_of(chain) + ": the bundle with sequence " +
                                std::to_string(next->first) +
                                " names another bundle before it than the one with sequence " +
                                std::to_string(chain.whole));
    }
    chain.whole = next->first;
    chain.last = std::move(next->second);
  }
}

std::vector<ChainEnd> LogChains::ends() const {
  std::vector<ChainEnd> out;
  for (const auto& [id, chain] : chains_) {
    ChainEnd end{chain.key->line ? chain.key->line->id : "", id.first, id.second, chain.whole,
                 chain.last.sha256};
    if (!chain.ahead.empty()) {
      end.sequence = chain.ahead.rbegin()->first;
      end.bundle = chain.ahead.rbegin()->second.sha256;
    }
    out.push_back(std::move(end));
  }
  std::sort(out.begin(), out.end(), [](const ChainEnd& a, const ChainEnd& b) {
    return std::tie(a.member, a.key, a.chain) < std::tie(b.member, b.key, b.chain);
  });
  return out;
}

void LogChains::check_closed() {
  const auto previous_of = [&](std::string_view bundle) -> std::optional<std::string> {
    const auto found = previous_of_closed_.find(std::string(bundle));
    return found == previous_of_closed_.end() ? std::nullopt : found->second;
  };
  for (const auto& [raw, key] : keys_) {
    if (key.closed.empty()) continue;
    // Walking each chain once from its end; asking for every entry anew would take the square of
    // their number.
    std::unordered_set<std::string> covered;
    for (const LastBundle& last : key.line->last) {
      for (std::optional<std::string> bundle = last.bundle;
           bundle && covered.insert(*bundle).second;) {
        bundle = previous_of(*bundle);
      }
    }
    for (const Covered& entry : key.closed) {
      if (covered.contains(entry.bundle) ||
          covered_by_last(*key.line, entry.bundle, entry.chain, entry.index, previous_of)) {
        continue;
      }
      note(member_failures_, at(entry.index) + " is signed by a key of " + key.line->id +
                                 " that was closed on " + key.line->until->text() +
                                 ", and is not one of those that it still covers");
    }
  }
}

void LogChains::check_gaps(Findings& findings) {
  for (const auto& [id, chain] : chains_) {
    std::uint64_t before = chain.whole;
    const Bundle* last = chain.whole > 0 ? &chain.last : nullptr;
    for (const auto& [sequence, bundle] : chain.ahead) {
      if (sequence > before + 1) {
        const std::string from = std::to_string(before + 1);
        const std::string to = std::to_string(sequence - 1);
        note(findings.missing,
             name_of(chain) + ": " +
                 (from == to ? "sequence " + from : "sequences " + from + " to " + to));
      } else if (last && bundle.previous != last->sha256) {
        note(chain_failures_, name_of(chain) + ": the bundle with sequence " +
                                  std::to_string(sequence) +
                                  " names another bundle before it than the one with sequence " +
                                  std::to_string(before));
      }
      before = sequence;
      last = &bundle;
    }
  }
}

void LogChains::check_links(Findings& findings) {
  static constexpr Sha256 kNone{};
  std::sort(links_.begin(), links_.end(),
            [](const Link& a, const Link& b) { return a.bundle < b.bundle; });
  for (std::size_t i = 1; i < links_.size(); ++i) {
    if (links_[i].bundle == links_[i - 1].bundle) {
      note(chain_failures_, "the bundle " + hex(links_[i].bundle) + " is in the log twice");
    }
  }
  for (const Link& link : links_) {
    if (!link.first || link.previous == kNone) continue;
    const auto found =
        std::lower_bound(links_.begin(), links_.end(), link.previous,
                         [](const Link& a, const Sha256& b) { return a.bundle < b; });
    if (found == links_.end() || found->bundle != link.previous) {
      note(findings.notes, member_names_[link.member] + ": a chain that begins with " +
                               hex(link.bundle) +
                               " follows a bundle that is not in this log: " + hex(link.previous));
    } else if (roster_ && found->member != link.member) {
      note(chain_failures_, member_names_[link.member] + ": a chain that begins with " +
                                hex(link.bundle) +
                                " follows a bundle of another member: " + hex(link.previous));
    }
  }
  const auto by_previous = [](const Link& a, const Link& b) {
    return std::tie(a.member, a.previous, a.bundle) < std::tie(b.member, b.previous, b.bundle);
  };
  std::sort(links_.begin(), links_.end(), by_previous);
  for (std::size_t i = 1; i < links_.size(); ++i) {
    const Link& a = links_[i - 1];
    const Link& b = links_[i];
    if (a.member != b.member || a.previous != b.previous || b.previous == kNone ||
        a.bundle == b.bundle)
      continue;
    note(findings.notes, member_names_[b.member] + ": two bundles follow the same one, " +
                             hex(b.previous) + ": " + hex(a.bundle) + " and " + hex(b.bundle) +
                             ". A second copy of the vault may be in use, or a seed was stolen");
  }
}

void LogChains::finish(Checks& checks, Findings& findings) {
  check_closed();
  check_gaps(findings);
  check_links(findings);
  if (!roster_) {
    checks.skip("members");
  } else if (member_failures_.empty()) {
    checks.ok("members");
  }
  for (const std::string& text : member_failures_) checks.fail("members", text);
  if (chain_failures_.empty() && findings.missing.empty()) checks.ok("chains");
  for (const std::string& text : chain_failures_) checks.fail("chains", text);
  for (const std::string& text : findings.missing) checks.fail("chains", "missing: " + text);
  findings.failures.insert(findings.failures.end(), member_failures_.begin(),
                           member_failures_.end());
  findings.failures.insert(findings.failures.end(), chain_failures_.begin(), chain_failures_.end());
}

}  // namespace depone
