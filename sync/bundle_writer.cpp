#include "sync/bundle_writer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <future>
#include <map>
#include <thread>
#include <utility>

#include "crypto/age/stream.h"
#include "crypto/error.h"
#include "crypto/formats/manifest.h"
#include "crypto/merkle.h"
#include "crypto/padme.h"
#include "crypto/tar.h"
#include "store/outbox.h"
#include "store/records/custody.h"
#include "sync/limits.h"

namespace depone {

namespace {

constexpr std::uint64_t kEnd = 2 * tar::kBlock;
// A stanza is about 1,620 bytes: 1,494 of base64, its label and its body.
constexpr std::uint64_t kStanza = 1700;
// A line of custody with a few revision ids, and as much again for what it may name.
constexpr std::uint64_t kCustodyGuess = 4096;

struct Member {
  std::string path;
  std::string text;  // of all but attachments
  StoredContent content;
  bool attachment = false;
  std::uint64_t size() const { return attachment ? content.size : text.size(); }
};

struct SealedEvent {
  std::string record;
  CustodyEvent event;
};

struct Draft {
  std::vector<Member> members;  // all but manifest.json and padding, in order
  std::vector<SealedEvent> events;
  std::vector<SealedRevision> revisions;
  std::vector<std::string> attachments;
};

CustodyEvent sealed_event(Vault& vault, const Parcel& parcel, std::span<const Reader> readers,
                          Time now) {
  Json detail = Json::object();
  detail["revisions"] = Json::array();
  for (const Parcel::Item& item : parcel.revisions) detail["revisions"].push_back(item.id);
  detail["to"] = Json::array();
  for (const Reader& reader : readers) detail["to"].push_back(reader.line->id);
  return next_custody(vault, parcel.record, "sealed", std::nullopt, detail, now);
}

void add_parcel(Vault& vault, Draft& draft, Parcel& parcel, std::span<const Reader> readers,
                Time now) {
  const std::string folder = "records/" + parcel.record + "/";
  for (Parcel::Item& item : parcel.revisions) {
    draft.members.push_back({folder + item.id + ".json", std::move(item.json), {}});
    draft.members.push_back({folder + item.id + ".fields.jsonl", std::move(item.lines), {}});
    draft.revisions.push_back({parcel.record, item.id});
  }
  // This vault's own chain is the last one, so the event that is not in the database yet goes to
  // the end.
  CustodyEvent event = sealed_event(vault, parcel, readers, now);
  draft.members.push_back(
      {folder + "custody.jsonl", custody_file(vault, parcel.record) + event.line + "\n", {}});
  draft.events.push_back({parcel.record, std::move(event)});
}

std::string checkpoint_of(Vault& vault, const Roster& roster) {
  const RosterLog* log = current_log(roster.head);
  return log == nullptr ? "" : newest_checkpoint(vault, log->origin).value_or("");
}

Draft draft_of(Vault& vault, const Roster& roster, std::vector<Parcel>& parcels,
               std::span<const Reader> readers, Time now) {
  std::sort(parcels.begin(), parcels.end(),
            [](const Parcel& a, const Parcel& b) { return a.record < b.record; });
  Draft draft;
  if (std::string note = checkpoint_of(vault, roster); !note.empty()) {
    draft.members.push_back({"checkpoint", std::move(note), {}});
  }
  std::map<std::string, StoredContent> contents;
  for (Parcel& parcel : parcels) {
    add_parcel(vault, draft, parcel, readers, now);
    for (const StoredContent& content : parcel.attachments)
      contents.emplace(content.sha256, content);
  }
  for (const auto& [sha256, content] : contents) {
    draft.members.push_back({"attachments/" + sha256, {}, content, true});
    draft.attachments.push_back(sha256);
  }
  return draft;
}

Manifest manifest_of(Vault& vault, const Roster& roster, const Draft& draft,
                     const std::vector<BundleTarget>& targets, Time now) {
  Manifest manifest{hex(random_array<16>()),
                    vault.identity().bundle_key(),
                    roster.head.authority,
                    roster.head.version,
                    now,
                    {},
                    {}};
  for (const BundleTarget& target : targets)
    manifest.recipients.push_back({sha256(target.recipient), target.number});
  // By hash, so that the order does not tell who is who.
  std::sort(
      manifest.recipients.begin(), manifest.recipients.end(),
      [](const BundleRecipient& a, const BundleRecipient& b) { return a.recipient < b.recipient; });
  for (const Member& member : draft.members) {
    Sha256 hash{};
    if (member.attachment) {
      hash = sha256_from_hex(member.content.sha256).value();
    } else {
      hash = sha256(member.text);
    }
    manifest.files.push_back({member.path, member.size(), hash});
  }
  return manifest;
}

// What `open` would refuse is not made. Packing stays below; a record with a custody chain without
// measure does not.
void check_size(std::string_view manifest, const Draft& draft) {
  std::uint64_t text = manifest.size();
  for (const Member& member : draft.members) text += member.text.size();
  if (manifest.size() > kMaxManifest || text > kMaxText || draft.members.size() > kMaxMembers) {
    throw Error(
        Code::refused,
        "what one record holds, attachments apart, is more than a bundle can; nothing was sealed",
        draft.events.empty() ? "" : draft.events.front().record);
  }
}

Sha256 root_of(std::string_view manifest, const Draft& draft) {
  merkle::Accumulator tree;
  tree.add(merkle::leaf_hash(as_bytes(manifest)));
  for (const Member& member : draft.members) {
    if (is_root_leaf(parse_member_path(member.path).value().kind))
      tree.add(merkle::leaf_hash(as_bytes(member.text)));
  }
  return tree.root();
}

std::uint64_t padding_of(std::string_view manifest, const Draft& draft) {
  std::uint64_t length = tar::member_size(manifest.size()) + tar::member_size(0) + kEnd;
  for (const Member& member : draft.members) length += tar::member_size(member.size());
  // Both are whole blocks: from 16 KiB on Padmé rounds up to multiples of 1 KiB and more.
  return padme(std::max(length, kSmallestArchive)) - length;
}

void write_content(Vault& vault, tar::Writer& archive, const Member& member) {
  std::vector<std::uint8_t> buffer(256u << 10);
  const Wiped wiped(buffer);
  archive.begin(member.path, member.size());
  const auto content = open_content(vault, member.content.sha256);
  while (const std::size_t got = content->read(buffer)) archive.write(ByteView(buffer).first(got));
}

void write_archive(Vault& vault, Sink& out, std::string_view manifest, const Draft& draft) {
  static constexpr std::array<std::uint8_t, 64u << 10> kZeros{};
  tar::Writer archive(out);
  archive.add("manifest.json", as_bytes(manifest));
  for (const Member& member : draft.members) {
    if (member.attachment) {
      write_content(vault, archive, member);
    } else {
      archive.add(member.path, as_bytes(member.text));
    }
  }
  std::uint64_t padding = padding_of(manifest, draft);
  archive.begin("padding", padding);
  while (padding > 0) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(padding, kZeros.size()));
    archive.write(ByteView(kZeros).first(part));
    padding -= part;
  }
  archive.end();
}

