#pragma once

#include <map>
#include <optional>
#include <string>

#include "sync/relay/auth.h"
#include "sync/relay/intake.h"

namespace depone::relay {

// tus 1.0 (tus.io/protocols/resumable-upload): core, creation, creation-with-upload, expiration, termination, at
// /v1/bundles and /v1/bundles/uploads/<sha256>.
class Tus {
 public:
  Tus(Ledger& ledger, Auth& auth, Intake& intake, Uploads& uploads, const Settings& settings, Clock clock)
      : ledger_(ledger), auth_(auth), intake_(intake), uploads_(uploads), settings_(settings), clock_(std::move(clock)) {}

  Outcome collection(const Request& request);                     // OPTIONS, POST
  Outcome upload(const Request& request, const std::string& sha256);  // HEAD, PATCH, DELETE

 private:
  Outcome at_collection(const Request& request);
  Outcome at_upload(const Request& request, const std::string& sha256);
  Outcome create(const Request& request);
  Response status(const Request& request, const std::string& sha256);
  Outcome append(const Request& request, const std::string& sha256);
  Response terminate(const Request& request, const std::string& sha256);
  // The size of a bundle of the caller's that is in; refused "not-found" where there is none.
  std::uint64_t finished(const Caller& caller, const std::string& sha256);
  void make_room_for(const std::string& member);
  std::string expires(Time touched) const;
  std::string expires(const OpenUpload& upload) const;

  Ledger& ledger_;
  Auth& auth_;
  Intake& intake_;
  Uploads& uploads_;
  const Settings& settings_;
  Clock clock_;
};

// Upload-Metadata: keys and values, base64 decoded. nullopt where it is not of its form, a key stands twice.
std::optional<std::map<std::string, std::string>> parse_upload_metadata(std::string_view header);

}  // namespace depone::relay
