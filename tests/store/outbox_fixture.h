#pragma once

#include <string>
#include <vector>

#include "crypto/formats/receipt.h"
#include "store/outbox.h"
#include "tests/store/vault_fixture.h"

namespace depone::testing {

inline const std::string kRecipient = "age1pq1desk";  // the outbox does not read it

// Bundles whose file is any text: what the outbox keeps of them does not depend on what they hold.
struct OutboxFixture : VaultFixture {
  std::string record = bare_record();

  OutgoingBundle next(std::string_view content) {
    const ChainPosition place = chain_position(vault);
    OutgoingBundle bundle;
    bundle.sha256 = hex(sha256(content));
    bundle.size = content.size();
    bundle.file = random_name();
    bundle.chain = place.chain;
    bundle.sequence = place.sequence;
    bundle.targets = {{"desk-1", kRecipient, next_number(vault, kRecipient)}};
    const BundleComment comment{place.chain, place.sequence, place.previous,
                                sha256(std::string_view("root"))};
    bundle.minisig = minisign::sign(vault.identity().bundle, blake2b512(as_bytes(content)),
                                    kBundleUntrusted, comment.text())
                         .text();
    write_file(vault.outbox_dir() / bundle.file, content);
    return bundle;
  }
  void add(const OutgoingBundle& bundle, const std::string& revision = std::string(64, 'a'),
           const std::vector<std::string>& attachments = {}) {
    Tx tx(vault.db());
    add_outgoing(vault, bundle, {{record, revision}}, attachments);
    tx.commit();
  }
  std::string make(std::string_view content, const std::string& revision = std::string(64, 'a')) {
    const OutgoingBundle bundle = next(content);
    add(bundle, revision);
    return bundle.sha256;
  }
  void deliver(const std::string& sha256, std::uint64_t index) {
    Receipt receipt;
    receipt.entry = "entry";
    receipt.index = index;
    receipt.checkpoint =
        "test.example/log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— test.example/log "
        "AAAAAAAA\n";
    Tx tx(vault.db());
    set_delivered(vault, sha256, receipt.text(), kNow);
    tx.commit();
  }
  void refuse(const std::string& sha256) {
    Tx tx(vault.db());
    set_refused(vault, sha256, "the relay does not take it");
    begin_new_chain(vault);
    tx.commit();
  }
  std::vector<std::string> in_state(std::string_view state) {
    std::vector<std::string> hashes;
    for (const OutgoingBundle& bundle : outgoing(vault, state)) hashes.push_back(bundle.sha256);
    return hashes;
  }
};

}  // namespace depone::testing
