#include "sync/relay/courier_import.h"

#include <algorithm>
#include <set>
#include <thread>
#include <utility>

#include "crypto/error.h"
#include "crypto/formats/manifest.h"
#include "crypto/formats/receipt.h"
#include "sync/relay/courier_stick.h"
#include "sync/relay/intake.h"
#include "sync/relay/log.h"
#include "sync/remote/hostile_dir.h"

namespace depone::relay {

namespace {

constexpr std::size_t kMaxNames = 1'000'000;  // in bundles/
constexpr std::size_t kMaxTo = 64u << 10;     // 1,024 member ids
constexpr std::size_t kPiece = 256u << 10;
constexpr std::chrono::milliseconds kTick{50};
constexpr std::string_view kAge = ".age";
// What an import has in staging. The server's sweep knows uploads by names without this.
constexpr std::string_view kStaged = "courier-";

// The stick, not the relay, is what could not be read.
struct Unreadable {
  std::string why;
};

// What came of one bundle, told to the importer by an exception of Refused or Unreadable.
template <typename Work>
auto from_stick(Work work) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.code() == Code::io) throw Unreadable{error.what()};
    // Not a regular file, a symbolic link, larger than it can be, gone since the list was made.
    throw Refused{"malformed", error.message()};
  }
}

class Importer {
 public:
  Importer(Directory& relay, const ImportWish& wish, const Clock& clock,
           const ImportProgress& progress)
      : relay_(relay),
        wish_(wish),
        progress_(progress),
        lock_(relay.path() / "import.lock", 0),
        from_(wish.stick),
        to_(wish.stick),
        members_(relay.ledger(), relay.config().authority),
        uploads_(relay.ledger(), relay.staging()),
        intake_(relay.ledger(), relay.blobs(), uploads_, members_, relay.settings(), relay.path(),
                clock, [] {}) {
    relay.newest_roster();
    intake_.suspects = [this](const std::string& what) { suspicion_ = what; };
  }

  ImportResult run() {
    sweep();
    for (const Candidate& candidate : candidates()) take(candidate);
    publish();
    write_back();
    return std::move(result_);
  }

 private:
  struct Candidate {
    std::string sha256;
    std::string chain;
    std::uint64_t sequence = 0;
    std::uint64_t size = 0;
  };

  // What imports that were stopped left in staging, but for what the ledger still speaks of.
  void sweep() {
    std::set<std::string> known;
    for (const UploadRecord& upload : relay_.ledger().uploads()) known.insert(upload.staging);
    for (const std::string& name : names_in(relay_.staging())) {
      if (is_import_name(name) && !known.contains(name)) remove_file(relay_.staging() / name);
    }
  }

  // What is to be looked at, each chain in its order: where a quota ends it, the beginnings are in.
  std::vector<Candidate> candidates() {
    const auto names = from_.names("bundles", kMaxNames);
    if (!names) {
      throw Error(Code::not_found,
                  "there is no bundles/ in this directory, so this is no courier's stick; nothing "
                  "was taken in",
                  wish_.stick.string());
    }
    std::vector<Candidate> out;
    std::set<std::string, std::less<>> hashes;
    for (const std::string& name : *names) {
      const std::string base = name.substr(0, name.size() - std::min(name.size(), kAge.size()));
      if (!name.ends_with(kAge) || !sha256_from_hex(base)) continue;
      hashes.insert(base);
      out.push_back(candidate(base));
      of_ += out.back().size;
    }
    std::stable_sort(out.begin(), out.end(), [](const Candidate& a, const Candidate& b) {
      return std::tie(a.chain, a.sequence) < std::tie(b.chain, b.sequence);
    });
    note_others(*names, hashes);
    return out;
  }

  // Only to put them in order; what is wrong with it is said when its turn comes.
  Candidate candidate(const std::string& sha256) {
    Candidate out{sha256, "", 0, 0};
    try {
      out.size = from_.open(age_of(sha256)).size;
      const Bytes minisig = from_.need(minisig_of(sha256), minisign::kMaxSignatureSize);
      const BundleComment comment = BundleSignature::parse(as_text(minisig)).comment;
      out.chain = comment.chain;
      out.sequence = comment.sequence;
    } catch (const Error&) {
    }
    return out;
  }

  void note_others(const std::vector<std::string>& names,
                   const std::set<std::string, std::less<>>& hashes) {
    std::uint64_t strange = 0;
    std::uint64_t incomplete = 0;
    for (const std::string& name : names) {
      const std::string_view base = std::string_view(name).substr(0, name.find('.'));
      if (hashes.contains(base) || is_partial_name(name)) continue;
      const bool part =
          sha256_from_hex(base) && (name.ends_with(".minisig") || name.ends_with(".to"));
      ++(part ? incomplete : strange);
    }
    if (incomplete > 0) {
      result_.notes.push_back(std::to_string(incomplete) +
                              " signatures and lists of addressees have no bundle beside them: the "
                              "stick was taken out too early. Have their sender copy again");
    }
    if (strange > 0) {
      result_.notes.push_back(std::to_string(strange) +
                              " files in bundles/ are no bundles; they were left as they are");
    }
  }

