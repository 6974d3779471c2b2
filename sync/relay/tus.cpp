#include "sync/relay/tus.h"

#include <algorithm>

#include "crypto/error.h"
#include "crypto/hash.h"

namespace depone::relay {

namespace {

constexpr std::string_view kVersion = "1.0.0";
constexpr std::string_view kExtensions = "creation,creation-with-upload,expiration,termination";
constexpr std::string_view kContentType = "application/offset+octet-stream";
constexpr std::string_view kUploads = "/v1/bundles/uploads/";
constexpr std::uint64_t kMaxLength = (std::uint64_t{1} << 53) - 1;
constexpr std::int64_t kDay = 86'400;

void check_version(const Request& request) {
  const std::string* version = request.header("tus-resumable");
  if (version && *version == kVersion) return;
  throw Refused{"unsupported", "Tus-Resumable must be 1.0.0", {{"Tus-Version", std::string(kVersion)}}, 412};
}

// What a stock client may ask for and this relay does not do, said before anything is said of keys: a signature over
// what such a request lacks could not hold.
void check_asked(const Request& request) {
  if (request.header("x-http-method-override")) {
    throw Refused{"method", "X-HTTP-Method-Override is not taken: what is signed is the method itself"};
  }
  if (request.header("upload-defer-length")) {
    throw Refused{"malformed", "the length must be known at the creation: Upload-Defer-Length is not taken"};
  }
  if (request.header("upload-concat")) {
    throw Refused{"malformed", "a bundle is one upload: Upload-Concat is not taken"};
  }
}

// tus wants its version in every answer.
template <typename Work>
auto in_tus(const Work& work) {
  try {
    return work();
  } catch (Refused& refused) {
    refused.headers.emplace_back("Tus-Resumable", kVersion);
    throw;
  }
}

std::uint64_t number_in(const Request& request, const char* name) {
  const std::string* text = request.header(name);
  const auto number = text ? from_decimal(*text, kMaxLength) : std::nullopt;
  if (!number) throw Refused{"malformed", std::string(name) + " must be there and a number"};
  return *number;
}

void check_content(const Request& request) {
  const std::string* type = request.header("content-type");
  if (!type || *type != kContentType) {
    throw Refused{"unsupported", "Content-Type must be " + std::string(kContentType)};
  }
  if (request.chunked || !request.content_length) {
    throw Refused{"malformed", "Content-Length must be there", {}, 411};
  }
}

// A signature covers it, so it is there; a token's bearer may leave it out: the announced hash is of the whole.
std::optional<std::string> digest_of(const Request& request) {
  const std::string* digest = request.header("content-digest");
  return digest ? std::optional(*digest) : std::nullopt;
}

Response tus_response(int status) {
  Response out;
  out.status = status;
  out.with("Tus-Resumable", std::string(kVersion)).with("Cache-Control", "no-store");
  return out;
}

// The bytes of one request. What has arrived when the connection is cut stays.
class Arrival : public Body {
 public:
  using Done = std::function<Response(const OpenUpload&)>;
  Arrival(std::shared_ptr<OpenUpload> upload, OpenUpload::Turn turn, Uploads& uploads, std::uint64_t at_once,
          std::optional<std::string> digest, Intake& intake, Ledger& ledger, Clock clock, Done done)
      : arriving_(uploads, upload->record.member, at_once), upload_(std::move(upload)), turn_(turn),
        digest_(std::move(digest)), intake_(intake), ledger_(ledger), clock_(std::move(clock)),
        done_(std::move(done)) {}

  ~Arrival() override {
    if (finished_) return;
    try {
      if (digest_) {
        upload_->cut_to(turn_, 0);  // it was the beginning; nobody vouches for a part of it
      } else {
        keep();
      }
    } catch (...) {  // somebody else has the turn, or the disk is full: the file's length tells
    }
  }

  void write(ByteView bytes) override {
    if (digest_) hash_.update(bytes);
    in_tus([&] { upload_->write(turn_, bytes); });
  }

  Response finish() override {
    return in_tus([&] { return end(); });
  }

