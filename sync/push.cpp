#include "sync/push.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "crypto/formats/receipt.h"
#include "store/outbox.h"
#include "sync/remote/problem.h"

namespace depone {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::seconds kReceiptTime{
    30};  // for all of them together; the rest comes next time
constexpr unsigned kLongPoll = 10;

// The relay's answers that no later try would change.
bool is_final(std::string_view problem) {
  constexpr std::array<std::string_view, 6> kFinal{"sequence-used",   "signature", "malformed",
                                                   "other-signature", "too-large", "revoked"};
  return std::find(kFinal.begin(), kFinal.end(), problem) != kFinal.end();
}

// Why a bundle can never be delivered.
struct Undeliverable {
  std::string why;
};

std::vector<std::string> members_of(const OutgoingBundle& bundle) {
  std::vector<std::string> ids;
  for (const BundleTarget& target : bundle.targets) {
    if (!target.member.empty()) ids.push_back(target.member);  // the archive copy has no member
  }
  return ids;
}

class Pusher {
 public:
  Pusher(Vault& vault, RelayClient& relay, const Clock& clock, const Progress& progress)
      : vault_(vault), relay_(relay), clock_(clock), progress_(progress) {}

  PushResult run() {
    while (upload_all()) {
    }
    if (!result_.stopped) fetch_receipts();
    sweep_outbox(vault_);
    result_.waiting = outgoing(vault_, "sealed").size();
    return std::move(result_);
  }

 private:
  // True where a chain ended: what is left is another list then.
  bool upload_all() {
    for (const OutgoingBundle& bundle : outgoing(vault_, "sealed")) {
      if (std::find(there_.begin(), there_.end(), bundle.sha256) != there_.end()) continue;
      try {
        upload(bundle);
        there_.push_back(bundle.sha256);
        ++result_.pushed;
      } catch (const Undeliverable& end) {
        refuse(bundle, end.why);
        return true;
      } catch (const ProblemError& error) {
        if (is_final(error.name())) {
          refuse(bundle, error.message());
          return true;
        }
        stop(error);
        return false;
      } catch (const Error& error) {
        if (error.code() != Code::unreachable && error.code() != Code::malformed) throw;
        stop(error);
        return false;
      }
    }
    return false;
  }

  // An upload that the relay forgot, or that stands elsewhere than was thought, is begun or gone on
  // with once more.
  void upload(const OutgoingBundle& bundle) {
    std::string url = bundle.upload;
    try {
      upload_to(bundle, url);
      return;
    } catch (const ProblemError& error) {
      if (error.name() != "not-found" && error.name() != "offset") throw;
      if (error.name() == "not-found") url.clear();
    } catch (const Error& error) {
      if (error.code() != Code::not_found) throw;
      url.clear();
    }
    upload_to(bundle, url);
  }

  void upload_to(const OutgoingBundle& bundle, std::string url) {
    std::optional<std::uint64_t> offset;
    if (!url.empty()) offset = relay_.upload_offset(url);
    if (!offset || *offset > bundle.size) {
      const RelayClient::Upload begun =
          relay_.create_upload(bundle.sha256, bundle.size, bundle.minisig, members_of(bundle));
      url = begun.url;
      offset = begun.offset;
      if (!url.empty() && *offset < bundle.size) set_upload(vault_, bundle.sha256, url);
    }
    while (*offset < bundle.size) {
      const std::uint64_t before = *offset;
      offset = send_rest(bundle, url, before);
      if (*offset <= before) {
        throw Error(
            Code::unreachable,
            "the relay keeps nothing of what is uploaded. Nothing was lost; run it again later",
            bundle.sha256);
      }
    }
  }

  std::uint64_t send_rest(const OutgoingBundle& bundle, const std::string& url,
                          std::uint64_t offset) {
    FileSource file = file_of(bundle);
    file.seek(offset);
    relay_.progress = [&](std::uint64_t sent, std::uint64_t) {
      if (progress_) progress_("push", offset + sent, bundle.size);
    };
    const std::uint64_t now = relay_.append(url, offset, file, bundle.size - offset);
    relay_.progress = nullptr;
    return now;
  }