  static std::string age_of(const std::string& sha256) { return "bundles/" + sha256 + ".age"; }
  static std::string minisig_of(const std::string& sha256) { return age_of(sha256) + ".minisig"; }

  void take(const Candidate& candidate) {
    const std::uint64_t after = done_ + candidate.size;
    try {
      take_or_throw(candidate.sha256);
    } catch (const Refused& why) {
      if (!suspicion_.empty()) result_.notes.push_back(std::exchange(suspicion_, {}));
      leave(candidate.sha256, why);
    } catch (const Unreadable& why) {
      result_.left.push_back({candidate.sha256, LeftBundle::Why::here, "",
                              "it cannot be read from the stick: " + why.why});
    }
    done_ = after;
    if (progress_) progress_(done_, of_);
  }

  void take_or_throw(const std::string& sha256) {
    const std::string minisig = from_stick([&] {
      const auto bytes = from_.read(minisig_of(sha256), minisign::kMaxSignatureSize);
      if (!bytes) throw Refused{"malformed", "its signature is not beside it"};
      return std::string(as_text(*bytes));
    });
    const auto there = relay_.ledger().bundle(sha256);
    if (there && there->minisig == minisig) {
      ++result_.already;
      count_in(*there);
      return;
    }
    const std::string to = addressees(sha256);
    HostileDir::Stream stream = from_stick([&] { return from_.open(age_of(sha256)); });
    const Caller sender = intake_.sender(minisig);
    UploadRecord record = announced(sender, stream.size, sha256, minisig, to);
    record.staging = std::string(kStaged) + random_name();
    Staged staged(relay_, std::move(record));
    copy_in(*stream.source, staged.upload());
    intake_.take_whole(staged.upload());
    ++result_.taken;
    result_.bytes += stream.size;
    count_in(relay_.ledger().bundle(sha256).value());
  }

  void count_in(const BundleRecord& bundle) {
    in_.push_back(bundle.sha256);
    size_ = std::max(size_, bundle.index + 1);
  }

  // What an upload is refused for before its bytes are seen is only believed of the bytes that were
  // signed: a name on a stick is anybody's.
  UploadRecord announced(const Caller& sender, std::uint64_t size, const std::string& sha256,
                         const std::string& minisig, const std::string& to) {
    try {
      return intake_.announce(sender, size, sha256, minisig, to).record;
    } catch (const Refused& why) {
      const bool of_bytes = why.name == "sequence-used" || why.name == "other-signature";
      if (of_bytes && !was_signed(*sender.line.bundle_key, sha256, minisig)) {
        suspicion_.clear();
        throw Refused{"signature", "these are not the bytes that were signed"};
      }
      throw;
    }
  }

  bool was_signed(const minisign::PublicKey& key, const std::string& sha256,
                  const std::string& minisig) {
    const HostileDir::Stream stream = from_stick([&] { return from_.open(age_of(sha256)); });
    const Digests digests = from_stick([&] { return digest_all(*stream.source); });
    return hex(digests.sha256) == sha256 &&
           minisign::verify(key, digests.blake2b, BundleSignature::parse(minisig).signature);
  }

  // A bundle on its way in. Its file goes at the end, unless the ledger counts on it.
  class Staged {
   public:
    Staged(Directory& relay, UploadRecord record)
        : relay_(relay), upload_(record, relay.staging() / record.staging) {}
    Staged(const Staged&) = delete;
    Staged& operator=(const Staged&) = delete;
    ~Staged() {
      try {
        const UploadRecord& record = upload_.record;
        const auto known = relay_.ledger().upload(record.member, record.sha256);
        if (!known || known->staging != record.staging) remove_file(upload_.file());
      } catch (...) {  // the next import does it
      }
    }
    OpenUpload& upload() { return upload_; }

   private:
    Directory& relay_;
    OpenUpload upload_;
  };

  // Ids, one a line, each ended by LF: so a list that was cut off is not taken for a shorter one.
  std::string addressees(const std::string& sha256) {
    const auto bytes = from_stick([&] { return from_.read("bundles/" + sha256 + ".to", kMaxTo); });
    if (!bytes) return "";
    const auto lines = lines_of(as_text(*bytes));
    if (!lines || lines->empty()) throw Refused{"malformed", "its list of addressees is cut off"};
    std::string to;
    for (const std::string_view id : *lines) {
      if (!is_member_id(id)) throw Refused{"malformed", "its list of addressees is none"};
      to += (to.empty() ? "" : " ") + std::string(id);
    }
    return to;
  }

