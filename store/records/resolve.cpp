#include "store/records/resolve.h"

#include <algorithm>
#include <set>

#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/records/ancestry.h"
#include "store/records/custody.h"
#include "store/records/records.h"
#include "store/records/rows.h"
#include "store/records/withdraw.h"

namespace depone {

namespace {

constexpr std::size_t kMaxParents = 1024;  // crypto/formats/revision.cpp refuses more

bool covers(std::string_view prefix, std::string_view path) {
  return path == prefix ||
         (path.size() > prefix.size() && path.starts_with(prefix) && path[prefix.size()] == '.');
}

FieldMap identity_of(const FieldMap& fields) {
  FieldMap identity;
  for (const auto& [path, value] : fields) {
    if (covers("source.identity", path)) identity.emplace(path, value);
  }
  return identity;
}

[[noreturn]] void refuse(std::string_view record, const std::string& why) {
  throw Error(Code::refused, why + "; nothing was changed", std::string(record));
}

class Resolver {
 public:
  Resolver(Vault& vault, std::string_view record, const Resolution& resolution)
      : vault_(vault), record_(record), resolution_(resolution) {
    number_ = record_number(vault, record);
    ids_ = heads_of(vault, number_);
    if (ids_.size() < 2) {
      throw Error(Code::invalid, "this record has one newest revision: there is nothing to resolve",
                  record_);
    }
    if (ids_.size() > kMaxParents) {
      refuse(record_, "this record has " + std::to_string(ids_.size()) +
                          " newest revisions, and one revision can follow 1,024 at most: it was "
                          "flooded. Ask who sent them");
    }
    heads_ = get_revisions(vault, ids_);
    for (const RevisionContent& head : heads_) maps_.push_back(head.fields());
    differences_ = differences(maps_);
    check_names();
  }

  std::vector<std::string> undecided() const {
    std::vector<std::string> paths;
    for (const FieldDifference& difference : differences_) {
      if (!is_decided_by_hand(difference.path) && !resolution_.take)
        paths.push_back(difference.path);
    }
    return paths;
  }

  std::string make(Time now) {
    if (const auto open = undecided(); !open.empty()) {
      std::string listed;
      for (const std::string& path : open) listed += (listed.empty() ? "" : ", ") + path;
      refuse(record_,
             "the newest revisions differ in these fields, and what is to hold was not said: " +
                 listed);
    }
    const FieldMap fields = decided();
    keep_withdrawal(fields);
    keep_identity(fields);
    check(fields);
    const std::vector<RevisionContent> parents = parents_with_what_is_hidden();
    std::vector<const RevisionContent*> pointers;
    for (const RevisionContent& parent : parents) pointers.push_back(&parent);
    const RevisionContent next = make_revision(record_, heads_.front().revision.kind, fields,
                                               vault_.identity().bundle_key(), pointers);
    insert_revision(vault_, number_, next);
    update_record_row(vault_, number_, next, 1);
    add_custody(vault_, record_, "revised", next.id(), Json::object(), now);
    return next.id();
  }

 private:
  std::size_t head(const std::string& id) const {
    const auto found = std::find(ids_.begin(), ids_.end(), id);
    if (found == ids_.end()) {
      throw Error(Code::invalid,
                  "this is none of the record's newest revisions; nothing was changed", id);
    }
    return static_cast<std::size_t>(found - ids_.begin());
  }

  // What names nothing that differs is a mistake of the hand, not a decision.
  void check_names() const {
    if (resolution_.take) head(*resolution_.take);
    std::vector<std::string> prefixes = resolution_.keep_all;
    for (const auto& [path, id] : resolution_.take_fields) {
      head(id);
      prefixes.push_back(path);
    }
    for (const std::string& prefix : prefixes) {
      const bool differs =
          std::any_of(differences_.begin(), differences_.end(),
                      [&](const FieldDifference& one) { return covers(prefix, one.path); });
      if (!differs) {
        throw Error(Code::invalid,
                    "the newest revisions do not differ in this field; nothing was changed",
                    prefix);
      }
    }
  }

  bool is_set(std::string_view unit) const {
    return std::any_of(resolution_.set.begin(), resolution_.set.end(),
                       [&](const auto& field) { return unit_of(field.first) == unit; });
  }
  bool is_kept_from_all(std::string_view unit) const {
    return std::any_of(resolution_.keep_all.begin(), resolution_.keep_all.end(),
                       [&](const std::string& list) { return covers(list, unit); });
  }
  const std::string* taken_from(std::string_view unit) const {
    const std::string* from = nullptr;
    std::size_t longest = 0;
    for (const auto& [prefix, id] : resolution_.take_fields) {
      if (!covers(prefix, unit) || (from != nullptr && prefix.size() < longest)) continue;
      from = &id;
      longest = prefix.size();
    }
    return from;
  }
  bool is_decided_by_hand(std::string_view unit) const {
    return is_set(unit) || is_kept_from_all(unit) || taken_from(unit) != nullptr;
  }

  FieldMap decided() const {
    FieldMap fields = maps_.front();
    for (const FieldDifference& difference : differences_) {
      for (const auto& [path, value] : difference.in(0)) fields.erase(path);
      if (is_set(difference.path) || is_kept_from_all(difference.path)) continue;
      const std::string* from = taken_from(difference.path);
      const FieldMap& lines = difference.in(head(from ? *from : *resolution_.take));
      fields.insert(lines.begin(), lines.end());
    }
    for (const std::string& list : resolution_.keep_all) keep_all(list, fields);
    std::set<std::string> cleared;
    for (const auto& [path, value] : resolution_.set) cleared.insert(unit_of(path));
    std::erase_if(fields,
                  [&](const auto& field) { return cleared.contains(unit_of(field.first)); });
    fields.insert(resolution_.set.begin(), resolution_.set.end());
    return fields;
  }

