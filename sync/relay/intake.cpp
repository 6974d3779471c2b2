#include "sync/relay/intake.h"

#include <sys/statvfs.h>

#include <algorithm>

#include "crypto/age/header.h"
#include "crypto/error.h"
#include "crypto/formats/entry.h"

namespace depone::relay {

namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kMaxAddressees = 1'024;

// The second of a minisign file's two signatures: over the first and the trusted comment. It needs no content.
bool comment_signed(const minisign::PublicKey& key, const minisign::Signature& signature) {
  Bytes message(signature.signature.begin(), signature.signature.end());
  const ByteView comment = as_bytes(signature.trusted_comment);
  message.insert(message.end(), comment.begin(), comment.end());
  return ed25519_verify(key.key(), message, signature.global);
}

std::vector<std::string> addressees(const MemberTable& members, const std::string& to) {
  std::vector<std::string> out;
  if (to.empty()) {
    for (const MemberLine* desk : members.roster().active_desks()) out.push_back(desk->id);
    if (out.empty()) throw Refused{"malformed", "it is addressed to every desk, and there is none"};
    return out;
  }
  for (const std::string_view id : split(to, ' ')) {
    if (!members.by_id(id)) throw Refused{"malformed", "`to` names somebody who is no member"};
    out.emplace_back(id);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (out.size() > kMaxAddressees) throw Refused{"malformed", "`to` names more members than a bundle can have"};
  return out;
}

BundleSignature parse_signature(const std::string& minisig) {
  try {
    return BundleSignature::parse(minisig);
  } catch (const Error& error) {
    throw Refused{"malformed", std::string("minisig: ") + error.what()};
  }
}

void check_same(const BundleRecord& there, const std::string& member, const std::string& minisig) {
  if (there.minisig != minisig || there.member != member) throw Refused{"other-signature"};
}

void check_header(const fs::path& file) {
  try {
    FileSource source(file);
    age::check_bundle_header(age::read_header(source));
  } catch (const Error& error) {
    if (error.code() != Code::malformed && error.code() != Code::unsupported) throw;
    throw Refused{"malformed", std::string("the bundle: ") + error.what()};
  }
}

}  // namespace

std::uint64_t Intake::room() const {
  struct statvfs info {};
  if (::statvfs(disk_.c_str(), &info) != 0) throw_errno("asking for free space", disk_);
  const std::uint64_t free = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  return free - std::min(free, settings_.limits().disk_reserve_bytes);
}

void Intake::check_room(std::uint64_t bytes) const {
  if (room() < bytes) throw Refused{"storage-full"};
}

void Intake::check_quota(const std::string& member, std::uint64_t size) {
  const Time now = clock_();
  const Ledger::Usage used = ledger_.usage(member, now);
  const Limits limits = settings_.limits();
  if (used.bundles < limits.member_bundles_a_day && size <= limits.member_bytes_a_day &&
      used.bytes <= limits.member_bytes_a_day - size) {
    return;
  }
  throw Refused{"quota", "", {{"Retry-After", std::to_string(kDay - now.seconds % kDay)}}};
}

Intake::Announced Intake::announce(const Caller& caller, std::uint64_t size, const std::string& sha256,
                                   const std::string& minisig, const std::string& to) {
  if (!sha256_from_hex(sha256)) throw Refused{"malformed", "`sha256` is not a SHA-256 in hex"};
  if (size > settings_.limits().bundle_bytes) throw Refused{"too-large"};
  const BundleSignature signature = parse_signature(minisig);
  const std::string& member = caller.line.id;

  if (const auto there = ledger_.bundle(sha256)) {
    check_same(*there, member, minisig);
    if (there->size != size) throw Refused{"signature", "the size is another"};
    UploadRecord record;
    record.member = member;
    record.sha256 = sha256;
    record.size = size;
    return {std::move(record), true};
  }
  const MemberLine* signer = caller.members->signer(member, signature.signature.number);
  if (!signer || !comment_signed(*signer->bundle_key, signature.signature)) throw Refused{"signature"};
  UploadRecord record;
  record.member = member;
  record.sha256 = sha256;
  record.size = size;
  record.minisig = minisig;
  record.key = signer->bundle_key->text();
  record.chain = signature.comment.chain;
  record.sequence = signature.comment.sequence;
  record.token = caller.token;
  record.to = addressees(*caller.members, to);
  record.touched = clock_();
  check_place(record);
  check_quota(member, size);
  check_room(size);
  return {std::move(record), false};
}

void Intake::refuse(OpenUpload& upload, const Refused& why) {
  uploads_.end(upload, true);
  throw why;
}

bool Intake::is_in(const UploadRecord& record) {
  const auto there = ledger_.bundle(record.sha256);
  if (there) check_same(*there, record.member, record.minisig);
  return there.has_value();
}

void Intake::check_place(const UploadRecord& record) {
  const auto holder = ledger_.holder_of_place(record.key, record.chain, record.sequence, record.sha256);
  if (!holder) return;
  if (suspects) {
    suspects("two bundles for one place in a chain: " + *holder + " has it, " + record.sha256 +
             " is refused. A vault was put back from a copy, or somebody else has its keys: ask who sends them");
  }
  throw Refused{"sequence-used"};
}

void Intake::refuse_place(OpenUpload& upload) {
  try {
    check_place(upload.record);
  } catch (const Refused& why) {
    refuse(upload, why);
  }
  refuse(upload, {"not-found"});  // given up meanwhile
}

void Intake::judge(OpenUpload& upload, const Digests& digests) {
  const UploadRecord& record = upload.record;
  if (hex(digests.sha256) != record.sha256 || digests.size != record.size) {
    throw Refused{"signature", "the bytes that arrived are not those that were announced"};
  }
  check_header(upload.file());
  const auto key = minisign::PublicKey::parse(record.key);
  const auto members = members_.newest();
  const MemberLine* line = key ? members->by_bundle_key(*key) : nullptr;
  if (!line || line->id != record.member) throw Refused{"signature"};
  if (!line->active()) throw Refused{"revoked"};
  if (!minisign::verify(*key, digests.blake2b, BundleSignature::parse(record.minisig).signature)) {
    throw Refused{"signature"};
  }
}

Ledger::Accepted Intake::keep(const OpenUpload& upload, const Digests& digests) {
  const UploadRecord& record = upload.record;
  blobs_.put_file(bundle_blob(record.sha256), upload.file());
  const BundleEntry entry{digests, *minisign::PublicKey::parse(record.key), record.minisig};
  return ledger_.accept(record, entry.text(), clock_());
}

void Intake::complete(const std::shared_ptr<OpenUpload>& upload) {
  const std::lock_guard lock(upload->completing);
  const UploadRecord& record = upload->record;
  Digests digests;
  try {
    if (is_in(record)) return;  // another request was quicker
    digests = upload->digests();
    judge(*upload, digests);
  } catch (const Refused& why) {
    refuse(*upload, why);
  }
  // The place in the chain is this bundle's before its object is kept: an object never is without an owner.
  if (!ledger_.begin_completing(record.member, record.sha256)) {
    if (is_in(record)) return uploads_.drop(*upload);  // it came by courier meanwhile
    refuse_place(*upload);
  }
  switch (keep(*upload, digests)) {
    case Ledger::Accepted::yes:
      break;
    case Ledger::Accepted::already:
      try {
        is_in(record);
      } catch (const Refused& why) {
        refuse(*upload, why);
      }
      break;
    case Ledger::Accepted::closed:
      refuse(*upload, {"revoked"});
    case Ledger::Accepted::sequence_used:
      refuse_place(*upload);
    case Ledger::Accepted::gone:
      throw Refused{"not-found"};
  }
  uploads_.drop(*upload);
  accepted_();
}

Caller Intake::sender(const std::string& minisig) {
  const BundleSignature signature = parse_signature(minisig);
  const auto members = members_.newest();
  for (const MemberLine& line : members->roster().members) {
    if (!line.bundle_key || line.bundle_key->number() != signature.signature.number ||
        !comment_signed(*line.bundle_key, signature.signature)) {
      continue;
    }
    const MemberLine& newest = *members->by_bundle_key(*line.bundle_key);
    if (!newest.active() || ledger_.is_closed(newest.bundle_key->text())) throw Refused{"revoked"};
    return {newest, "", members};
  }
  throw Refused{"signature", "no member's key made it. If its sender waits for approval: approve, and run this again"};
}

void Intake::take_whole(OpenUpload& whole) {
  const UploadRecord& record = whole.record;
  if (is_in(record)) return;
  const Digests digests = whole.digests();
  judge(whole, digests);
  // An upload of the same bundle may end at any moment, and with it what the ledger says of this one.
  for (int attempt = 0; attempt < 3; ++attempt) {
    if (!ledger_.put_completing(record)) {
      check_place(record);
      continue;  // whoever had it has given it up
    }
    switch (keep(whole, digests)) {
      case Ledger::Accepted::yes:
        accepted_();
        return;
      case Ledger::Accepted::already:
        ledger_.remove_upload(record.member, record.sha256, true);
        is_in(record);
        return;
      case Ledger::Accepted::closed:
        ledger_.remove_upload(record.member, record.sha256, true);
        throw Refused{"revoked"};
      case Ledger::Accepted::sequence_used:
        ledger_.remove_upload(record.member, record.sha256, true);
        check_place(record);
        break;
      case Ledger::Accepted::gone:
        break;
    }
  }
  throw Refused{"conflict", "the same bundle is just being uploaded"};
}

void Intake::complete_left_over() {
  for (const UploadRecord& record : ledger_.uploads()) {
    if (!record.completing) continue;
    const auto upload = uploads_.find(record.member, record.sha256);
    if (!upload || !upload->full()) continue;
    try {
      complete(upload);
    } catch (const Refused&) {  // its sender hears of it when he asks
    }
  }
}

}  // namespace depone::relay
