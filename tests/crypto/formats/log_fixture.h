#pragma once

#include <string>
#include <vector>

#include "crypto/formats/checkpoint.h"
#include "crypto/formats/entry.h"
#include "crypto/formats/receipt.h"
#include "crypto/formats/roster.h"
#include "crypto/merkle.h"

namespace depone::testing {

// A log of a roster and some bundles of one member, and the receipts that it gives.
struct SmallLog {
  Ed25519Key log_key = Ed25519Key::generate();
  Ed25519Key authority = Ed25519Key::generate();
  Ed25519Key member = Ed25519Key::generate();
  VerifierKey log = VerifierKey::make("relay.example.org/log", log_key.public_key());
  std::vector<std::string> entries;

  explicit SmallLog(std::uint64_t bundles = 4) {
    entries.push_back(roster_entry(1).text());
    for (std::uint64_t i = 1; i <= bundles; ++i) entries.push_back(bundle_entry(i).text());
  }

  RosterEntry roster_entry(std::uint64_t version) const {
    const Digests digests = digests_of("roster " + std::to_string(version));
    const std::string comment = RosterComment{version, std::nullopt}.text();
    return {version, digests, minisign::PublicKey(authority.public_key()),
            minisign::sign(authority, digests.blake2b, "depone roster", comment).text()};
  }
  BundleEntry bundle_entry(std::uint64_t sequence) const {
    const Digests digests = digests_of("bundle " + std::to_string(sequence));
    const BundleComment comment{"0123456789abcdef", sequence, std::nullopt, sha256("root")};
    return {digests, minisign::PublicKey(member.public_key()),
            minisign::sign(member, digests.blake2b, kBundleUntrusted, comment.text()).text()};
  }
  Receipt receipt(std::uint64_t index) const {
    std::vector<Sha256> leaves;
    for (const std::string& entry : entries) leaves.push_back(merkle::leaf_hash(as_bytes(entry)));
    const merkle::Tree tree(std::move(leaves));
    return {entries.at(index), index, tree.inclusion_path(index),
            checkpoint_note({log.name, tree.size(), tree.root()})};
  }
  std::string checkpoint_note(const Checkpoint& checkpoint) const {
    return sign_note(checkpoint.text(), log, log_key).bytes();
  }

  static Digests digests_of(const std::string& content) {
    return {sha256(content), blake2b512(as_bytes(content)), content.size()};
  }
};

}  // namespace depone::testing
