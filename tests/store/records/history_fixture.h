#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/identity.h"
#include "store/records/records.h"
#include "tests/store/vault_fixture.h"

namespace depone::testing {

inline constexpr Time kLater{kNow.seconds + 60};

// Records with revisions by this vault and by somebody else.
struct HistoryFixture : VaultFixture {
  std::string create(const FieldMap& fields, std::string_view kind = "incident", Time now = kNow) {
    Tx tx(vault.db());
    const std::string id = create_record(vault, kind, fields, "collected", Json::object(), now);
    tx.commit();
    return id;
  }
  // The next revision, with these fields changed; null takes one away.
  std::string revise(const std::string& id, const FieldMap& changes, Time now = kLater) {
    const FieldMap fields = changed(get_record(vault, id).content.fields(), changes);
    Tx tx(vault.db());
    const std::string revision = revise_record(vault, id, fields, "revised", Json::object(), now);
    tx.commit();
    return revision;
  }
  // A revision by somebody else after these, which came in without its custody.
  RevisionContent foreign(const std::vector<RevisionContent>& parents, const FieldMap& changes) {
    std::vector<const RevisionContent*> pointers;
    for (const RevisionContent& parent : parents) pointers.push_back(&parent);
    const RevisionContent next =
        make_revision(parents.front().revision.record, parents.front().revision.kind,
                      changed(parents.front().fields(), changes),
                      Identity::from_seed(seed_of(9)).bundle_key(), pointers);
    receive(next);
    return next;
  }
  void receive(const RevisionContent& content) {
    Tx tx(vault.db());
    receive_revision(vault, content);
    tx.commit();
  }
  static FieldMap changed(FieldMap fields, const FieldMap& changes) {
    for (const auto& [path, value] : changes) {
      if (value.is_null())
        fields.erase(path);
      else
        fields[path] = value;
    }
    return fields;
  }
  RevisionContent head(const std::string& id) { return get_record(vault, id).content; }
};

// One record with two newest revisions: `mine` and `theirs`, both after `first`.
struct ConflictFixture : HistoryFixture {
  std::string id, first, mine, theirs;

  void conflict(const FieldMap& fields, const FieldMap& my_changes, const FieldMap& their_changes,
                std::string_view kind = "incident") {
    id = create(fields, kind);
    const RevisionContent base = head(id);
    first = base.id();
    mine = revise(id, my_changes);
    theirs = foreign({base}, their_changes).id();
  }
};

}  // namespace depone::testing
