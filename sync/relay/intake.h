#pragma once

#include <functional>

#include "sync/relay/auth.h"
#include "sync/relay/blobs.h"
#include "sync/relay/settings.h"
#include "sync/relay/uploads.h"

namespace depone::relay {

// What makes an upload a bundle that counts. Refusals are thrown as Refused.
class Intake {
 public:
  // `accepted` is called when an entry waits.
  Intake(Ledger& ledger, Blobs& blobs, Uploads& uploads, MemberTables& members, const Settings& settings, fs::path disk,
         Clock clock, std::function<void()> accepted)
      : ledger_(ledger), blobs_(blobs), uploads_(uploads), members_(members), settings_(settings), disk_(std::move(disk)),
        clock_(std::move(clock)), accepted_(std::move(accepted)) {}

  // What a creation announces. `there`: the relay has this very bundle already.
  struct Announced {
    UploadRecord record;
    bool there = false;
  };
  // Everything that can be judged without the content: form of hash, signature and addressees; the signature over the
  // trusted comment; the place in the chain; size, quota, room on the disk.
  Announced announce(const Caller& caller, std::uint64_t size, const std::string& sha256, const std::string& minisig,
                     const std::string& to);

  // Takes a full upload in: hash and size, age header, signature by a member who is one now, place in the chain. Durable
  // when it returns: the object is kept and the entry waits. What is refused for good is removed.
  void complete(const std::shared_ptr<OpenUpload>& upload);
  // What a crash left complete but not taken in.
  void complete_left_over();

  // For what comes without a request, on a courier's stick. Who signed, if he may send now: refused "malformed",
  // "signature", "revoked".
  Caller sender(const std::string& minisig);
  // Takes in a whole bundle that lies in a file of the caller's own in staging, of which the ledger knows nothing yet, so
  // that no request writes to it. As complete(); the file stays.
  void take_whole(OpenUpload& whole);

  // Refused "storage-full" below the reserve.
  void check_room(std::uint64_t bytes) const;
  std::uint64_t room() const;  // bytes free above the reserve

  std::function<void(const std::string&)> suspects;  // told what the operator should look into

 private:
  void judge(OpenUpload& upload, const Digests& digests);
  Ledger::Accepted keep(const OpenUpload& upload, const Digests& digests);
  [[noreturn]] void refuse(OpenUpload& upload, const Refused& why);
  [[noreturn]] void refuse_place(OpenUpload& upload);
  // False where these bytes are not in; refused "other-signature" where they are with another one, or somebody else's.
  bool is_in(const UploadRecord& record);
  // Refused "sequence-used" where another bundle has the place.
  void check_place(const UploadRecord& record);
  void check_quota(const std::string& member, std::uint64_t size);

  Ledger& ledger_;
  Blobs& blobs_;
  Uploads& uploads_;
  MemberTables& members_;
  const Settings& settings_;
  fs::path disk_;
  Clock clock_;
  std::function<void()> accepted_;
};

}  // namespace depone::relay
