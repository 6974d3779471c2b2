#include "sync/relay/message.h"

#include <algorithm>
#include <array>

namespace depone::relay {

namespace {

struct Kind {
  std::string_view name;
  int status;
  std::string_view title;
};

constexpr std::array kKinds{
    Kind{"client-old", 426, "This program is too old for the relay: upgrade depone, or depone-audit. Nothing was changed."},
    Kind{"relay-old", 501, "The relay is older than this program: its operator must upgrade it. Nothing was changed."},
    Kind{"unauthorized", 401, "Who asks is not known here, or may not have this."},
    Kind{"clock", 401, "The request's time is off by more than five minutes."},
    Kind{"pending", 403, "You have joined and are not yet approved."},
    Kind{"revoked", 403, "These keys are not a member's any more."},
    Kind{"role", 403, "A member of this role may not do this."},
    Kind{"invite", 403, "The invite is used up, expired or not known."},
    Kind{"key-taken", 409, "One of the keys belongs to another member."},
    Kind{"malformed", 400, "The request, or a file in it, is not of its format."},
    Kind{"sequence-used", 422, "Another bundle has this place in the chain."},
    Kind{"signature", 422, "The bundle's signature or hash does not hold."},
    Kind{"other-signature", 422, "The same bundle was delivered with another signature."},
    Kind{"too-large", 413, "This is larger than is taken here."},
    Kind{"failures", 429, "Too many requests of nobody known came lately; those of members are answered."},
    Kind{"quota", 429, "The limit of this member is used up for now."},
    Kind{"busy", 503, "Too much is going on."},
    Kind{"storage-full", 507, "The disk is full."},
    Kind{"not-found", 404, "There is no such thing here."},
    Kind{"offset", 409, "The upload is at another place."},
    Kind{"method", 405, "This method is not for this address."},
    Kind{"unsupported", 415, "This way of asking is not known here."},
    Kind{"conflict", 409, "The stored state moved on; read it again."},
    Kind{"failed", 500, "Something went wrong here; nothing was lost."},
};

constexpr std::array<std::string_view, 7> kDays{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // 1970-01-01 first
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

const std::string* Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? nullptr : &found->second;
}

std::string Request::query_value(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

bool Request::parse_target() {
  const bool visible = std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  if (target.empty() || target[0] != '/' || !visible) return false;
  const std::size_t mark = target.find('?');
  path = target.substr(0, mark);
  if (mark == std::string::npos) return true;
  const std::string text = target.substr(mark + 1);
  for (const std::string_view part : split(text, '&')) {
    const std::size_t equals = std::min(part.find('='), part.size());
    const auto name = percent_decode(part.substr(0, equals));
    const auto value = percent_decode(equals < part.size() ? part.substr(equals + 1) : std::string_view());
    if (!name || !value) return false;
    query.emplace(*name, *value);
  }
  return true;
}

Response text_response(int status, std::string type, std::string body) {
  Response out;
  out.status = status;
  out.body = std::move(body);
  out.with("Content-Type", std::move(type));
  return out;
}

Problem as_problem(const Refused& refused) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& kind) { return kind.name == refused.name; });
  const Kind& kind = found == kKinds.end() ? kKinds.back() : *found;
  return {refused.status != 0 ? refused.status : kind.status, std::string(kind.name), std::string(kind.title),
          refused.detail};
}

Response problem_response(const Refused& refused) {
  const Problem problem = as_problem(refused);
  Response out = text_response(problem.status, "application/problem+json", problem.json() + "\n");
  if (problem.status == 401) out.with("WWW-Authenticate", "Signature");
  for (const auto& [name, value] : refused.headers) out.with(name, value);
  return out;
}

std::string http_date(Time time) {
  const std::string text = time.text();  // 2026-11-24T09:30:00Z
  const std::int64_t day = (time.seconds >= 0 ? time.seconds : time.seconds - 86'399) / 86'400;
  const auto month = static_cast<std::size_t>((text[5] - '0') * 10 + text[6] - '0' - 1);
  return std::string(kDays[static_cast<std::size_t>((day % 7 + 7) % 7)]) + ", " + text.substr(8, 2) + " " +
         std::string(kMonths[month]) + " " + text.substr(0, 4) + " " + text.substr(11, 8) + " GMT";
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace depone::relay
