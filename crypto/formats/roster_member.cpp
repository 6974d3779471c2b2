// Member lines, alone and with their proofs; declared in roster.h.
#include <algorithm>
#include <set>

#include "crypto/age/recipients.h"
#include "crypto/error.h"
#include "crypto/formats/invite.h"
#include "crypto/formats/json_path.h"
#include "crypto/formats/roster.h"
#include "crypto/identity.h"
#include "crypto/json.h"

namespace depone {
namespace {

constexpr std::string_view kWhat = "member line";
constexpr std::size_t kMaxLine = 1u << 20;
constexpr std::size_t kMaxLast = 4096;

bool is_short_name(std::string_view text, bool underscore) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || (underscore && c == '_');
  });
}

std::string recipient_of(const JsonObject& object, std::string_view key) {
  std::string text = object.string(key);
  if (!age::HybridRecipient::parse(text)) object.fail(key, "an age1pq1… recipient");
  return text;
}

LastBundle parse_last(const Json& value, std::size_t i) {
  const JsonObject object(value, std::string(kWhat) + ": last[" + std::to_string(i) + "]",
                          {"chain", "sequence", "bundle", "index"}, UnknownKeys::ignore);
  LastBundle out{object.string("chain"), object.integer("sequence"), object.string("bundle"),
                 object.integer("index")};
  if (!exactly<8>(from_hex(out.chain))) object.fail("chain", "16 hex digits");
  if (out.sequence == 0) object.fail("sequence", "a number from 1");
  if (!sha256_from_hex(out.bundle)) object.fail("bundle", "a SHA-256 in hex");
  return out;
}

void parse_keys(const JsonObject& object, MemberLine& line) {
  const auto request_key = parse_request_key(object.string("request_key"));
  if (!request_key) object.fail("request_key", "an Ed25519 public key in base64");
  line.request_key = *request_key;
  if (line.role == Role::auditor) {
    for (const std::string_view key : {"bundle_key", "recipient", "archive"}) {
      if (!object.at(key).is_null()) object.fail(key, "null for an auditor");
    }
    return;
  }
  line.bundle_key = minisign::PublicKey::parse(object.string("bundle_key"));
  if (!line.bundle_key) object.fail("bundle_key", "a minisign public key");
  line.recipient = recipient_of(object, "recipient");
  line.archive = recipient_of(object, "archive");
}

}  // namespace

std::string_view role_text(Role role) {
  switch (role) {
    case Role::monitor:
      return "monitor";
    case Role::desk:
      return "desk";
    case Role::auditor:
      return "auditor";
  }
  return {};
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::monitor, Role::desk, Role::auditor}) {
    if (role_text(role) == text) return role;
  }
  return std::nullopt;
}

bool is_member_id(std::string_view text) { return is_short_name(text, false); }
bool is_class_name(std::string_view text) { return is_short_name(text, true); }

MemberLine MemberLine::parse(std::string_view line) {
  const Json value = parse_json(line, kWhat, kMaxLine);
  const JsonObject object(value, kWhat,
                          {"id", "name", "role", "class", "bundle_key", "request_key", "recipient",
                           "archive", "since", "until", "last"},
                          UnknownKeys::ignore);
  if (line.find('\n') != std::string_view::npos)
    throw Error(Code::malformed, "a line holds no line break", std::string(kWhat));
  MemberLine out;
  out.id = object.string("id");
  if (!is_member_id(out.id)) object.fail("id", "1 to 32 small letters, digits and hyphens");
  out.name = object.string("name");
  if (!is_pseudonym(out.name)) object.fail("name", "1 to 64 characters, no control characters");
  const auto role = parse_role(object.string("role"));
  if (!role) object.fail("role", "monitor, desk or auditor");
  out.role = *role;
  out.member_class = object.string("class");
  if (!is_class_name(out.member_class))
    object.fail("class", "1 to 32 small letters, digits, hyphens and underscores");
  parse_keys(object, out);
  const auto since = Time::parse(object.string("since"));
  if (!since) object.fail("since", "a time");
  out.since = *since;
  if (const auto text = object.string_or_null("until")) {
    out.until = Time::parse(*text);
    if (!out.until) object.fail("until", "a time, or null");
  }
  const Json& last = object.array("last", kMaxLast);
  for (std::size_t i = 0; i < last.size(); ++i) out.last.push_back(parse_last(last[i], i));
  return out;
}

std::string MemberLine::json() const {
  const auto or_null = [this](const std::string& text) {
    return bundle_key ? Json(text) : Json(nullptr);
  };
  Json last_list = Json::array();
  for (const LastBundle& one : last) {
    last_list.push_back(Json{{"chain", one.chain},
                             {"sequence", one.sequence},
                             {"bundle", one.bundle},
                             {"index", one.index}});
  }
  return dump_json(Json{{"id", id},
                        {"name", name},
                        {"role", role_text(role)},
                        {"class", member_class},
                        {"bundle_key", bundle_key ? Json(bundle_key->text()) : Json(nullptr)},
                        {"request_key", request_key_text(request_key)},
                        {"recipient", or_null(recipient)},
                        {"archive", or_null(archive)},
                        {"since", since.text()},
                        {"until", until ? Json(until->text()) : Json(nullptr)},
                        {"last", std::move(last_list)}});
}

std::string MemberLine::fingerprint() const {
  return depone::fingerprint(bundle_key ? bundle_key->text() : "", request_key_text(request_key),
                             recipient, archive);
}

ProvenLine ProvenLine::parse(std::string_view json_line) {
  const std::string what = "proven member line";
  const Json value = parse_json(json_line, what, 2 * kMaxLine);
  const JsonObject object(value, what, {"line", "index", "path"});
  return {object.string("line", kMaxLine), object.integer("index"), path_from(object)};
}

std::string ProvenLine::json() const {
  return dump_json(Json{{"line", line}, {"index", index}, {"path", path_json(path)}});
}

bool covered_by_last(
    const MemberLine& line, std::string_view bundle, std::string_view chain,
    std::optional<std::uint64_t> receipt_index,
    const std::function<std::optional<std::string>(std::string_view)>& previous_of) {
  std::set<std::string> seen;  // ends where what previous_of was told goes round
  for (const LastBundle& last : line.last) {
    for (std::optional<std::string> at = last.bundle; at && seen.insert(*at).second;
         at = previous_of(*at)) {
      if (*at == bundle) return true;
    }
  }
  return receipt_index &&
         std::any_of(line.last.begin(), line.last.end(), [&](const LastBundle& last) {
           return last.chain == chain && *receipt_index <= last.index;
         });
}

}  // namespace depone
