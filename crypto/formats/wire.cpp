#include "crypto/formats/wire.h"

#include "crypto/error.h"

namespace depone {
namespace {

constexpr std::string_view kJoinAnswer = "depone/join-answer/1";
constexpr std::string_view kToken = "depone/token/1";
constexpr std::string_view kMailbox = "depone/mailbox/1";
constexpr std::string_view kProblem = "urn:depone:problem:";
constexpr std::size_t kMaxItems = 10000;
constexpr std::size_t kMaxProblem = 64u << 10;

}  // namespace

JoinAnswer JoinAnswer::parse(std::string_view json) {
  const Json value = parse_json(json, "join answer", 64u << 10);
  const JsonObject object(value, "join answer", {"format", "status", "fingerprint", "id"});
  object.format(kJoinAnswer);
  JoinAnswer out{object.string("status", 16), object.string("fingerprint", 64),
                 object.string("id", 32)};
  if (out.status != "pending" && out.status != "member") object.fail("status", "pending or member");
  return out;
}

std::string JoinAnswer::json() const {
  return dump_json(
      Json{{"format", kJoinAnswer}, {"status", status}, {"fingerprint", fingerprint}, {"id", id}});
}

TokenAnswer TokenAnswer::parse(std::string_view json) {
  const Json value = parse_json(json, "token answer", 64u << 10);
  const JsonObject object(value, "token answer", {"format", "token", "expires"});
  object.format(kToken);
  const auto expires = Time::parse(object.string("expires", 20));
  if (!expires) object.fail("expires", "a time like 2026-11-24T09:30:00Z");
  return {object.string("token", 512), *expires};
}

std::string TokenAnswer::json() const {
  return dump_json(Json{{"format", kToken}, {"token", token}, {"expires", expires.text()}});
}

Mailbox Mailbox::parse(std::string_view json) {
  const Json value = parse_json(json, "mailbox");
  const JsonObject object(value, "mailbox", {"format", "log", "roster", "own", "entries", "more"});
  object.format(kMailbox);
  Mailbox out;
  out.log = object.string("log", 255);
  out.roster = object.integer("roster");
  out.own = object.integer("own");
  if (!object.at("more").is_boolean()) object.fail("more", "true or false");
  out.more = object.at("more").get<bool>();
  const Json& entries = object.array("entries", kMaxItems);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const JsonObject item(entries[i], "mailbox: entries[" + std::to_string(i) + "]",
                          {"index", "entry"});
    const auto bytes = from_base64(item.string("entry", 128u << 10));
    if (!bytes) item.fail("entry", "base64");
    const std::uint64_t index = item.integer("index");
    if (!out.items.empty() && index <= out.items.back().index)
      item.fail("index", "ascending indexes");
    out.items.push_back({index, std::string(as_text(*bytes))});
  }
  return out;
}

std::string Mailbox::json() const {
  Json entries = Json::array();
  for (const MailboxItem& item : items) {
    entries.push_back(Json{{"index", item.index}, {"entry", base64(as_bytes(item.entry))}});
  }
  return dump_json(Json{{"format", kMailbox},
                        {"log", log},
                        {"roster", roster},
                        {"own", own},
                        {"entries", std::move(entries)},
                        {"more", more}});
}

std::optional<Problem> Problem::parse(int status, std::string_view json) {
  try {
    const Json value = parse_json(json, "problem", kMaxProblem);
    const JsonObject object(value, "problem", {"type"}, UnknownKeys::ignore);
    const std::string type = object.string("type", 128);
    if (!type.starts_with(kProblem)) return std::nullopt;
    Problem out;
    out.status = status;
    out.name = type.substr(kProblem.size());
    if (value.contains("title")) out.title = object.string("title");
    if (value.contains("detail")) out.detail = object.string("detail");
    return out;
  } catch (const Error&) {
    return std::nullopt;  // not ours: the caller says what the status means
  }
}

std::string Problem::json() const {
  Json out{{"type", std::string(kProblem) + name}, {"title", title}, {"status", status}};
  if (!detail.empty()) out["detail"] = detail;
  return dump_json(out);
}

}  // namespace depone
