#include "crypto/formats/custody.h"

#include <algorithm>
#include <array>

#include "crypto/error.h"

namespace depone {
namespace {

constexpr std::string_view kFormat = "depone/custody/1";
constexpr std::array<std::string_view, 13> kActions{
    "collected", "imported", "attached", "revised",   "viewed", "sealed",   "delivered",
    "received",  "opened",   "exported", "disclosed", "shed",   "withdrawn"};
constexpr std::size_t kMaxLine = 64u << 10;

bool is_hex_of(std::string_view text, std::size_t bytes) {
  const auto raw = from_hex(text);
  return raw && raw->size() == bytes;
}

bool is_member_name(std::string_view id) {
  return !id.empty() && id.size() <= 32 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

bool is_custody_action(std::string_view action) {
  return std::find(kActions.begin(), kActions.end(), action) != kActions.end();
}

CustodyEvent CustodyEvent::make(std::string_view previous, Time time, std::string_view member,
                                std::string_view action, std::optional<std::string> object,
                                const Json& detail) {
  CustodyEvent event;
  event.previous = previous;
  event.time = time;
  event.member = member;
  event.action = action;
  event.object = std::move(object);
  event.detail = detail;
  const auto text = [](std::string_view value) { return dump_json(value); };
  event.line = "{\"format\":" + text(kFormat) + ",\"previous\":" + text(event.previous) +
               ",\"salt\":" + text(hex(random_array<16>())) + ",\"time\":" + text(time.text()) +
               ",\"member\":" + text(event.member) + ",\"action\":" + text(event.action) +
               ",\"object\":" + (event.object ? text(*event.object) : "null") +
               ",\"detail\":" + dump_json(detail) + "}";
  event.hash = hex(sha256(event.line));
  return event;
}

CustodyEvent CustodyEvent::parse(std::string_view line) {
  const std::string what = "custody line";
  const Json value = parse_json(line, what, kMaxLine);
  CustodyEvent event;
  event.line = line;
  if (value.is_object() && value.contains("hidden")) {
    const JsonObject object(value, what, {"format", "hidden"});
    object.format(kFormat);
    event.hidden = true;
    event.hash = object.string("hidden");
    if (!is_hex_of(event.hash, 32)) object.fail("hidden", "a SHA-256 in hex");
    return event;
  }
  const JsonObject object(
      value, what, {"format", "previous", "salt", "time", "member", "action", "object", "detail"});
  object.format(kFormat);
  event.previous = object.string("previous");
  if (!is_hex_of(event.previous, 32) && !is_hex_of(event.previous, 16)) {
    object.fail("previous",
                "the SHA-256 of the line before, or 16 bytes where a chain starts, in hex");
  }
  if (!is_hex_of(object.string("salt"), 16)) object.fail("salt", "16 bytes in hex");
  const auto time = Time::parse(object.string("time"));
  if (!time) object.fail("time", "a time");
  event.time = *time;
  event.member = object.string("member");
  if (!is_member_name(event.member)) object.fail("member", "a member id");
  event.action = object.string("action");
  if (!is_custody_action(event.action)) object.fail("action", "a custody action");
  event.object = object.string_or_null("object");
  if (event.object && !is_hex_of(*event.object, 32))
    object.fail("object", "a SHA-256 in hex, or null");
  event.detail = object.object("detail");
  event.hash = hex(sha256(line));
  return event;
}

std::vector<std::vector<CustodyEvent>> parse_custody(std::string_view file) {
  if (!file.empty() && !file.ends_with('\n'))
    throw Error(Code::malformed, "the last line does not end in LF", "custody");
  std::vector<std::vector<CustodyEvent>> chains;
  // One after the other: the first that is none ends it, however many there are said to be.
  for (std::size_t number = 1; !file.empty(); ++number) {
    const std::string_view line = file.substr(0, file.find('\n'));
    file.remove_prefix(line.size() + 1);
    const std::string where = "custody line " + std::to_string(number);
    CustodyEvent event;
    try {
      event = CustodyEvent::parse(line);
    } catch (const Error& error) {
      throw Error(error.code(), error.message(), where);
    }
    // The first event of all may be a hidden one.
    const bool start = event.hidden ? chains.empty() : event.previous.size() == 32;
    if (start) {
      chains.emplace_back();
    } else if (chains.empty()) {
      throw Error(Code::mismatch, "the custody chain has no beginning", where);
    } else if (!event.hidden && event.previous != chains.back().back().hash) {
      throw Error(Code::mismatch,
                  "the custody chain is broken: a line before this one was changed or removed",
                  where);
    }
    chains.back().push_back(std::move(event));
  }
  return chains;
}

}  // namespace depone
