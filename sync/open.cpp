#include "sync/open.h"

#include <algorithm>
#include <exception>

#include "crypto/age/stream.h"
#include "crypto/error.h"
#include "crypto/formats/checkpoint.h"
#include "store/inbox.h"
#include "sync/bundle_import.h"
#include "sync/bundle_stage.h"
#include "sync/hashing_source.h"

namespace depone {

namespace {

std::vector<const MemberLine*> lines_of_number(const Roster& roster,
                                               const minisign::KeyNumber& number) {
  std::vector<const MemberLine*> lines;
  for (const MemberLine& line : roster.members) {
    if (line.bundle_key && line.bundle_key->number() == number) lines.push_back(&line);
  }
  return lines;
}

// Whether an error is the bundle's own: then its name goes before it.
bool is_of_bundle(Code code) {
  return code == Code::malformed || code == Code::unsupported || code == Code::bad_signature ||
         code == Code::mismatch || code == Code::no_identity;
}

class Opening {
 public:
  Opening(Vault& vault, const fs::path& file, std::string_view minisig,
          std::optional<std::uint64_t> log_index, const RosterFetch& fetch, const Clock& clock,
          const Progress& progress)
      : vault_(vault),
        file_(file),
        minisig_(minisig),
        log_index_(log_index),
        fetch_(fetch),
        clock_(clock),
        progress_(progress) {}

  // One reading: the file is hashed while it is decrypted and staged. What was found wrong with the
  // content waits until the signature over the whole has been judged.
  OpenResult run() {
    signature_.emplace(BundleSignature::parse(minisig_));
    need_roster();
    Staging staging = read_through();
    result_.sha256 = hex(digests_->sha256);
    judge_signature();
    result_.sender = signer_->id;
    if (was_opened(vault_, result_.sha256)) {
      result_.already = true;
      return result_;
    }
    if (manifest_) judge_manifest(*manifest_);
    if (staging.failure) std::rethrow_exception(staging.failure);
    judge_content(*staging.bundle);
    look_at_checkpoint(*staging.bundle);
    take_in(std::move(*staging.bundle));
    return result_;
  }

 private:
  // The newest roster held, one that knows the key of the signature: fetched once where it does
  // not.
  void need_roster() {
    roster_ = newest_roster(vault_);
    if (roster_ && !lines_of_number(*roster_, signature_->signature.number).empty()) return;
    if (fetch_) {
      fetch_();
      roster_ = newest_roster(vault_);
    }
    if (!roster_) {
      throw Error(Code::refused,
                  "this vault has no roster yet, so nobody's signature can be judged. Nothing was "
                  "taken in");
    }
    if (lines_of_number(*roster_, signature_->signature.number).empty()) {
      throw Error(Code::bad_signature,
                  "it is signed by nobody on the organisation's roster. Nothing was taken in");
    }
  }

  void judge_signature() {
    signer_ = nullptr;
    for (const MemberLine* line : lines_of_number(*roster_, signature_->signature.number)) {
      if (minisign::verify(*line->bundle_key, digests_->blake2b, signature_->signature))
        signer_ = line;
    }
    if (signer_ == nullptr) {
      throw Error(Code::bad_signature,
                  "its signature does not hold: the bundle or the signature was altered. Nothing "
                  "was taken in");
    }
    if (!signer_->until || covers()) return;
    throw Error(Code::bad_signature, "it is signed with a key of " + signer_->id +
                                         " that was revoked, and is none of the bundles that were "
                                         "delivered before. Nothing was taken in");
  }

  bool covers() const {
    const std::string sha256 = hex(digests_->sha256);
    return covered_by_last(*signer_, sha256, signature_->comment.chain, log_index_,
                           [&](std::string_view bundle) -> std::optional<std::string> {
                             if (bundle == sha256) return signature_->comment.previous;
                             const auto known = incoming(vault_, bundle);
                             return known ? known->previous : std::nullopt;
                           });
  }

  // What came of the content: staged, or why not.
  struct Staging {
    std::optional<StagedBundle> bundle;
    std::exception_ptr failure;
  };

  Staging read_through() {
    FileSource source(file_, true);
    size_ = source.size();
    HashingSource passing(source, [&](std::uint64_t done) {
      if (progress_) progress_("open", done, size_);
    });
    Staging staging;
    try {
      staging.bundle = stage(passing);
    } catch (const Error& error) {
      if (!is_of_bundle(error.code())) throw;
      staging.failure = std::current_exception();
    }
    digests_ = passing.finish();
    return staging;
  }

  StagedBundle stage(Source& passing) {
    const age::Header header = age::read_header(passing);
    age::check_bundle_header(header);
    std::vector<const age::Identity*> identities;
    for (const age::HybridIdentity* identity : vault_.recipient_identities())
      identities.push_back(identity);
    std::optional<age::Decryptor> plain;
    try {
      plain.emplace(header, passing, identities);
    } catch (const Error& error) {
      if (error.code() != Code::no_identity) throw;
      throw Error(
          Code::no_identity,
          "it is sealed for somebody else: no key of this vault opens it. Nothing was taken in");
    }
    return stage_bundle(vault_, *plain, size_, manifest_);
  }

