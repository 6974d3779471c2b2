#include "sync/remote/problem.h"

#include <algorithm>
#include <array>

namespace depone {

namespace {

struct Meaning {
  std::string_view name;
  Code code;
  const char* text;
};

constexpr std::array kMeanings{
    Meaning{"unauthorized", Code::refused,
            "the relay does not know this key, or it may not have what was asked for. Nothing was "
            "changed. If you have not joined, do that first; if you have, ask the relay's "
            "operator"},
    Meaning{"client-old", Code::unsupported,
            "this program is too old for the relay. Nothing was lost: what is sealed waits here. "
            "Upgrade this program and run it again"},
    Meaning{"relay-old", Code::unsupported,
            "the relay is older than this program and cannot speak with it. Nothing was lost: what "
            "is sealed waits here. Ask the relay's operator to upgrade it, then run this again"},
    Meaning{"clock", Code::refused,
            "this computer's clock and the relay's differ by more than five minutes, so the relay "
            "did not take the request. Nothing was lost: set the clock and run it again"},
    Meaning{"pending", Code::refused,
            "the operator has not approved you yet. Nothing was lost. Tell them your fingerprint "
            "(`depone key show` prints it, and so does `depone-audit join` run again), over the "
            "channel that the invite came by; then run this again"},
    Meaning{"revoked", Code::refused,
            "you are no longer a member of this organisation: the operator revoked this key. What "
            "is in your vault stays there and is readable; nothing more is delivered. If you did "
            "not expect this, ask the operator"},
    Meaning{"role", Code::refused,
            "the relay does not allow this to a member of your role. Nothing was changed. Ask the "
            "operator if you need it"},
    Meaning{"invite", Code::refused,
            "the invite is used up, has expired or is not known to the relay. Nothing was sent. "
            "Ask the operator for a new one"},
    Meaning{"key-taken", Code::refused,
            "one of the keys belongs to another member already. Nothing was changed. Make a new "
            "vault for this invite, or ask the operator"},
    Meaning{"malformed", Code::malformed,
            "the relay cannot read what was sent. Nothing was taken in; what was sealed is still "
            "here. The programs on both sides may be of different versions"},
    Meaning{"sequence-used", Code::refused,
            "the relay has another bundle at this place of your chain. Nothing was lost. A second "
            "copy of this vault may be in use, or a backup was restored"},
    Meaning{"signature", Code::bad_signature,
            "the relay finds that the bundle's bytes are not those that were signed. It did not "
            "take them in; the bundle is still here"},
    Meaning{
        "other-signature", Code::refused,
        "the relay has this bundle with another signature and keeps that one. Nothing was changed"},
    Meaning{"too-large", Code::refused,
            "the relay does not take anything that large. It is still here; ask the operator to "
            "raise the limit, or seal less at a time"},
    Meaning{"quota", Code::refused,
            "your limit at the relay is used up for now. What was not delivered is still here; run "
            "it again later or ask the operator"},
    Meaning{"failures", Code::unreachable,
            "the relay does not know who asks, and too many such requests came lately. Nothing was "
            "lost; run it again in a minute"},
    Meaning{"busy", Code::unreachable,
            "the relay is busy. Nothing was lost; run it again in a while"},
    Meaning{"storage-full", Code::unreachable,
            "the relay's disk is full. Nothing was lost; tell the operator and run it again later"},
    Meaning{"not-found", Code::not_found, "the relay does not have this"},
    Meaning{"offset", Code::unreachable,
            "the upload is at another place than was thought. Nothing was lost; run it again and "
            "it goes on from there"},
    Meaning{"method", Code::unsupported,
            "the relay does not know this request; it may be of another version"},
    Meaning{"unsupported", Code::unsupported,
            "the relay does not know this request; it may be of another version"},
    Meaning{"conflict", Code::refused,
            "the relay's state moved on meanwhile. Nothing was changed; run it again"},
};

// What the relay says is shown, but it is not trusted to be short or printable.
std::string said(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 300))
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return out;
}

}  // namespace

Error problem_error(const Problem& problem) {
  const auto found = std::find_if(kMeanings.begin(), kMeanings.end(), [&](const Meaning& meaning) {
    return meaning.name == problem.name;
  });
  std::string text;
  Code code = problem.status >= 500 ? Code::unreachable : Code::refused;
  if (found != kMeanings.end()) {
    code = found->code;
    text = found->text;
  } else {
    text = "the relay refused (" + said(problem.title) + "). Nothing was lost";
  }
  if (!problem.detail.empty()) text += " (the relay says: " + said(problem.detail) + ")";
  return Error(code, text);
}

std::optional<Problem> problem_of(const HttpResponse& response) {
  const std::string* type = response.header("content-type");
  if (!type || !type->starts_with("application/problem+json")) return std::nullopt;
  return Problem::parse(response.status, response.body);
}

void throw_problem(const HttpResponse& response, const std::string& origin) {
  if (const auto problem = problem_of(response))
    throw ProblemError(problem_error(*problem).in(origin), problem->name);
  const std::string status = std::to_string(response.status);
  if (response.status == 404 || response.status == 410) {
    throw Error(Code::not_found, "the relay does not have this", origin);
  }
  if (response.status == 401 || response.status == 403) {
    throw Error(Code::refused,
                "the relay refused the request (HTTP " + status + "). Nothing was changed", origin);
  }
  if (response.status == 413) {
    throw ProblemError(
        Error(Code::refused, "the relay does not take anything that large. It is still here",
              origin),
        "too-large");
  }
  throw Error(Code::unreachable,
              "what answers at the relay's address is not a relay, or not well (HTTP " + status +
                  "). Nothing was lost; run it again later",
              origin);
}

}  // namespace depone
