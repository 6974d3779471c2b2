#include "sync/remote/bundle_check.h"

#include <map>
#include <tuple>

#include "crypto/age/header.h"
#include "crypto/error.h"
#include "sync/remote/witness_check.h"

namespace depone {

namespace {

constexpr std::size_t kBlock = 256u << 10;

// Both digests of the whole, and the verdict on the header at its start.
Digests read_bundle(Source& age, Checks& checks) {
  NullSink nowhere;
  DigestingSink digesting(nowhere);
  // Headers are small in practice and 2 MiB at most.
  Bytes start(std::size_t{64} << 10);
  std::size_t filled = read_full(age, start);
  try {
    auto header = age::parse_header(ByteView(start).first(filled));
    if (!header && filled == start.size()) {
      start.resize(age::kMaxHeaderSize + 1);
      filled += read_full(age, std::span(start).subspan(filled));
      header = age::parse_header(ByteView(start).first(filled));
    }
    if (!header)
      throw Error(Code::malformed, "the file ends within its header, or the header is too long");
    age::check_bundle_header(header->first);
    checks.ok("header");
  } catch (const Error& error) {
    checks.fail("header", error.what());
  }
  digesting.write(ByteView(start).first(filled));
  Bytes block(kBlock);
  while (const std::size_t size = read_full(age, block))
    digesting.write(ByteView(block).first(size));
  return digesting.digests();
}

const MemberLine* line_of_number(const Roster& roster, const minisign::KeyNumber& number) {
  for (const MemberLine& line : roster.members) {
    if (line.bundle_key && line.bundle_key->number() == number) return &line;
  }
  return nullptr;
}

// The entry of a receipt that holds, which must be of exactly this bundle.
std::optional<CheckedReceipt> check_log(const std::string& receipt, const Digests& digests,
                                        std::string_view minisig, const Trust& trust,
                                        Checks& checks) {
  try {
    CheckedReceipt checked = check_receipt(Receipt::parse(receipt), trust.logs);
    const auto* entry = std::get_if<BundleEntry>(&checked.entry);
    if (!entry) throw Error(Code::mismatch, "the receipt is of a roster, not of a bundle");
    if (!(entry->digests == digests))
      throw Error(Code::mismatch, "the receipt is of another bundle");
    if (entry->minisig != minisig)
      throw Error(Code::mismatch, "the log has another signature of this bundle");
    checks.ok("log");
    return checked;
  } catch (const Error& error) {
    checks.fail("log", error.what());
    return std::nullopt;
  }
}

// The key that a receipt names, where that is all there is: then the signature says "by this key",
// not whose it is.
std::optional<minisign::PublicKey> key_of_receipt(const std::string& receipt) {
  try {
    const Entry entry = parse_entry(Receipt::parse(receipt).entry);
    if (const auto* bundle = std::get_if<BundleEntry>(&entry)) return bundle->key;
  } catch (const Error&) {  // `log` says what is wrong with it
  }
  return std::nullopt;
}

void check_signature(const Digests& digests, std::string_view minisig, const std::string* receipt,
                     const Trust& trust, BundleVerdict& verdict) {
  std::optional<BundleSignature> signature;
  try {
    signature = BundleSignature::parse(minisig);
  } catch (const Error& error) {
    verdict.checks.fail("signature", error.what());
    return;
  }
  verdict.comment = signature->comment;
  if (trust.roster) {
    verdict.line = line_of_number(*trust.roster, signature->signature.number);
    if (verdict.line) verdict.key = verdict.line->bundle_key;
  } else if (trust.signer) {
    verdict.key = trust.signer;
  } else if (receipt) {
    verdict.key = key_of_receipt(*receipt);
  }
  if (!trust.roster && !verdict.key) {
    verdict.checks.skip("signature", "nothing at hand names the key that should have signed");
    return;
  }
  if (!verdict.key) {
    verdict.checks.fail("signature", "no member of the roster has the key that it names");
  } else if (!minisign::verify(*verdict.key, digests.blake2b, signature->signature)) {
    verdict.checks.fail(
        "signature", "the file's bytes, or those of its signature, are not those that were signed");
  } else {
    verdict.checks.ok("signature");
  }
}

void check_member(const Trust& trust, BundleVerdict& verdict) {
  if (!trust.roster) {
    verdict.checks.skip("member");
  } else if (!verdict.comment) {
    verdict.checks.skip("member", "the signature cannot be read");
  } else if (!verdict.line) {
    verdict.checks.fail("member", "no member of the roster has the key that signed");
  } else {
    verdict.member = verdict.line->id;
    if (!verdict.line->until) verdict.checks.ok("member");  // else check_together judges
  }
}

using Place = std::tuple<std::string, std::string, std::uint64_t>;  // key, chain, sequence

Place place_of(const BundleVerdict& verdict, std::uint64_t sequence) {
  return {verdict.key->text(), verdict.comment->chain, sequence};
}

void check_link(BundleVerdict& verdict, const std::map<Place, const BundleVerdict*>& by_place) {
  const std::uint64_t sequence = verdict.comment->sequence;
  const BundleVerdict* here = by_place.at(place_of(verdict, sequence));
  if (here->sha256 != verdict.sha256) {
    verdict.checks.fail(
        "chain", "another bundle among these has the same place in the chain: " + here->sha256);
    return;
  }
  if (sequence == 1) {
    verdict.checks.ok("chain");
    return;
  }
  const auto before = by_place.find(place_of(verdict, sequence - 1));
  if (before == by_place.end()) {
    verdict.checks.skip("chain", "the bundle before it, sequence " + std::to_string(sequence - 1) +
                                     ", is not among these");
  } else if (verdict.comment->previous != before->second->sha256) {
    verdict.checks.fail(
        "chain", "the bundle before it is another one than it says: " + before->second->sha256);
  } else {
    verdict.checks.ok("chain");
  }
}

}  // namespace

BundleVerdict check_bundle(Source& age, std::string_view name, std::string_view minisig,
                           const std::string* receipt, const Trust& trust) {
  BundleVerdict verdict;
  const Digests digests = read_bundle(age, verdict.checks);
  verdict.sha256 = hex(digests.sha256);
  verdict.size = digests.size;
  if (!sha256_from_hex(name)) {
    verdict.checks.skip("name");
  } else if (name == verdict.sha256) {
    verdict.checks.ok("name");
  } else {
    verdict.checks.fail("name", "the file's name is not the SHA-256 of its bytes");
  }
  std::optional<CheckedReceipt> logged;
  Checks log;
  if (receipt && !trust.logs.empty()) {
    logged = check_log(*receipt, digests, minisig, trust, log);
  } else {
    log.skip("log");
  }
  check_signature(digests, minisig, receipt, trust, verdict);
  check_member(trust, verdict);
  verdict.checks.skip("chain");
  if (logged) {
    verdict.index = logged->index;
    if (verdict.key && !(std::get<BundleEntry>(logged->entry).key == *verdict.key)) {
      log.fail("log", "the log has this bundle under another key");
    }
  }
  const std::string outcome = log.of("log");
  if (outcome == "ok") {
    verdict.checks.ok("log");
  } else if (log.failed()) {
    verdict.checks.fail("log", outcome.substr(std::string_view("failed: ").size()));
  } else {
    verdict.checks.skip("log");
  }
  return verdict;
}

void check_together(std::span<BundleVerdict> bundles) {
  std::map<Place, const BundleVerdict*> by_place;
  std::map<std::string, std::optional<std::string>, std::less<>> previous;
  for (const BundleVerdict& verdict : bundles) {
    // Only what its key signed says anything about a chain.
    if (!verdict.checks.is_ok("signature")) continue;
    by_place.emplace(place_of(verdict, verdict.comment->sequence), &verdict);
    previous.emplace(verdict.sha256, verdict.comment->previous);
  }
  const auto previous_of = [&](std::string_view sha256) -> std::optional<std::string> {
    const auto found = previous.find(sha256);
    return found == previous.end() ? std::nullopt : found->second;
  };
  for (BundleVerdict& verdict : bundles) {
    if (!verdict.checks.is_ok("signature")) continue;
    if (bundles.size() > 1) check_link(verdict, by_place);
    if (!verdict.line || !verdict.line->until) continue;
    if (covered_by_last(*verdict.line, verdict.sha256, verdict.comment->chain, verdict.index,
                        previous_of)) {
      verdict.checks.ok("member");
    } else {
      verdict.checks.fail(
          "member",
          "the key of " + verdict.line->id + " was closed on " + verdict.line->until->text() +
              ", and nothing here shows that this bundle is one of those before" +
              (verdict.index ? "" : " (its receipt, or the bundles that follow it, can)"));
    }
  }
  for (BundleVerdict& verdict : bundles) {
    if (verdict.line && verdict.line->until)
      verdict.checks.skip("member", "its signature does not hold");
  }
}

ReceiptVerdict check_receipt_file(std::string_view bytes, std::string_view name,
                                  const std::optional<Digests>& bundle, const Trust& trust) {
  ReceiptVerdict verdict;
  std::string checkpoint;
  try {
    Receipt receipt = Receipt::parse(bytes);
    verdict.receipt = check_receipt(receipt, trust.logs);
    checkpoint = std::move(receipt.checkpoint);
    verdict.checks.ok("receipt");
  } catch (const Error& error) {
    verdict.checks.fail("receipt", error.what());
    verdict.checks.skip("witnesses", "the receipt does not hold");
    verdict.checks.skip("member", "the receipt does not hold");
    verdict.checks.skip("bundle", bundle ? "the receipt does not hold" : "");
    return verdict;
  }
  verdict.cosignatures = check_witnesses(checkpoint, trust.roster, verdict.checks);
  const auto* entry = std::get_if<BundleEntry>(&verdict.receipt->entry);
  const Digests& digests =
      entry ? entry->digests : std::get<RosterEntry>(verdict.receipt->entry).digests;
  if (sha256_from_hex(name)) {
    if (name == hex(digests.sha256)) {
      verdict.checks.ok("name");
    } else {
      verdict.checks.fail("name", "the receipt is of another bundle than its file name says: " +
                                      hex(digests.sha256));
    }
  } else {
    verdict.checks.skip("name");
  }
  if (!trust.roster) {
    verdict.checks.skip("member");
  } else if (!entry) {
    if (std::get<RosterEntry>(verdict.receipt->entry).authority == trust.roster->head.authority) {
      verdict.checks.ok("member");
    } else {
      verdict.checks.fail("member", "this roster is by another authority");
    }
  } else if (const MemberLine* line = trust.roster->by_bundle_key(entry->key); !line) {
    verdict.checks.fail("member",
                        "no member of the roster has the key that signed: " + entry->key.text());
  } else {
    verdict.member = line->id;
    const auto nothing = [](std::string_view) -> std::optional<std::string> {
      return std::nullopt;
    };
    try {
      const std::string chain = BundleSignature::parse(entry->minisig).comment.chain;
      if (!line->until ||
          covered_by_last(*line, hex(digests.sha256), chain, verdict.receipt->index, nothing)) {
        verdict.checks.ok("member");
      } else {
        verdict.checks.fail("member",
                            "the key of " + line->id + " was closed on " + line->until->text() +
                                ", and this entry is later than those that it still covers");
      }
    } catch (const Error& error) {
      verdict.checks.fail("member", error.what());
    }
  }
  if (!bundle) {
    verdict.checks.skip("bundle");
  } else if (digests == *bundle) {
    verdict.checks.ok("bundle");
  } else {
    verdict.checks.fail("bundle", "the file given is not the one that the receipt is of");
  }
  return verdict;
}

}  // namespace depone
