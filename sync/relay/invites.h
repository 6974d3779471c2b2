#pragma once

#include <string>

#include "crypto/formats/invite.h"
#include "sync/relay/directory.h"

namespace depone::relay {

inline constexpr std::int64_t kInviteSeconds = 72 * 3'600;

struct InviteWish {
  Role role = Role::monitor;
  std::string member_class;  // "": desk for desks, monitor for monitors, auditor for auditors
  std::string name;          // "": the role and the next number
  std::int64_t seconds = kInviteSeconds;
};
struct NewInvite {
  Invite invite;
  std::string member;  // the id that `approve` asks for
  Time expires;
};
// Code::usage for a name of which no id can be made; refused where the id is taken.
NewInvite make_invite(Directory& relay, const InviteWish& wish, Time now);

}  // namespace depone::relay
