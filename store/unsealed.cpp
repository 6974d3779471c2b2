#include "store/unsealed.h"

namespace depone {

namespace {

std::vector<std::string> texts_of(Statement& rows) {
  std::vector<std::string> texts;
  while (rows.step()) texts.push_back(rows.text(0));
  return texts;
}

}  // namespace

std::vector<std::string> unsealed_records(Vault& vault, std::string_view member) {
  // A revision that came in a bundle was made elsewhere, unless this vault had sent it out before.
  return texts_of(
      vault.db()
          .cached(
              "SELECT DISTINCT r.id FROM revisions v JOIN records r ON r.number = v.record "
              "WHERE (NOT EXISTS (SELECT 1 FROM incoming_revisions i WHERE i.revision = v.id) "
              "OR EXISTS (SELECT 1 FROM outgoing_revisions o WHERE o.revision = v.id)) "
              "AND NOT EXISTS (SELECT 1 FROM outgoing_revisions o "
              "JOIN outgoing b ON b.number = o.bundle JOIN outgoing_targets t ON t.bundle = "
              "o.bundle "
              "WHERE o.revision = v.id AND b.state != 'refused' AND t.member = ?) ORDER BY r.id")
          .with(member));
}

std::vector<std::string> revisions_sealed_to(Vault& vault, std::string_view record,
                                             std::string_view member) {
  return texts_of(
      vault.db()
          .cached(
              "SELECT DISTINCT o.revision FROM outgoing_revisions o "
              "JOIN outgoing b ON b.number = o.bundle JOIN outgoing_targets t ON t.bundle = "
              "o.bundle "
              "WHERE o.record = (SELECT number FROM records WHERE id = ?) AND b.state != 'refused' "
              "AND t.member = ? ORDER BY o.revision")
          .with(record, member));
}

}  // namespace depone