  // Elements that are the same stand once, whatever their index.
  void keep_all(const std::string& list, FieldMap& fields) const {
    std::erase_if(fields, [&](const auto& field) { return covers(list, field.first); });
    std::map<std::string, FieldMap, PathLess> kept;  // by index; below it
    for (std::size_t i = 0; i < maps_.size(); ++i) {
      for (auto& [index, element] : elements(list, maps_[i])) {
        const bool known = std::any_of(kept.begin(), kept.end(),
                                       [&](const auto& one) { return one.second == element; });
        if (known) continue;
        const std::string at =
            kept.contains(index) ? std::to_string(next_index(heads_[i], fields, list)) : index;
        for (const auto& [below, value] : element) fields.emplace(list + "." + at + below, value);
        kept.emplace(at, std::move(element));
      }
    }
  }

  std::map<std::string, FieldMap, PathLess> elements(const std::string& list,
                                                     const FieldMap& fields) const {
    constexpr std::uint64_t kMaxIndex = 0x7fff'ffff;
    std::map<std::string, FieldMap, PathLess> found;
    for (const auto& [path, value] : fields) {
      if (!covers(list, path) || path == list) continue;
      const std::string_view rest = std::string_view(path).substr(list.size() + 1);
      const std::string_view index = rest.substr(0, rest.find('.'));
      if (!from_decimal(index, kMaxIndex)) {
        throw Error(Code::invalid, "only of a list can all be kept; nothing was changed", list);
      }
      found[std::string(index)].emplace(rest.substr(index.size()), value);
    }
    return found;
  }

  // "Nothing is merged silently" holds most of all where it would bring a consent back.
  void keep_withdrawal(const FieldMap& fields) const {
    if (std::none_of(maps_.begin(), maps_.end(), is_withdrawn) || is_withdrawn(fields)) return;
    if (taken_from("consent.status") != nullptr || is_set("consent.status")) return;
    refuse(record_,
           "one of the newest revisions withdraws consent, and this would undo it. Take consent "
           "from it (--take-field consent=REV), or say that consent holds by naming the other one "
           "there");
  }

  void keep_identity(const FieldMap& fields) const {
    const bool all_shown = std::all_of(heads_.begin(), heads_.end(),
                                       [](const RevisionContent& one) { return one.complete(); });
    if (all_shown) return;
    const FieldMap identity = identity_of(fields);
    for (const FieldMap& map : maps_) {
      if (identity_of(map) != identity)
        refuse(record_, "who the source is can only be decided by a member who may read it");
    }
  }

  // What stands in a newest revision is not held to the rules for what is written here.
  void check(const FieldMap& fields) const {
    FieldMap known;
    for (const auto& [path, value] : fields) {
      for (const FieldMap& map : maps_) {
        const auto found = map.find(path);
        if (found != map.end() && found->second == value) known.emplace(path, value);
      }
    }
    check_fields(heads_.front().revision.kind, fields, &known);
    try {
      check_paths(fields);
    } catch (const Error& error) {
      throw Error(Code::invalid,
                  "what was taken does not go together: one field stands inside another. Take both "
                  "from one revision; nothing was changed",
                  error.context());
    }
  }

  // Commitments without a line here are carried from the one side that changed them: two sides
  // could name the same field twice, which nobody could take in.
  std::vector<RevisionContent> parents_with_what_is_hidden() const {
    std::vector<std::set<Sha256>> hidden;
    for (const RevisionContent& head : heads_) hidden.push_back(hidden_in(head));
    const std::set<Sha256> carried = hidden_to_carry(hidden);
    std::vector<RevisionContent> parents = heads_;
    for (RevisionContent& parent : parents) {
      std::set<Sha256> shown;
      for (const Line& line : parent.lines) shown.insert(line.commitment());
      std::erase_if(parent.revision.commitments, [&](const Sha256& one) {
        return !shown.contains(one) && !carried.contains(one);
      });
    }
    return parents;
  }

  std::set<Sha256> hidden_to_carry(const std::vector<std::set<Sha256>>& hidden) const {
    const bool same = std::all_of(hidden.begin(), hidden.end(),
                                  [&](const auto& one) { return one == hidden.front(); });
    if (same) return hidden.front();
    std::set<std::set<Sha256>> changed(hidden.begin(), hidden.end());
    if (const auto base = common_ancestor(vault_, ids_))
      changed.erase(hidden_in(get_revision(vault_, *base)));
    if (changed.size() == 1) return *changed.begin();
    refuse(record_,
           "fields that this vault was not given were changed on more than one side: only a member "
           "who may read them can resolve this");
  }

  Vault& vault_;
  std::string record_;
  const Resolution& resolution_;
  std::int64_t number_ = 0;
  std::vector<std::string> ids_;
  std::vector<RevisionContent> heads_;
  std::vector<FieldMap> maps_;
  std::vector<FieldDifference> differences_;
};

}  // namespace

std::vector<std::string> undecided(Vault& vault, std::string_view record,
                                   const Resolution& resolution) {
  return Resolver(vault, record, resolution).undecided();
}

std::string resolve_conflict(Vault& vault, std::string_view record, const Resolution& resolution,
                             Time now) {
  return Resolver(vault, record, resolution).make(now);
}

}  // namespace depone
