#include "sync/remote/witness_check.h"

#include "crypto/error.h"

namespace depone {

namespace {

constexpr std::string_view kCheck = "witnesses";

std::vector<WitnessKey> known_witnesses(const RosterHead& head) {
  std::vector<WitnessKey> out;
  for (const std::string& text : head.witnesses) {
    if (auto key = WitnessKey::parse(text)) out.push_back(std::move(*key));
  }
  return out;
}

}  // namespace

std::vector<Cosignature> check_witnesses(std::string_view note, const Roster* roster,
                                         Checks& checks) {
  if (roster == nullptr) {
    checks.skip(kCheck);
    return {};
  }
  const RosterHead& head = roster->head;
  if (head.witnesses.empty()) {
    checks.skip(kCheck, "the roster names none");
    return {};
  }
  const std::vector<WitnessKey> known = known_witnesses(head);
  std::vector<Cosignature> cosignatures;
  try {
    cosignatures = check_cosignatures(Note::parse(note), known);
  } catch (const Error& error) {
    checks.fail(kCheck, error.what());
    return {};
  }
  const std::size_t count = count_witnesses(cosignatures);
  if (count < head.quorum) {
    std::string why = std::to_string(count) +
                      " of the roster's witnesses cosigned the checkpoint, and " +
                      std::to_string(head.quorum) + " must";
    if (known.size() < head.witnesses.size()) {
      why += " (" + std::to_string(head.witnesses.size() - known.size()) +
             " have a key of a kind that this program does not know)";
    }
    checks.fail(kCheck, why);
  } else if (count == 0) {
    checks.skip(kCheck, "none of the roster's witnesses cosigned the checkpoint");
  } else {
    checks.ok(kCheck);
  }
  return cosignatures;
}

}  // namespace depone