  // Never more than was announced, however the file grows meanwhile; the hash tells the rest.
  void copy_in(Source& from, OpenUpload& into) {
    const OpenUpload::Turn turn = into.take_turn();
    Bytes buffer(kPiece);
    std::uint64_t copied = 0;
    while (copied < into.record.size) {
      const std::size_t most = static_cast<std::size_t>(
          std::min<std::uint64_t>(buffer.size(), into.record.size - copied));
      const std::size_t got = from_stick([&] { return from.read(std::span(buffer).first(most)); });
      if (got == 0) break;
      into.write(turn, ByteView(buffer).first(got));
      copied += got;
      if (progress_) progress_(done_ + copied, of_);
    }
    into.sync(turn);
  }

  void leave(const std::string& sha256, const Refused& why) {
    const Problem problem = as_problem(why);
    LeftBundle left{sha256, LeftBundle::Why::verification, problem.name, problem.title};
    if (!problem.detail.empty()) left.text += " (" + problem.detail + ")";
    if (problem.name == "storage-full") {
      left.why = LeftBundle::Why::here;
    } else if (problem.name != "malformed" && problem.name != "signature") {
      left.why = LeftBundle::Why::policy;
    }
    result_.left.push_back(std::move(left));
    refusals_.emplace_back(sha256, problem.json() + "\n");
  }

  // Until a checkpoint covers everything; a server that runs does it within a moment.
  void publish() {
    const auto end = std::chrono::steady_clock::now() + wish_.patience;
    for (relay_.sequence(); relay_.ledger().head().size < size_; relay_.sequence()) {
      if (std::chrono::steady_clock::now() >= end) return;
      std::this_thread::sleep_for(kTick);
    }
  }

  void write_back() {
    const Head head = relay_.ledger().head();
    for (const std::string& sha256 : in_) {
      const auto bundle = relay_.ledger().bundle(sha256);
      if (!bundle || bundle->index >= head.size) {
        ++result_.waiting;
        continue;
      }
      const std::string receipt = "receipts/" + sha256 + ".tlog-proof";
      if (!holds(receipt, *bundle)) {
        const std::string text = receipt_text(relay_.ledger(), head, bundle->index);
        writing([&] {
          to_.write(receipt, text);
          ++result_.receipts;
        });
      }
      writing([&] { to_.remove(refusal_of(sha256)); });
    }
    for (const auto& [sha256, json] : refusals_) {
      writing([&] { to_.write(refusal_of(sha256), json); });
    }
  }

  static std::string refusal_of(const std::string& sha256) { return "refused/" + sha256 + ".json"; }

  // Whether a receipt of this bundle is there already, of a head of now or before.
  bool holds(const std::string& path, const BundleRecord& bundle) {
    try {
      const auto bytes = from_.read(path, kMaxReceipt);
      if (!bytes) return false;
      const CheckedReceipt checked = check_receipt(Receipt::parse(as_text(*bytes)),
                                                   std::vector<VerifierKey>{relay_.log_name()});
      const auto* entry = std::get_if<BundleEntry>(&checked.entry);
      return entry != nullptr && hex(entry->digests.sha256) == bundle.sha256 &&
             checked.index == bundle.index;
    } catch (const Error&) {
      return false;
    }
  }

  // The stick may be full, or somebody's trap: that takes nothing back.
  template <typename Work>
  void writing(Work work) {
    try {
      work();
    } catch (const Error& error) {
      result_.unwritten.push_back(error.what());
    }
  }

  Directory& relay_;
  const ImportWish& wish_;
  const ImportProgress& progress_;
  FileLock lock_;
  HostileDir from_;
  Stick to_;
  MemberTables members_;
  Uploads uploads_;
  Intake intake_;
  ImportResult result_;
  std::string suspicion_;        // what the operator should hear of the bundle at hand
  std::vector<std::string> in_;  // the relay has these
  std::vector<std::pair<std::string, std::string>> refusals_;  // and refused/ of these
  std::uint64_t size_ = 0;                                     // of the log that has them all
  std::uint64_t done_ = 0;
  std::uint64_t of_ = 0;
};

}  // namespace

bool is_import_name(std::string_view name) {
  return name.starts_with(kStaged) && is_random_name(name.substr(kStaged.size()));
}

ImportResult import_from_courier(Directory& relay, const ImportWish& wish, const Clock& clock,
                                 const ImportProgress& progress) {
  return Importer(relay, wish, clock, progress).run();
}

}  // namespace depone::relay
