#include "store/records/withdraw.h"

#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/records/custody.h"
#include "store/records/field_edit.h"
#include "store/records/records.h"
#include "store/records/rows.h"

namespace depone {

namespace {

constexpr std::string_view kWithdrawn = "consent.withdrawn";
constexpr std::string_view kBelow = "consent.withdrawn.";
constexpr std::size_t kDay = 10;  // of a time's text

std::vector<std::string> members_sealed_to(Vault& vault, std::int64_t record) {
  Statement& rows =
      vault.db()
          .cached(
              "SELECT DISTINCT t.member FROM outgoing_revisions x JOIN outgoing b ON b.number = "
              "x.bundle JOIN outgoing_targets t ON t.bundle = x.bundle WHERE x.record = ? AND "
              "b.state <> 'refused' ORDER BY t.member")
          .with(record);
  std::vector<std::string> members;
  while (rows.step()) members.push_back(rows.text(0));
  rows.reset();
  return members;
}

// Whatever stood there: a record from elsewhere may hold what no record of ours does, and its
// consent is withdrawn all the same.
FieldMap withdrawn(const RevisionContent& head, const std::string& where, const std::string& why,
                   Time now) {
  FieldEdit edit(head.fields(), head);
  edit.remove(kWithdrawn);
  edit.set("consent.status", "withdrawn");
  const std::string path(kWithdrawn);
  edit.set(path + ".date", Json{{"date", now.text().substr(0, kDay)}, {"type", "exact"}});
  edit.set(path + ".where", where);
  edit.set(path + ".why", why);
  return edit.fields();
}

}  // namespace

bool is_withdrawn(const FieldMap& fields) {
  const auto status = fields.find("consent.status");
  if (status != fields.end() && status->second == "withdrawn") return true;
  const auto at = fields.lower_bound(kWithdrawn);
  return at != fields.end() && (at->first == kWithdrawn || at->first.starts_with(kBelow));
}

Withdrawal withdraw_consent(Vault& vault, std::string_view record, const std::string& where,
                            const std::string& why, Time now) {
  const std::int64_t number = record_number(vault, record);
  Withdrawal withdrawal;
  withdrawal.sent_to = members_sealed_to(vault, number);
  for (const RevisionContent& head : get_revisions(vault, heads_of(vault, number))) {
    if (head.revision.kind != "testimony") {
      throw Error(Code::invalid,
                  "an incident report has no consent that could be withdrawn: its field "
                  "confidentiality says who may read it; nothing was changed",
                  std::string(record));
    }
    const FieldMap before = head.fields();
    if (is_withdrawn(before)) continue;
    const FieldMap fields = withdrawn(head, where, why, now);
    check_fields(head.revision.kind, fields, &before);
    const RevisionContent* const parents[] = {&head};
    const RevisionContent next =
        make_revision(record, head.revision.kind, fields, vault.identity().bundle_key(), parents);
    insert_revision(vault, number, next);
    add_custody(vault, record, "withdrawn", next.id(), Json::object(), now);
    withdrawal.revisions.push_back(next.id());
  }
  const std::vector<std::string> heads = heads_of(vault, number);
  update_record_row(vault, number, get_revision(vault, heads.front()), heads.size());
  return withdrawal;
}

}  // namespace depone
