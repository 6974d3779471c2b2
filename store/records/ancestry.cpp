#include "store/records/ancestry.h"

#include <algorithm>

namespace depone {

namespace {

std::vector<std::string> parents_of(Vault& vault, const std::string& revision) {
  Statement& rows =
      vault.db()
          .cached(
              "SELECT v.id FROM revisions c JOIN revision_parents p ON p.revision = c.number "
              "JOIN revisions v ON v.id = p.parent AND v.record = c.record WHERE c.id = ?")
          .with(revision);
  std::vector<std::string> parents;
  while (rows.step()) parents.push_back(rows.text(0));
  rows.reset();
  return parents;
}

}  // namespace

std::set<std::string> ancestors_of(Vault& vault, const std::string& revision) {
  std::set<std::string> found{revision};
  std::vector<std::string> open{revision};
  while (!open.empty()) {
    const std::string next = std::move(open.back());
    open.pop_back();
    for (std::string& parent : parents_of(vault, next)) {
      if (found.insert(parent).second) open.push_back(std::move(parent));
    }
  }
  return found;
}

std::optional<std::string> common_ancestor(Vault& vault,
                                           const std::vector<std::string>& revisions) {
  if (revisions.empty()) return std::nullopt;
  std::set<std::string> common = ancestors_of(vault, revisions.front());
  for (const std::string& revision : revisions) {
    const std::set<std::string> those = ancestors_of(vault, revision);
    std::erase_if(common, [&](const std::string& one) { return !those.contains(one); });
  }
  std::set<std::string> newest = common;
  for (const std::string& one : common) {
    for (const std::string& parent : parents_of(vault, one)) newest.erase(parent);
  }
  return newest.size() == 1 ? std::optional(*newest.begin()) : std::nullopt;
}

std::set<Sha256> hidden_in(const RevisionContent& content) {
  std::set<Sha256> hidden(content.revision.commitments.begin(), content.revision.commitments.end());
  for (const Line& line : content.lines) hidden.erase(line.commitment());
  return hidden;
}

}  // namespace depone
