#include "sync/relay/uploads.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "crypto/error.h"
#include "sync/relay/message.h"

namespace depone::relay {

namespace {

constexpr std::size_t kKept = 256;  // hash states of uploads that nobody writes just now

[[noreturn]] void fail_write(const fs::path& path) {
  if (errno == ENOSPC || errno == EDQUOT) throw Refused{"storage-full"};
  throw_errno("writing", path);
}

}  // namespace

OpenUpload::OpenUpload(UploadRecord of, fs::path file)
    : record(std::move(of)), path_(std::move(file)),
      fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600)) {
  struct stat info {};
  if (!fd_ || ::fstat(fd_.fd(), &info) != 0) throw_errno("writing", path_);
  size_ = static_cast<std::uint64_t>(info.st_size);
  if (size_ == 0) start_hash();
}

OpenUpload::Turn OpenUpload::take_turn() {
  const std::lock_guard lock(mutex_);
  return ++turn_;
}

OpenUpload::Turn OpenUpload::take_turn_at(std::uint64_t offset) {
  const std::lock_guard lock(mutex_);
  if (offset != size_) throw Refused{"offset", "", {{"Upload-Offset", std::to_string(size_)}}};
  return ++turn_;
}

void OpenUpload::check_turn(Turn turn) const {
  if (turn != turn_) throw Refused{"offset", "another request goes on with this upload"};
}

void OpenUpload::start_hash() {
  nowhere_ = std::make_unique<NullSink>();
  hash_ = std::make_unique<DigestingSink>(*nowhere_);
}

void OpenUpload::forget_hash() {
  hash_.reset();
  nowhere_.reset();
}

void OpenUpload::write(Turn turn, ByteView bytes) {
  const std::lock_guard lock(mutex_);
  check_turn(turn);
  if (bytes.size() > record.size - std::min(size_, record.size)) throw Refused{"too-large"};
  if (!hash_) {  // after a restart
    start_hash();
    FileSource so_far(path_);
    copy(so_far, *hash_);
  }
  ByteView rest = bytes;
  while (!rest.empty()) {
    const ssize_t put = ::write(fd_.fd(), rest.data(), rest.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      forget_hash();
      fail_write(path_);
    }
    size_ += static_cast<std::uint64_t>(put);
    rest = rest.subspan(static_cast<std::size_t>(put));
  }
  hash_->write(bytes);
}

void OpenUpload::sync(Turn turn) {
  const std::lock_guard lock(mutex_);
  check_turn(turn);
  if (::fsync(fd_.fd()) != 0) fail_write(path_);
}

void OpenUpload::cut_to(Turn turn, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  check_turn(turn);
  forget_hash();
  if (::ftruncate(fd_.fd(), static_cast<off_t>(size)) != 0) fail_write(path_);
  size_ = size;
}

std::uint64_t OpenUpload::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

Digests OpenUpload::digests() {
  const std::lock_guard lock(mutex_);
  if (hash_) {
    Digests out = hash_->digests();  // which ends it
    forget_hash();
    return out;
  }
  FileSource all(path_);
  return digest_all(all);
}

std::shared_ptr<OpenUpload> Uploads::find(std::string_view member, std::string_view sha256) {
  const Key key(member, sha256);
  const auto record = ledger_.upload(member, sha256);
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(key);
  if (!record) {
    if (found != open_.end()) open_.erase(found);
    return nullptr;
  }
  if (found != open_.end() && found->second->record.staging == record->staging) return found->second;
  if (open_.size() >= kKept) std::erase_if(open_, [](const auto& entry) { return entry.second.use_count() == 1; });
  auto upload = std::make_shared<OpenUpload>(*record, staging_ / record->staging);
  open_[key] = upload;
  return upload;
}

std::shared_ptr<OpenUpload> Uploads::begin(UploadRecord record) {
  if (const auto before = find(record.member, record.sha256); before && !end(*before)) throw Refused{"conflict"};
  record.staging = random_name();
  ledger_.put_upload(record);
  return find(record.member, record.sha256);
}

void Uploads::drop(const OpenUpload& upload) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find({upload.record.member, upload.record.sha256});
    if (found != open_.end() && found->second.get() == &upload) open_.erase(found);
  }
  remove_file(upload.file());
}

bool Uploads::end(const OpenUpload& upload, bool even_completing) {
  if (!ledger_.remove_upload(upload.record.member, upload.record.sha256, even_completing)) return false;
  drop(upload);
  return true;
}

void Uploads::sweep(Time untouched_since) {
  std::set<std::string> known;
  for (const UploadRecord& record : ledger_.uploads()) {
    bool arriving = false;
    {
      const std::lock_guard lock(mutex_);
      arriving = arriving_.contains(record.member);
    }
    if (record.touched < untouched_since && !arriving && !record.completing) {
      if (const auto upload = find(record.member, record.sha256)) end(*upload);
    } else {
      known.insert(record.staging);
    }
  }
  for (const std::string& name : names_in(staging_)) {
    if (!is_random_name(name) || known.contains(name)) continue;
    // One that was begun since the list was made is in the ledger by now.
    bool begun = false;
    for (const UploadRecord& record : ledger_.uploads()) begun = begun || record.staging == name;
    if (!begun) remove_file(staging_ / name);
  }
}

Uploads::Arriving::Arriving(Uploads& uploads, std::string member, std::uint64_t limit)
    : uploads_(uploads), member_(std::move(member)) {
  const std::lock_guard lock(uploads_.mutex_);
  std::uint64_t& count = uploads_.arriving_[member_];
  if (count >= limit) throw Refused{"busy", "too many uploads of yours arrive at once", {{"Retry-After", "5"}}, 429};
  ++count;
}

Uploads::Arriving::~Arriving() {
  const std::lock_guard lock(uploads_.mutex_);
  const auto found = uploads_.arriving_.find(member_);
  if (found != uploads_.arriving_.end() && --found->second == 0) uploads_.arriving_.erase(found);
}

}  // namespace depone::relay