  FileSource file_of(const OutgoingBundle& bundle) {
    try {
      if (bundle.file.empty()) throw Error(Code::not_found, "");
      FileSource file(vault_.outbox_dir() / bundle.file);
      if (file.size() != bundle.size)
        throw Undeliverable{"its file in the outbox has another size than it was made with"};
      return file;
    } catch (const Error& error) {
      if (error.code() != Code::not_found) throw;
      throw Undeliverable{"its file in the outbox is lost"};
    }
  }

  void refuse(const OutgoingBundle& bundle, const std::string& why) {
    relay_.progress = nullptr;
    Tx tx(vault_.db());
    set_refused(vault_, bundle.sha256, why);
    begin_new_chain(vault_);
    tx.commit();
    ++result_.refused;
    result_.problems.push_back(
        "bundle " + bundle.sha256 + " can't be delivered: " + why +
        ". What it holds is in the vault and is sealed again in a new chain");
  }

  void stop(const Error& error) {
    relay_.progress = nullptr;
    result_.problems.push_back(error.what());
    result_.stopped = error.code();
  }

  void fetch_receipts() {
    const auto roster = newest_roster(vault_);
    const std::vector<VerifierKey> logs =
        roster ? roster->head.log_keys() : std::vector<VerifierKey>{};
    const auto end = SteadyClock::now() + kReceiptTime;
    for (const OutgoingBundle& bundle : outgoing(vault_, "sealed")) {
      try {
        const auto text = wait_for_receipt(bundle.sha256, end);
        if (!text) continue;
        take_receipt(bundle, *text, logs);
        ++result_.receipts;
      } catch (const Error& error) {
        if (error.code() == Code::unreachable) {
          stop(error);
          return;
        }
        if (error.code() == Code::io || error.code() == Code::damaged || error.code() == Code::busy)
          throw;
        result_.problems.push_back("the receipt of bundle " + bundle.sha256 +
                                   " does not count: " + error.what());
        result_.stopped = error.code();
      }
    }
  }

  std::optional<std::string> wait_for_receipt(const std::string& sha256,
                                              SteadyClock::time_point end) {
    for (;;) {
      const auto left =
          std::chrono::duration_cast<std::chrono::seconds>(end - SteadyClock::now()).count();
      const auto wait = static_cast<unsigned>(std::clamp<std::int64_t>(left, 0, kLongPoll));
      auto text = relay_.receipt(sha256, wait);
      if (text || wait == 0) return text;
    }
  }

  void take_receipt(const OutgoingBundle& bundle, const std::string& text,
                    const std::vector<VerifierKey>& logs) {
    const Receipt receipt = Receipt::parse(text);
    const CheckedReceipt checked = check_receipt(receipt, logs);
    const auto* entry = std::get_if<BundleEntry>(&checked.entry);
    const bool same = entry != nullptr && hex(entry->digests.sha256) == bundle.sha256 &&
                      entry->digests.size == bundle.size && entry->minisig == bundle.minisig &&
                      is_own_key(entry->key);
    if (!same) throw Error(Code::mismatch, "it is a receipt of something else");
    Tx tx(vault_.db());
    set_delivered(vault_, bundle.sha256, text, clock_());
    note_checkpoint(vault_, checked.checkpoint, receipt.checkpoint);
    tx.commit();
  }

  bool is_own_key(const minisign::PublicKey& key) const {
    if (key == vault_.identity().bundle_key()) return true;
    const auto roster = newest_roster(vault_);
    const MemberLine* line = roster ? roster->by_bundle_key(key) : nullptr;
    return line != nullptr && line->id == vault_.setting("member_id");
  }

  Vault& vault_;
  RelayClient& relay_;
  const Clock& clock_;
  const Progress& progress_;
  std::vector<std::string> there_;  // uploaded in this run
  PushResult result_;
};

}  // namespace

PushResult push(Vault& vault, RelayClient& relay, const Clock& clock, const Progress& progress) {
  return Pusher(vault, relay, clock, progress).run();
}

}  // namespace depone
