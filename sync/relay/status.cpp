#include "sync/relay/status.h"

#include <sys/statvfs.h>

#include <algorithm>

#include "crypto/error.h"
#include "sync/relay/roster_admin.h"

namespace depone::relay {

namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kRateDays = 30;    // that the forecast is from
constexpr std::uint64_t kDiskDays = 14;   // and fewer left is said
constexpr std::int64_t kCertificateDays = 14;
constexpr std::int64_t kRosterDays = 30;

void count_bundles(Directory& relay, Status& status, Time now) {
  const std::int64_t today = now.seconds / kDay;
  std::int64_t first = today;
  std::uint64_t lately = 0;
  for (const Ledger::Day& day : relay.ledger().days()) {
    status.bundles += day.taken.bundles;
    status.bytes += day.taken.bytes;
    if (day.day <= today - kRateDays) continue;
    first = std::min(first, day.day);
    lately += day.taken.bytes;
  }
  struct statvfs info {};
  if (::statvfs(relay.path().c_str(), &info) != 0) throw_errno("asking for free space", relay.path());
  status.disk_free = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  status.disk_reserve = relay.settings().limits().disk_reserve_bytes;
  const std::uint64_t room = status.disk_free - std::min(status.disk_free, status.disk_reserve);
  const std::uint64_t a_day = lately / static_cast<std::uint64_t>(today - first + 1);
  if (a_day > 0) status.disk_days = room / a_day;
  if (room == 0) {
    status.warnings.emplace_back("the disk is below the reserve: nothing is taken in. Make room, or move the relay");
  } else if (status.disk_days.value_or(kDiskDays) < kDiskDays) {
    status.warnings.push_back("the disk will be full in " + std::to_string(*status.disk_days) +
                              " days at the rate of late. Make room, or move the relay");
  }
}

void add_certificate(Directory& relay, Status& status, Time now) {
  const TlsFiles tls = relay.tls_files();
  if (!tls.any()) return;
  try {
    const Time expires = tls_expires(tls.certificate);
    status.certificate_expires = expires.text();
    if (expires.seconds - now.seconds >= kCertificateDays * kDay) return;
    status.warnings.push_back((expires <= now ? "the TLS certificate expired at " : "the TLS certificate expires at ") +
                              expires.text() + ". Renew it, then send SIGHUP to the server");
  } catch (const Error& error) {
    status.warnings.push_back(std::string("the TLS certificate cannot be read: ") + error.what());
  }
}

void add_roster(Directory& relay, Status& status, Time now) {
  const auto roster = relay.ledger().roster(std::nullopt);
  if (!roster) {
    status.warnings.emplace_back("no roster is published yet: nobody can join or send");
    return;
  }
  status.roster = roster->version;
  const Time expires = RosterHead::parse(roster->head).expires;
  status.expires = expires.text();
  if (expires.seconds - now.seconds < kRosterDays * kDay) {
    status.warnings.push_back("the roster counts until " + expires.text() +
                              " only: members are told that it is old. Sign it again");
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
  count_bundles(relay, out, now);
  count_members(relay, out, now);
  out.uploads = relay.ledger().uploads().size();
  out.serving = !relay.try_sequencer_lock();
  add_certificate(relay, out, now);
  add_roster(relay, out, now);
  return out;
}

}  // namespace depone::relay
