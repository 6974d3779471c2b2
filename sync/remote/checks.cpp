#include "sync/remote/checks.h"

#include <algorithm>

namespace depone {

Checks::Item& Checks::item(std::string_view name) {
  for (Item& known : items_) {
    if (known.name == name) return known;
  }
  return items_.emplace_back(Item{std::string(name), "", 0});
}

void Checks::set(std::string_view name, const std::string& outcome) {
  Item& entry = item(name);
  if (entry.failures == 0) entry.outcome = outcome;
}

void Checks::fail(std::string_view name, const std::string& why) {
  Item& entry = item(name);
  if (entry.failures++ == 0) entry.outcome = "failed: " + why;
}

void Checks::skip(std::string_view name, const std::string& why) {
  Item& entry = item(name);
  if (entry.outcome.empty() || entry.outcome == "not checked")
    entry.outcome = why.empty() ? "not checked" : "not checked: " + why;
}

bool Checks::failed() const {
  return std::any_of(items_.begin(), items_.end(),
                     [](const Item& entry) { return entry.failures > 0; });
}

std::string Checks::of(std::string_view name) const {
  for (const auto& [known, outcome] : list()) {
    if (known == name) return outcome;
  }
  return "";
}

std::vector<std::pair<std::string, std::string>> Checks::list() const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const Item& entry : items_) {
    const std::string more = entry.failures > 1
                                 ? " (and " + std::to_string(entry.failures - 1) + " more)"
                                 : std::string();
    out.emplace_back(entry.name, entry.outcome + more);
  }
  return out;
}

}  // namespace depone
