#include "sync/open.h"

#include <algorithm>

#include "crypto/age/stream.h"
#include "crypto/error.h"
#include "crypto/formats/checkpoint.h"
#include "store/inbox.h"
#include "sync/bundle_import.h"
#include "sync/bundle_stage.h"

namespace depone {

namespace {

// Reports what passes, and hashes it: what is taken in must be the bytes that were judged.
class PassingSource : public Source {
 public:
  PassingSource(Source& in, std::uint64_t size, std::string_view step, const Progress& progress)
      : in_(in), size_(size), step_(step), progress_(progress) {}
  std::size_t read(std::span<std::uint8_t> into) override {
    const std::size_t got = in_.read(into);
    hash_.update(ByteView(into).first(got));
    done_ += got;
    if (progress_) progress_(step_, done_, size_);
    return got;
  }
  Sha256 sha256() { return hash_.finish(); }

 private:
  Source& in_;
  std::uint64_t size_;
  std::string_view step_;
  const Progress& progress_;
  Sha256Hasher hash_;
  std::uint64_t done_ = 0;
};

std::vector<const MemberLine*> lines_of_number(const Roster& roster,
                                               const minisign::KeyNumber& number) {
  std::vector<const MemberLine*> lines;
  for (const MemberLine& line : roster.members) {
    if (line.bundle_key && line.bundle_key->number() == number) lines.push_back(&line);
  }
  return lines;
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

  OpenResult run() {
    signature_.emplace(BundleSignature::parse(minisig_));
    need_roster();
    FileSource source(file_, true);
    size_ = source.size();
    PassingSource judged(source, size_, "check", progress_);
    digests_.emplace(digest_all(judged));
    result_.sha256 = hex(digests_->sha256);
    judge_signature();
    result_.sender = signer_->id;
    if (was_opened(vault_, result_.sha256)) {
      result_.already = true;
      return result_;
    }
    source.seek(0);
    StagedBundle staged = stage(source);
    judge_content(staged);
    look_at_checkpoint(staged);
    take_in(std::move(staged));
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

  StagedBundle stage(FileSource& source) {
    PassingSource passing(source, size_, "open", progress_);
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
    StagedBundle staged = stage_bundle(vault_, *plain, size_,
                                       [&](const Manifest& manifest) { judge_manifest(manifest); });
    if (passing.sha256() != digests_->sha256) {
      throw Error(Code::mismatch, "the file changed while it was read. Nothing was taken in");
    }
    return staged;
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
  const MemberLine* signer_ = nullptr;  // in roster_
  std::uint64_t size_ = 0;
  std::uint64_t number_ = 0;
  OpenResult result_;
};

// Whether an error is the bundle's own: then its name goes before it.
bool is_of_bundle(Code code) {
  return code == Code::malformed || code == Code::unsupported || code == Code::bad_signature ||
         code == Code::mismatch || code == Code::no_identity;
}

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
