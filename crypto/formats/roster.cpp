#include "crypto/formats/roster.h"

#include <algorithm>

#include "crypto/code_points.h"
#include "crypto/error.h"
#include "crypto/formats/checkpoint.h"
#include "crypto/json.h"

namespace depone {
namespace {

constexpr std::string_view kFormat = "depone/roster/1";
constexpr std::string_view kUntrusted = "depone roster";
constexpr std::string_view kHead = "roster.json";
constexpr std::string_view kMinisig = "roster.json.minisig";
constexpr std::size_t kMaxHead = 4u << 20;
constexpr std::size_t kMaxList = 1000;
constexpr std::uint64_t kMaxInteger = (std::uint64_t{1} << 53) - 1;

std::optional<minisign::PublicKey> key_or_null(const JsonObject& object, std::string_view name) {
  const auto text = object.string_or_null(name);
  if (!text) return std::nullopt;
  const auto key = minisign::PublicKey::parse(*text);
  if (!key) object.fail(name, "a minisign public key");
  return key;
}

Time time_of(const JsonObject& object, std::string_view name) {
  const auto time = Time::parse(object.string(name));
  if (!time) object.fail(name, "a time");
  return *time;
}

std::vector<std::string> strings(const JsonObject& object, std::string_view name) {
  std::vector<std::string> out;
  for (const Json& item : object.array(name, kMaxList)) {
    if (!item.is_string() || item.get_ref<const std::string&>().size() > 8192)
      object.fail(name, "an array of strings");
    out.push_back(item.get<std::string>());
  }
  return out;
}

bool is_relay_url(std::string_view url) {
  return (url.starts_with("http://") || url.starts_with("https://")) &&
         std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

RosterRelay parse_relay(const Json& value, const std::string& what) {
  const JsonObject object(value, what, {"urls", "pins"}, UnknownKeys::ignore);
  RosterRelay out{strings(object, "urls"), strings(object, "pins")};
  if (out.urls.empty() || !std::all_of(out.urls.begin(), out.urls.end(), is_relay_url)) {
    object.fail("urls", "addresses that begin with http:// or https://");
  }
  for (const std::string& pin : out.pins) {
    if (!exactly<32>(from_base64url(pin))) object.fail("pins", "SHA-256 in base64url");
  }
  return out;
}

RosterLog parse_log(const Json& value, const std::string& what) {
  const JsonObject object(value, what, {"origin", "key", "final"}, UnknownKeys::ignore);
  const auto key = VerifierKey::parse(object.string("key"));
  if (!key) object.fail("key", "an Ed25519 verifier key");
  RosterLog out{object.string("origin"), *key, object.string_or_null("final", kMaxNoteSize)};
  if (out.origin != key->name) object.fail("origin", "the name of its key");
  if (out.final_checkpoint) {
    try {
      open_checkpoint(*out.final_checkpoint, out.key);
    } catch (const Error& error) {
      object.fail("final", "a checkpoint that this log signed (" + error.message() + ")");
    }
  }
  return out;
}

void parse_witnesses(const Json& value, const std::string& what, RosterHead& head) {
  const JsonObject object(value, what, {"quorum", "keys"}, UnknownKeys::ignore);
  head.witnesses = strings(object, "keys");
  if (!std::all_of(head.witnesses.begin(), head.witnesses.end(), is_verifier_key))
    object.fail("keys", "verifier keys");
  head.quorum = object.integer("quorum");
  if (head.quorum > head.witnesses.size()) object.fail("quorum", "no more than there are keys");
}

void parse_members(const Json& value, const std::string& what, RosterHead& head) {
  const JsonObject object(value, what, {"count", "readers", "root"}, UnknownKeys::ignore);
  head.member_count = object.integer("count");
  head.readers = object.integer("readers");
  if (head.readers > head.member_count) object.fail("readers", "no more than \"count\"");
  const auto root = sha256_from_hex(object.string("root"));
  if (!root) object.fail("root", "a SHA-256 in hex");
  head.member_root = *root;
}

bool is_organisation(std::string_view name) {
  const auto points = code_points(name);
  return points && !points->empty() &&
         std::none_of(points->begin(), points->end(), is_unsafe_to_show);
}

}  // namespace

RosterHead RosterHead::parse(std::string_view json) {
  const std::string what(kHead);
  const Json value = parse_json(json, what, kMaxHead);
  const JsonObject object(value, what,
                          {"format", "organisation", "authority", "successor", "version", "issued",
                           "expires", "previous", "relays", "logs", "witnesses", "members"},
                          UnknownKeys::ignore);
  object.format(kFormat);
  const auto authority = key_or_null(object, "authority");
  if (!authority) object.fail("authority", "a minisign public key");
  RosterHead out{object.string("organisation", 512),
                 *authority,
                 key_or_null(object, "successor"),
                 object.integer("version"),
                 time_of(object, "issued"),
                 time_of(object, "expires"),
                 object.string_or_null("previous"),
                 {},
                 {},
                 0,
                 {},
                 0,
                 0,
                 Sha256{}};
  if (!is_organisation(out.organisation))
    object.fail("organisation", "a name without control characters");
  if (out.version == 0) object.fail("version", "a number from 1");
  if (out.previous && !sha256_from_hex(*out.previous))
    object.fail("previous", "a SHA-256 in hex, or null");
  const Json& relays = object.array("relays", kMaxList);
  for (std::size_t i = 0; i < relays.size(); ++i)
    out.relays.push_back(parse_relay(relays[i], what + ": relays[" + std::to_string(i) + "]"));
  const Json& logs = object.array("logs", kMaxList);
  for (std::size_t i = 0; i < logs.size(); ++i)
    out.logs.push_back(parse_log(logs[i], what + ": logs[" + std::to_string(i) + "]"));
  parse_witnesses(object.at("witnesses"), what + ": witnesses", out);
  parse_members(object.at("members"), what + ": members", out);
  return out;
}

std::string RosterHead::json() const {
  Json relay_list = Json::array();
  for (const RosterRelay& relay : relays)
    relay_list.push_back(Json{{"urls", relay.urls}, {"pins", relay.pins}});
  Json log_list = Json::array();
  for (const RosterLog& log : logs) {
    log_list.push_back(
        Json{{"origin", log.origin},
             {"key", log.key.text()},
             {"final", log.final_checkpoint ? Json(*log.final_checkpoint) : Json(nullptr)}});
  }
  return dump_json(
      Json{{"format", kFormat},
           {"organisation", organisation},
           {"authority", authority.text()},
           {"successor", successor ? Json(successor->text()) : Json(nullptr)},
           {"version", version},
           {"issued", issued.text()},
           {"expires", expires.text()},
           {"previous", previous ? Json(*previous) : Json(nullptr)},
           {"relays", std::move(relay_list)},
           {"logs", std::move(log_list)},
           {"witnesses", Json{{"quorum", quorum}, {"keys", witnesses}}},
           {"members",
            Json{{"count", member_count}, {"readers", readers}, {"root", hex(member_root)}}}});
}

std::vector<VerifierKey> RosterHead::log_keys() const {
  std::vector<VerifierKey> out;
  for (const RosterLog& log : logs) out.push_back(log.key);
  return out;
}

RosterComment RosterComment::parse(std::string_view comment) {
  const std::vector<std::string_view> parts = split(comment, ' ');
  if (parts[0].starts_with("depone-roster/") && parts[0] != "depone-roster/1") {
    throw Error(Code::unsupported, "this roster's signature is of another version of the format",
                "signature line 3");
  }
  const auto fail = [] {
    return Error(Code::malformed,
                 "the trusted comment is not \"depone-roster/1 version=… previous=…\"",
                 "signature line 3");
  };
  if (parts.size() != 3 || parts[0] != "depone-roster/1" || !parts[1].starts_with("version=") ||
      !parts[2].starts_with("previous=")) {
    throw fail();
  }
  const auto version = from_decimal(parts[1].substr(8), kMaxInteger);
  const std::string_view previous = parts[2].substr(9);
  if (!version || (previous != "-" && !sha256_from_hex(previous))) throw fail();
  return {*version, previous == "-" ? std::nullopt : std::optional<std::string>(previous)};
}

std::string RosterComment::text() const {
  return "depone-roster/1 version=" + std::to_string(version) +
         " previous=" + previous.value_or("-");
}

RosterSignature RosterSignature::parse(std::string_view file) {
  minisign::Signature signature = minisign::Signature::parse(file);
  if (signature.untrusted_comment != kUntrusted) {
    throw Error(Code::malformed, "the first line is not \"untrusted comment: depone roster\"",
                "signature line 1");
  }
  RosterComment comment = RosterComment::parse(signature.trusted_comment);
  return {std::move(signature), std::move(comment)};
}

std::string roster_comment(const RosterHead& head) {
  return RosterComment{head.version, head.previous}.text();
}

RosterHead open_roster(std::string_view json, std::string_view minisig,
                       const minisign::PublicKey& authority) {
  const std::string where(kMinisig);
  std::optional<RosterSignature> signature;
  try {
    signature = RosterSignature::parse(minisig);
  } catch (const Error& error) {
    throw error.in(where);
  }
  if (!minisign::verify(authority, blake2b512(as_bytes(json)), signature->signature)) {
    throw Error(Code::bad_signature,
                "the roster is not signed by the authority " + authority.text() +
                    ": its head or its signature was altered, or it is another organisation's",
                where);
  }
  RosterHead head = RosterHead::parse(json);
  if (head.authority != authority) {
    throw Error(Code::mismatch, "the roster names another authority than the one that signed it",
                std::string(kHead));
  }
  if (signature->comment != RosterComment{head.version, head.previous}) {
    throw Error(Code::mismatch,
                "the signature says another version or previous roster than the file", where);
  }
  return head;
}

std::string sign_roster(std::string_view json, const RosterHead& head,
                        const Ed25519Key& authority) {
  return minisign::sign(authority, blake2b512(as_bytes(json)), kUntrusted, roster_comment(head))
      .text();
}

}  // namespace depone
