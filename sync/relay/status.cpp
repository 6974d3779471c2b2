#include "sync/relay/status.h"

#include <sys/statvfs.h>

#include "crypto/error.h"
#include "sync/relay/roster_admin.h"

namespace depone::relay {

namespace {

constexpr std::size_t kPage = 1'000;

void count_bundles(Ledger& ledger, Status& status) {
  std::uint64_t next = 0;
  for (;;) {
    const auto page = ledger.bundles(next, kPage);
    if (page.empty()) return;
    for (const BundleRecord& bundle : page) {
      ++status.bundles;
      status.bytes += bundle.size;
    }
    next = page.back().index + 1;
  }
}

void count_members(Directory& relay, Status& status, Time now) {
  for (const MemberEntry& member : list_members(relay, now)) {
    switch (member.state) {
      case MemberState::member:
        ++status.members;
        break;
      case MemberState::pending:
        ++status.pending;
        break;
      case MemberState::invited:
        ++status.invited;
        break;
      case MemberState::revoked:
        ++status.revoked;
        break;
      case MemberState::refused:
        break;
    }
  }
}

}  // namespace

Status status_of(Directory& relay, Time now) {
  Status out;
  out.organisation = relay.config().organisation;
  out.url = relay.config().url;
  out.origin = relay.config().origin;
  const Head head = relay.ledger().head();
  out.log_size = head.size;
  out.checkpoint = head.note;
  out.waiting = relay.ledger().count_waiting();
  count_bundles(relay.ledger(), out);
  if (const auto roster = relay.ledger().roster(std::nullopt)) {
    out.roster = roster->version;
    out.expires = RosterHead::parse(roster->head).expires.text();
  }
  count_members(relay, out, now);
  out.uploads = relay.ledger().uploads().size();
  struct statvfs info {};
  if (::statvfs(relay.path().c_str(), &info) != 0) throw_errno("asking for free space", relay.path());
  out.disk_free = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  out.serving = !relay.try_sequencer_lock();
  return out;
}

}  // namespace depone::relay