  void judge_manifest(const Manifest& manifest) {
    if (manifest.sender != *signer_->bundle_key) {
      throw Error(Code::bad_signature,
                  "the sender that it names is not the one who signed it: somebody signed what "
                  "another one sealed. "
                  "Nothing was taken in");
    }
    number_ = own_number(manifest);
    const auto known = authorities(vault_);
    if (std::find(known.begin(), known.end(), manifest.authority) == known.end()) {
      throw Error(Code::mismatch,
                  "it was sealed under another organisation's roster. Nothing was taken in");
    }
    if (manifest.roster > roster_->head.version) wait_for_roster(manifest.roster);
  }

  std::uint64_t own_number(const Manifest& manifest) const {
    for (const age::HybridIdentity* identity : vault_.recipient_identities()) {
      const Sha256 own = sha256(identity->recipient().text());
      for (const BundleRecipient& recipient : manifest.recipients) {
        if (recipient.recipient == own) return recipient.number;
      }
    }
    throw Error(Code::mismatch,
                "it names other readers than this vault: somebody forwarded what was sealed for "
                "others. Nothing was "
                "taken in");
  }

  // The newer roster judges the signature again.
  void wait_for_roster(std::uint64_t version) {
    if (fetch_) fetch_();
    const minisign::PublicKey key = *signer_->bundle_key;
    roster_ = newest_roster(vault_);
    if (roster_->head.version < version) {
      throw Error(Code::unreachable,
                  "it was sealed by version " + std::to_string(version) +
                      " of the roster, and this vault has version " +
                      std::to_string(roster_->head.version) +
                      ". It waits until the newer one is here; nothing was taken in");
    }
    if (roster_->by_bundle_key(key) == nullptr) {
      throw Error(Code::bad_signature,
                  "it is signed by nobody on the organisation's roster. Nothing was taken in");
    }
    judge_signature();
  }

  void judge_content(const StagedBundle& staged) const {
    if (staged.root != signature_->comment.root) {
      throw Error(Code::mismatch,
                  "its content is not what was signed: the root that the signature states is "
                  "another one. Nothing was "
                  "taken in");
    }
    if (!staged.altered.empty()) {
      throw Error(
          Code::mismatch,
          "a file in it does not have the hash that the manifest states. Nothing was taken in",
          staged.altered.front());
    }
  }

  // What the sender saw of the log: a second tree of one size would show that the relay signed two.
  void look_at_checkpoint(const StagedBundle& staged) {
    if (staged.checkpoint.empty()) return;
    for (const VerifierKey& key : roster_->head.log_keys()) {
      try {
        const Checkpoint seen = open_checkpoint(staged.checkpoint, key);
        const auto held = newest_checkpoint(vault_, seen.origin);
        const auto known = held ? std::optional(open_checkpoint(*held, key)) : std::nullopt;
        if (known && known->size == seen.size && known->root != seen.root) {
          result_.notes.push_back(
              "the relay showed " + result_.sender +
              " another log of the same size than this vault: keep both and tell the organisation");
        }
      } catch (const Error&) {
        // Of another log, or by a key that is no longer known: it says nothing then.
      }
    }
  }

  void take_in(StagedBundle staged) {
    IncomingBundle bundle;
    bundle.sha256 = result_.sha256;
    bundle.sender = signer_->bundle_key->text();
    bundle.chain = signature_->comment.chain;
    bundle.sequence = signature_->comment.sequence;
    bundle.previous = signature_->comment.previous;
    bundle.number = number_;
    bundle.log_index = log_index_;
    bundle.opened = clock_();
    result_.attachments = staged.attachments.size();
    ImportResult imported =
        import_bundle(vault_, *roster_, std::move(staged), bundle, result_.sender, bundle.opened);
    result_.records = imported.records;
    for (std::string& note : imported.notes) result_.notes.push_back(std::move(note));
  }

  Vault& vault_;
  const fs::path& file_;
  std::string_view minisig_;
  std::optional<std::uint64_t> log_index_;
  const RosterFetch& fetch_;
  const Clock& clock_;
  const Progress& progress_;

  std::optional<Roster> roster_;
  std::optional<BundleSignature> signature_;
  std::optional<Digests> digests_;
  std::optional<Manifest> manifest_;  // where the content could be read that far
  const MemberLine* signer_ = nullptr;  // in roster_
  std::uint64_t size_ = 0;
  std::uint64_t number_ = 0;
  OpenResult result_;
};

}  // namespace

OpenResult open_bundle(Vault& vault, const fs::path& age_file, std::string_view minisig,
                       std::optional<std::uint64_t> log_index, const RosterFetch& fetch,
                       const Clock& clock, const Progress& progress) {
  try {
    return Opening(vault, age_file, minisig, log_index, fetch, clock, progress).run();
  } catch (const Error& error) {
    if (is_of_bundle(error.code())) throw error.in(age_file.filename().string());
    throw;
  }
}

}  // namespace depone
