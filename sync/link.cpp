#include "sync/link.h"

#include <algorithm>

#include "crypto/error.h"
#include "sync/remote/http.h"
#include "sync/remote/url.h"

namespace depone {

namespace {

struct Address {
  std::string url;
  std::vector<std::string> pins;
};

// Through Tor the onion service where there is one, else what is reached without; the first of those.
std::string best_of(const std::vector<std::string>& urls) {
  const bool tor = tor_proxy().has_value();
  const auto found = std::find_if(urls.begin(), urls.end(), [&](const std::string& url) {
    return Url::parse(url).onion() == tor;
  });
  return found == urls.end() ? urls.front() : *found;
}

std::optional<Address> address_of(Vault& vault) {
  if (const auto roster = newest_roster(vault)) {
    for (const RosterRelay& relay : roster->head.relays) {
      if (!relay.urls.empty()) return Address{best_of(relay.urls), relay.pins};
    }
  }
  const auto known = enrolment(vault);
  if (!known || known->invite.empty()) return std::nullopt;
  const Invite invite = Invite::parse(known->invite);
  Address address{invite.url, {}};
  if (invite.pin) address.pins.push_back(base64url(*invite.pin));
  return address;
}

}  // namespace

std::unique_ptr<RelayClient> relay_of(Vault& vault, const Clock& clock) {
  auto address = address_of(vault);
  if (!address) {
    throw Error(Code::refused,
                "this vault has not joined an organisation yet, so there is no relay to speak to. "
                "Ask the operator for an invite and run: depone join INVITE");
  }
  return std::make_unique<RelayClient>(std::move(address->url), std::move(address->pins),
                                       &vault.identity().request, clock);
}

std::string relay_url(Vault& vault) {
  const auto address = address_of(vault);
  return address ? address->url : "";
}

const RosterLog* current_log(const RosterHead& head) {
  const auto found = std::find_if(head.logs.rbegin(), head.logs.rend(),
                                  [](const RosterLog& log) { return !log.final_checkpoint; });
  return found == head.logs.rend() ? nullptr : &*found;
}

Time judged_now(const Roster& roster, const Clock& clock) {
  return std::max(clock(), roster.head.issued);
}

void note_checkpoint(Vault& vault, const Checkpoint& checkpoint, std::string_view note) {
  if (const auto held = newest_checkpoint(vault, checkpoint.origin)) {
    const Checkpoint known = Checkpoint::parse(Note::parse(*held).text);
    if (known.size == checkpoint.size && known.root != checkpoint.root) {
      throw Error(
          Code::mismatch,
          "the relay signed two different logs of the same size. Keep this vault as it is and "
          "tell the organisation: something that was delivered may have been replaced",
          checkpoint.origin + ", size " + std::to_string(checkpoint.size));
    }
  }
  save_checkpoint(vault, checkpoint.origin, checkpoint.size, note);
}

}  // namespace depone