 private:
  Response end() {
    finished_ = true;
    if (digest_ && digest_->find("sha-256=:" + base64(hash_.finish()) + ":") == std::string::npos) {
      upload_->cut_to(turn_, 0);
      throw Refused{"malformed", "Content-Digest is not that of the body"};
    }
    if (upload_->full()) {
      upload_->sync(turn_);
      intake_.complete(upload_);
    } else {
      keep();
    }
    return done_(*upload_);
  }
  void keep() {
    upload_->sync(turn_);
    ledger_.touch_upload(upload_->record.member, upload_->record.sha256, clock_());
  }

  Uploads::Arriving arriving_;
  std::shared_ptr<OpenUpload> upload_;
  OpenUpload::Turn turn_;
  std::optional<std::string> digest_;  // of a creation's content
  Sha256Hasher hash_;
  Intake& intake_;
  Ledger& ledger_;
  Clock clock_;
  Done done_;
  bool finished_ = false;
};

std::string value_of(const std::map<std::string, std::string>& metadata, const char* key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : found->second;
}

}  // namespace

std::optional<std::map<std::string, std::string>> parse_upload_metadata(std::string_view header) {
  std::map<std::string, std::string> out;
  for (std::string_view pair : split(header, ',')) {
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    while (pair.ends_with(' ')) pair.remove_suffix(1);
    const std::size_t space = std::min(pair.find(' '), pair.size());
    const auto value = from_base64(space < pair.size() ? pair.substr(space + 1) : std::string_view());
    if (space == 0 || !value) return std::nullopt;
    if (!out.emplace(std::string(pair.substr(0, space)), std::string(as_text(*value))).second) return std::nullopt;
  }
  return out;
}

std::string Tus::expires(Time touched) const {
  return http_date(Time{touched.seconds + static_cast<std::int64_t>(settings_.limits().upload_days) * kDay});
}

std::string Tus::expires(const OpenUpload& upload) const {
  const auto record = ledger_.upload(upload.record.member, upload.record.sha256);
  return expires(record ? record->touched : clock_());
}

Outcome Tus::collection(const Request& request) {
  return in_tus([&] { return at_collection(request); });
}

Outcome Tus::upload(const Request& request, const std::string& sha256) {
  return in_tus([&] { return at_upload(request, sha256); });
}

Outcome Tus::at_collection(const Request& request) {
  if (request.method == "OPTIONS") {
    Response out = tus_response(204);
    out.with("Tus-Version", std::string(kVersion))
        .with("Tus-Extension", std::string(kExtensions))
        .with("Tus-Max-Size", std::to_string(settings_.limits().bundle_bytes));
    return out;
  }
  if (request.method != "POST") throw Refused{"method", "", {{"Allow", "OPTIONS, POST"}}};
  check_version(request);
  check_asked(request);
  return create(request);
}

Outcome Tus::at_upload(const Request& request, const std::string& sha256) {
  check_asked(request);
  if (request.method != "HEAD" && request.method != "PATCH" && request.method != "DELETE") {
    throw Refused{"method", "", {{"Allow", "DELETE, HEAD, PATCH"}}};
  }
  check_version(request);
  if (request.method == "HEAD") return status(request, sha256);
  if (request.method == "PATCH") return append(request, sha256);
  return terminate(request, sha256);
}

Outcome Tus::create(const Request& request) {
  const bool body = request.has_body();
  const Caller caller = body ? auth_.uploader(request, "", {"upload-length", "upload-metadata", "content-digest"})
                             : auth_.uploader(request, "", {"upload-length", "upload-metadata"});
  if (body) check_content(request);
  const std::uint64_t size = number_in(request, "upload-length");
  const std::string* header = request.header("upload-metadata");
  const auto metadata = header ? parse_upload_metadata(*header) : std::nullopt;
  if (!metadata) throw Refused{"malformed", "Upload-Metadata is not of its form"};
  if (size == 0) throw Refused{"malformed", "a bundle is not empty"};

  const std::string sha256 = value_of(*metadata, "sha256");
  auto announced = intake_.announce(caller, size, sha256, value_of(*metadata, "minisig"), value_of(*metadata, "to"));
  const std::string place = caller.url + std::string(kUploads) + sha256;
  const auto created = [place](std::uint64_t offset) {
    Response out = tus_response(201);
    out.with("Location", place).with("Upload-Offset", std::to_string(offset));
    return out;
  };
  const auto begun = [created, this](const OpenUpload& now) {
    Response out = created(now.size());
    if (!now.full()) out.with("Upload-Expires", expires(now));
    return out;
  };
  if (announced.there) return created(size);

  // The same announcement again goes on where it was.
  auto upload = uploads_.find(caller.line.id, sha256);
  const UploadRecord& wanted = announced.record;
  if (!upload || upload->record.size != wanted.size || upload->record.minisig != wanted.minisig ||
      upload->record.to != wanted.to) {
    make_room_for(caller.line.id);
    upload = uploads_.begin(std::move(announced.record));
  }
  if (upload->full()) {
    intake_.complete(upload);
    return created(size);
  }
  // What a creation brings along is the beginning: not for an upload that has one.
  if (!body || upload->size() > 0) return begun(*upload);
  if (*request.content_length > size) throw Refused{"too-large", "the body goes beyond Upload-Length"};
  const auto turn = upload->take_turn_at(0);
  return std::make_unique<Arrival>(upload, turn, uploads_, settings_.limits().member_uploads_at_once,
                                   digest_of(request), intake_, ledger_, clock_, begun);
}

void Tus::make_room_for(const std::string& member) {
  const std::vector<UploadRecord> own = ledger_.uploads_of(member);  // the one that stood still for longest first
  const std::uint64_t most = settings_.limits().member_uploads;
  for (std::size_t i = 0; i < own.size() && own.size() - i >= most; ++i) {
    if (own[i].completing) continue;
    if (const auto upload = uploads_.find(member, own[i].sha256)) uploads_.end(*upload);
  }
}

std::uint64_t Tus::finished(const Caller& caller, const std::string& sha256) {
  const auto there = ledger_.bundle(sha256);
  if (!there || there->member != caller.line.id) throw Refused{"not-found"};
  return there->size;
}

Response Tus::status(const Request& request, const std::string& sha256) {
  const Caller caller = auth_.uploader(request, sha256);
  const auto upload = uploads_.find(caller.line.id, sha256);
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  if (upload) {
    // Whoever asks goes on from here: a connection that still writes loses its turn.
    upload->sync(upload->take_turn());
    if (upload->full()) intake_.complete(upload);
    offset = upload->size();
    length = upload->record.size;
  } else {
    offset = length = finished(caller, sha256);
  }
  Response out = tus_response(200);
  out.with("Upload-Offset", std::to_string(offset)).with("Upload-Length", std::to_string(length));
  if (offset < length) out.with("Upload-Expires", expires(*upload));
  return out;
}

Outcome Tus::append(const Request& request, const std::string& sha256) {
  const Caller caller = auth_.uploader(request, sha256, {"upload-offset", "content-length"});
  check_content(request);
  const std::uint64_t offset = number_in(request, "upload-offset");
  const auto upload = uploads_.find(caller.line.id, sha256);
  // Whoever sends on what is finished learns that nothing is missing.
  if (!upload) throw Refused{"offset", "", {{"Upload-Offset", std::to_string(finished(caller, sha256))}}};
  if (const std::uint64_t size = upload->size(); offset != size) {
    throw Refused{"offset", "", {{"Upload-Offset", std::to_string(size)}}};
  }
  const std::uint64_t rest = upload->record.size - offset;
  if (*request.content_length > rest) throw Refused{"too-large", "the body goes beyond Upload-Length"};
  intake_.check_room(rest);
  const auto turn = upload->take_turn_at(offset);
  return std::make_unique<Arrival>(upload, turn, uploads_, settings_.limits().member_uploads_at_once, std::nullopt, intake_, ledger_,
                                   clock_, [this](const OpenUpload& now) {
                                     Response out = tus_response(204);
                                     out.with("Upload-Offset", std::to_string(now.size()));
                                     if (!now.full()) out.with("Upload-Expires", expires(clock_()));
                                     return out;
                                   });
}

Response Tus::terminate(const Request& request, const std::string& sha256) {
  const Caller caller = auth_.uploader(request, sha256);
  const auto upload = uploads_.find(caller.line.id, sha256);
  if (!upload) {
    finished(caller, sha256);
    throw Refused{"conflict", "the bundle is in, and nothing takes it out again"};
  }
  upload->take_turn();
  if (!uploads_.end(*upload)) throw Refused{"conflict"};
  return tus_response(204);
}

}  // namespace depone::relay
