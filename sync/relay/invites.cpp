#include "sync/relay/invites.h"

#include "crypto/error.h"
#include "sync/relay/roster_admin.h"

namespace depone::relay {

namespace {

// "Monitor 1" is monitor-1.
std::string id_from(std::string_view name) {
  std::string id;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      id += static_cast<char>(c + 32);
    } else if (c == ' ' || c == '_' || c == '.') {
      id += '-';
    } else {
      id += c;
    }
  }
  if (!is_member_id(id)) {
    throw Error(Code::usage,
                "a member's id has 1 to 32 small letters, digits and hyphens. Take a pseudonym: it is seen by everybody "
                "who reads the roster",
                std::string(name));
  }
  return id;
}

// What a newcomer must find, who has no roster yet: the first of those that the roster pins.
std::optional<Sha256> pin_of(Directory& relay) {
  const std::vector<std::string> pins = pins_of(relay);
  return pins.empty() ? std::nullopt : exactly<32>(from_base64url(pins.front()));
}

}  // namespace

NewInvite make_invite(Directory& relay, const InviteWish& wish, Time now) {
  const StoredRoster roster = relay.newest_roster();
  InviteRecord record;
  record.id = random_array<8>();
  record.secret = random_array<16>();
  record.role = wish.role;
  record.member_class = wish.member_class.empty() ? std::string(role_text(wish.role)) : wish.member_class;
  record.expires = Time{now.seconds + wish.seconds};
  if (!is_class_name(record.member_class)) {
    throw Error(Code::usage, "a class has 1 to 32 small letters, digits, hyphens and underscores", record.member_class);
  }
  const Invite invite{relay.config().url, relay.config().authority, relay.log_name().key, record.id,
                      record.secret, static_cast<std::uint32_t>(roster.version), pin_of(relay)};
  Invite::parse(invite.text());  // Code::invalid before anything is kept
  if (!wish.name.empty()) {
    record.member = id_from(wish.name);
    relay.ledger().add_invite(record, now);
    return {invite, record.member, record.expires};
  }
  for (unsigned number = 1;; ++number) {
    record.member = std::string(role_text(wish.role)) + "-" + std::to_string(number);
    try {
      relay.ledger().add_invite(record, now);
      return {invite, record.member, record.expires};
    } catch (const Error& error) {
      if (error.code() != Code::refused || number == 100'000) throw;
    }
  }
}

}  // namespace depone::relay