// The bundle's file in outbox/; gone again unless it was recorded.
class OutboxFile {
 public:
  explicit OutboxFile(const Vault& vault)
      : name_(random_name()), path_(vault.outbox_dir() / name_) {}
  OutboxFile(const OutboxFile&) = delete;
  OutboxFile& operator=(const OutboxFile&) = delete;
  ~OutboxFile() {
    if (kept_) return;
    try {
      remove_file(path_);
    } catch (const Error&) {
      // The sweep at the next opening does it.
    }
  }
  const std::string& name() const { return name_; }
  const fs::path& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  std::string name_;
  fs::path path_;
  bool kept_ = false;
};

Digests write_file(Vault& vault, const fs::path& path, std::string_view manifest,
                   const Draft& draft, std::span<const Reader> readers, bool archive) {
  std::vector<age::HybridRecipient> recipients;
  for (const Reader& reader : readers) recipients.push_back(reader.recipient);
  if (archive) recipients.push_back(vault.identity().archive);
  FileSink file(path);
  DigestingSink digesting(file);
  const auto encryptor = age::Encryptor::for_bundle(recipients, digesting);
  write_archive(vault, *encryptor, manifest, draft);
  encryptor->finish();
  return digesting.digests();
}

// A bundle on its way: all that is needed to write its file without the database, attachments
// apart.
struct Work {
  Work(const Vault& vault, Draft planned, std::vector<Reader> to)
      : draft(std::move(planned)), readers(std::move(to)), file(vault) {}
  Draft draft;
  std::vector<Reader> readers;
  OutgoingBundle bundle;
  std::string manifest;
  OutboxFile file;
  Digests digests;

  bool has_content() const { return !draft.attachments.empty(); }
  void write(Vault& vault, bool archive) {
    digests = write_file(vault, file.path(), manifest, draft, readers, archive);
  }
};

// Each signature names the bundle before it, so they are made in order.
void sign(const Vault& vault, Work& work, const ChainPosition& place) {
  OutgoingBundle& bundle = work.bundle;
  bundle.chain = place.chain;
  bundle.sequence = place.sequence;
  bundle.sha256 = hex(work.digests.sha256);
  bundle.size = work.digests.size;
  bundle.file = work.file.name();
  const BundleComment comment{place.chain, place.sequence, place.previous,
                              root_of(work.manifest, work.draft)};
  bundle.minisig = minisign::sign(vault.identity().bundle, work.digests.blake2b, kBundleUntrusted,
                                  comment.text())
                       .text();
}

}  // namespace

std::uint64_t parcel_text(const Parcel& parcel) {
  std::uint64_t size = tar::member_size(kCustodyGuess);
  for (const Parcel::Item& item : parcel.revisions) {
    size += tar::member_size(item.json.size()) + tar::member_size(item.lines.size());
  }
  return size;
}

