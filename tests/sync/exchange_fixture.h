#pragma once

#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>
#include <vector>

#include "crypto/error.h"
#include "crypto/formats/fields.h"
#include "store/outbox.h"
#include "store/records/attachments.h"
#include "store/records/custody.h"
#include "store/records/records.h"
#include "sync/open.h"
#include "sync/seal.h"
#include "tests/store/vault_fixture.h"
#include "tests/support/team.h"

namespace depone::testing {

struct SealedFile {
  std::string sha256;
  fs::path age;
  std::string minisig;
};

// The Error that `work` throws; fails the test where it throws none.
inline Error error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no error was thrown");
  return Error(Code::usage, "");
}
inline bool says(const Error& error, std::string_view part) {
  return std::string_view(error.what()).find(part) != std::string_view::npos;
}

inline Json incident_fields(const std::string& title) {
  return {{"title", title},
          {"dates", {{"initial", {{"date", "2026-11-01"}, {"type", "exact"}}}}},
          {"place", {{"name", "Hamhung"}}},
          {"description", "What happened.\n\nWhat happened then."}};
}

inline Json testimony_fields() {
  return {{"title", "A testimony"},
          {"source", {{"pseudonym", "Azalea"}, {"identity", {{"name", "A Name"}}}}},
          {"consent", {{"status", "given"}, {"share", {"desk", "court"}}, {"identity", {"desk"}}}},
          {"account", {{"text", "First words.\n\nSecond words."}}}};
}

inline std::string add_record(Vault& vault, std::string_view kind, const Json& fields) {
  Tx tx(vault.db());
  std::string id =
      create_record(vault, kind, flatten(fields), "collected", Json::object(), Team::kToday);
  tx.commit();
  return id;
}

inline std::string add_incident(Vault& vault, const std::string& title = "An incident") {
  return add_record(vault, "incident", incident_fields(title));
}

inline void set_field(Vault& vault, const std::string& record, const std::string& path,
                      const Json& value) {
  FieldMap fields = get_record(vault, record).content.fields();
  fields[path] = value;
  Tx tx(vault.db());
  revise_record(vault, record, fields, "revised", Json::object(), Team::kToday);
  tx.commit();
}

// Adds an attachment to a record that has none; gives the SHA-256 of the content.
inline std::string attach(Vault& vault, const std::string& record, std::string_view content) {
  MemorySource source(as_bytes(content));
  StagedContent staged = stage_content(vault, source);
  FieldMap fields = get_record(vault, record).content.fields();
  fields["attachments.0.name"] = "photo.jpg";
  fields["attachments.0.size"] = content.size();
  fields["attachments.0.sha256"] = staged.content().sha256;
  fields["attachments.0.identifies"] = false;
  std::string sha256 = staged.content().sha256;
  Tx tx(vault.db());
  staged.keep(vault);
  revise_record(vault, record, fields, "attached", Json::object(), Team::kToday);
  tx.commit();
  staged.done();
  return sha256;
}

inline Clock clock_at(Time time) {
  return [time] { return time; };
}

// A monitor and a desk.
struct ExchangeFixture {
  Team team;
  Teammate& monitor = team.add("monitor-1", Role::monitor, "monitor");
  Teammate& desk = team.add("desk-1", Role::desk, "desk");
  Clock clock = clock_at(Team::kToday);

  ExchangeFixture() { team.publish(); }

  SealResult seal_from(Teammate& from, const SealRequest& request = {}) {
    return seal(from.vault, request, clock, nullptr);
  }
  // The bundle's files as a relay would give them.
  SealedFile take_out(Teammate& from, const std::string& sha256) {
    const auto bundle = outgoing_by_hash(from.vault, sha256);
    REQUIRE(bundle);
    SealedFile sealed{sha256, team.dir() / (sha256 + ".age"), bundle->minisig};
    write_file(sealed.age, read_file(from.vault.outbox_dir() / bundle->file, 64u << 20));
    return sealed;
  }
  SealedFile seal_one(Teammate& from, const SealRequest& request = {}) {
    const SealResult sealed = seal_from(from, request);
    REQUIRE(sealed.bundles.size() == 1);
    return take_out(from, sealed.bundles.front());
  }
  OpenResult open_at(Teammate& at, const SealedFile& sealed, const RosterFetch& fetch = nullptr,
                     std::optional<std::uint64_t> index = std::nullopt) {
    return open_bundle(at.vault, sealed.age, sealed.minisig, index, fetch, clock, nullptr);
  }
};

// What an opening that failed must leave as it was.
inline std::string contents_of(Vault& vault) {
  std::string all;
  for (const char* table : {"records", "revisions", "lines", "custody", "attachments", "incoming",
                            "incoming_revisions"}) {
    Statement row = vault.db().prepare(std::string("SELECT count(*) FROM ") + table);
    row.step();
    all += std::string(table) + " " + row.text(0) + "\n";
  }
  for (const std::string& name : names_in(vault.attachments_dir())) all += name + "\n";
  for (const std::string& name : names_in(vault.inbox_dir())) all += name + "\n";
  return all;
}

}  // namespace depone::testing