std::uint64_t parcel_content(const Parcel& parcel) {
  std::uint64_t size = 0;
  for (const StoredContent& content : parcel.attachments) size += tar::member_size(content.size);
  return size;
}

std::size_t parcel_members(const Parcel& parcel) {
  return 2 * parcel.revisions.size() + 1 + parcel.attachments.size();
}

std::uint64_t bundle_file_size(std::uint64_t archive, std::size_t readers) {
  std::uint64_t stanzas = 2;
  while (stanzas < readers) stanzas *= 2;
  return stanzas * kStanza + age::payload_size(padme(std::max(archive, kSmallestArchive)));
}

// The numbers that bundles take: what the database says, and on from there.
class BundleWriter::Numbers {
 public:
  explicit Numbers(Vault& vault) : vault_(vault) {}

  std::vector<BundleTarget> targets(std::span<const Reader> readers, bool archive) {
    std::vector<BundleTarget> out;
    for (const Reader& reader : readers) {
      out.push_back({reader.line->id, reader.line->recipient, take(reader.line->recipient)});
    }
    if (archive) {
      if (archive_.empty()) archive_ = vault_.identity().archive.text();
      out.push_back({"", archive_, take(archive_)});
    }
    return out;
  }

 private:
  std::uint64_t take(const std::string& recipient) {
    auto known = next_.find(recipient);
    if (known == next_.end()) {
      known = next_.emplace(recipient, next_number(vault_, recipient)).first;
    }
    return known->second++;
  }

  Vault& vault_;
  std::string archive_;  // the vault's own archive recipient, in its long text
  std::map<std::string, std::uint64_t> next_;
};

struct BundleWriter::Group {
  std::deque<Work> works;
  std::atomic<std::size_t> next = 0;  // of works, for the threads
  std::vector<std::future<void>> threads;

  ~Group() {
    next = works.size();
    threads.clear();  // waits for each
  }

  bool has_content() const {
    return std::any_of(works.begin(), works.end(),
                       [](const Work& work) { return work.has_content(); });
  }

  void start(Vault& vault, bool archive) {
    const auto small = static_cast<std::size_t>(std::count_if(
        works.begin(), works.end(), [](const Work& work) { return !work.has_content(); }));
    const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < std::min(cores, small); ++i) {
      threads.push_back(std::async(std::launch::async, [this, &vault, archive] {
        for (std::size_t at = next++; at < works.size(); at = next++) {
          if (!works[at].has_content()) works[at].write(vault, archive);
        }
      }));
    }
    // Those with attachments read the vault, and use all cores by themselves.
    for (Work& work : works) {
      if (work.has_content()) work.write(vault, archive);
    }
  }

  void wait() {
    for (auto& thread : threads) thread.get();
    threads.clear();
  }
};

BundleWriter::BundleWriter(Vault& vault, const Roster& roster, bool archive)
    : vault_(vault),
      roster_(roster),
      archive_(archive),
      numbers_(std::make_unique<Numbers>(vault)) {}
BundleWriter::~BundleWriter() = default;

std::vector<std::string> BundleWriter::begin(std::vector<BundleOrder> orders, Time now) {
  auto group = std::make_unique<Group>();
  for (BundleOrder& order : orders) {
    Draft draft = draft_of(vault_, roster_, order.parcels, order.readers, now);
    Work& work = group->works.emplace_back(vault_, std::move(draft), std::move(order.readers));
    work.bundle.targets = numbers_->targets(work.readers, archive_);
    work.manifest = manifest_of(vault_, roster_, work.draft, work.bundle.targets, now).json();
    check_size(work.manifest, work.draft);
  }
  std::vector<std::string> recorded;
  // What is ready does not wait for an attachment, which may take long.
  if (group->has_content()) recorded = finish();
  if (running_) running_->wait();
  const auto before = std::exchange(running_, std::move(group));
  running_->start(vault_, archive_);
  if (before) recorded = record(*before);
  return recorded;
}

std::vector<std::string> BundleWriter::finish() {
  if (!running_) return {};
  running_->wait();
  const auto group = std::exchange(running_, nullptr);
  return record(*group);
}

std::vector<std::string> BundleWriter::record(Group& group) {
  ChainPosition place = chain_position(vault_);
  std::vector<std::string> made;
  for (Work& work : group.works) {
    sign(vault_, work, place);
    made.push_back(work.bundle.sha256);
    place.previous = work.bundle.sha256;
    ++place.sequence;
  }
  Tx tx(vault_.db());
  for (const Work& work : group.works) {
    for (const SealedEvent& sealed : work.draft.events) {
      append_custody(vault_, sealed.record, sealed.event);
    }
    add_outgoing(vault_, work.bundle, work.draft.revisions, work.draft.attachments);
  }
  tx.commit();
  for (Work& work : group.works) work.file.keep();
  return made;
}

}  // namespace depone
