#include "sync/seal.h"

#include <algorithm>

#include "crypto/padme.h"
#include "crypto/tar.h"
#include "store/backup.h"
#include "tests/sync/exchange_fixture.h"
#include "tests/sync/forgery.h"

namespace depone {
namespace {

using namespace testing;

std::vector<std::string> paths_in(Vault& reader, const SealedFile& sealed) {
  std::vector<std::string> paths;
  for (const auto& [path, content] : Forgery::of(reader, sealed).files) paths.push_back(path);
  return paths;
}

bool any_ends_with(const std::vector<std::string>& paths, std::string_view ending) {
  return std::any_of(paths.begin(), paths.end(),
                     [&](const std::string& path) { return path.ends_with(ending); });
}

std::string state_of(Vault& vault, const std::string& record) {
  return get_record(vault, record).summary.state;
}

TEST_CASE_METHOD(ExchangeFixture, "Records go together into one bundle") {
  for (const char* title : {"One", "Two", "Three"}) add_incident(monitor.vault, title);
  const SealResult sealed = seal_from(monitor);
  CHECK(sealed.bundles.size() == 1);
  CHECK(sealed.records == 3);
  CHECK(sealed.refused.empty());
}

TEST_CASE_METHOD(ExchangeFixture, "A sealed record says so") {
  const std::string record = add_incident(monitor.vault);
  CHECK(state_of(monitor.vault, record) == "local");
  seal_from(monitor);
  CHECK(state_of(monitor.vault, record) == "sealed");
}

TEST_CASE_METHOD(ExchangeFixture, "The file in the outbox is what its hash and size say") {
  add_incident(monitor.vault);
  const std::string sha256 = seal_from(monitor).bundles.at(0);
  const auto bundle = outgoing_by_hash(monitor.vault, sha256);
  REQUIRE(bundle);
  const Bytes bytes = read_file(monitor.vault.outbox_dir() / bundle->file, 1u << 20);
  CHECK(hex(depone::sha256(bytes)) == sha256);
  CHECK(bytes.size() == bundle->size);
}

TEST_CASE_METHOD(ExchangeFixture, "What was sealed is not sealed again") {
  add_incident(monitor.vault);
  seal_from(monitor);
  CHECK(seal_from(monitor).bundles.empty());
}

TEST_CASE_METHOD(ExchangeFixture, "Only the new revision of a sealed record goes along") {
  const std::string record = add_incident(monitor.vault);
  seal_from(monitor);
  set_field(monitor.vault, record, "title", "Another title");
  const auto head = get_record(monitor.vault, record).heads.front();
  const auto paths = paths_in(desk.vault, seal_one(monitor));
  CHECK(any_ends_with(paths, head + ".json"));
  CHECK(paths.size() == 3);
}

TEST_CASE_METHOD(ExchangeFixture, "The bundles of a vault form one chain") {
  add_incident(monitor.vault);
  const SealedFile first = seal_one(monitor);
  add_incident(monitor.vault);
  const SealedFile second = seal_one(monitor);
  const BundleComment before = BundleSignature::parse(first.minisig).comment;
  const BundleComment after = BundleSignature::parse(second.minisig).comment;
  CHECK(after.chain == before.chain);
  CHECK(after.sequence == before.sequence + 1);
  CHECK(after.previous == first.sha256);
}

TEST_CASE_METHOD(ExchangeFixture,
                 "The manifest names the readers and the sender's archive, each with its number") {
  add_incident(monitor.vault);
  seal_one(monitor);
  add_incident(monitor.vault);
  const Manifest manifest = Forgery::of(desk.vault, seal_one(monitor)).manifest;
  REQUIRE(manifest.recipients.size() == 2);
  for (const std::string& recipient : {desk.vault.identity().recipient.recipient().text(),
                                       monitor.vault.identity().archive.text()}) {
    const auto found = std::find_if(
        manifest.recipients.begin(), manifest.recipients.end(),
        [&](const BundleRecipient& one) { return one.recipient == sha256(recipient); });
    REQUIRE(found != manifest.recipients.end());
    CHECK(found->number == 2);
  }
}

TEST_CASE_METHOD(ExchangeFixture, "The archive recipient stays out where the monitor says so") {
  add_incident(monitor.vault);
  SealRequest request;
  request.archive = false;
  CHECK(Forgery::of(desk.vault, seal_one(monitor, request)).manifest.recipients.size() == 1);
}

TEST_CASE_METHOD(ExchangeFixture, "The archive's length is a padded one") {
  add_incident(monitor.vault);
  const std::size_t small = archive_of(desk.vault, seal_one(monitor)).size();
  CHECK(small == 16384);
  const std::string record = add_incident(monitor.vault);
  attach(monitor.vault, record, std::string(300'000, 'x'));
  const std::size_t large = archive_of(desk.vault, seal_one(monitor)).size();
  CHECK(large == padme(large));
  CHECK(large % tar::kBlock == 0);
}

TEST_CASE_METHOD(ExchangeFixture, "Custody of each record goes along and ends with this sealing") {
  const std::string record = add_incident(monitor.vault);
  Forgery bundle = Forgery::of(desk.vault, seal_one(monitor));
  CHECK(bundle.file("custody.jsonl") == custody_file(monitor.vault, record));
  const CustodyEvent last = custody_of(monitor.vault, record).back().back();
  CHECK(last.action == "sealed");
  CHECK_FALSE(last.object);
  CHECK(last.member == "monitor-1");
  CHECK(last.detail.at("revisions").at(0) == get_record(monitor.vault, record).heads.front());
  CHECK(last.detail.at("to") == Json::array({"desk-1"}));
}

TEST_CASE_METHOD(ExchangeFixture, "An attachment's content goes along once") {
  const std::string record = add_incident(monitor.vault);
  const std::string sha256 = attach(monitor.vault, record, "the content");
  Forgery bundle = Forgery::of(desk.vault, seal_one(monitor));
  CHECK(bundle.file("attachments/" + sha256) == "the content");
  set_field(monitor.vault, record, "title", "Another title");
  CHECK_FALSE(any_ends_with(paths_in(desk.vault, seal_one(monitor)), sha256));
}

TEST_CASE_METHOD(ExchangeFixture, "Content that two records share stands in the bundle once") {
  for (const char* title : {"One", "Two"})
    attach(monitor.vault, add_incident(monitor.vault, title), "shared");
  const auto paths = paths_in(desk.vault, seal_one(monitor));
  CHECK(std::count_if(paths.begin(), paths.end(), [](const std::string& path) {
          return path.starts_with("attachments/");
        }) == 1);
}

TEST_CASE_METHOD(ExchangeFixture, "A testimony that consent allows is sealed") {
  add_record(monitor.vault, "testimony", testimony_fields());
  CHECK(seal_from(monitor).records == 1);
}

TEST_CASE_METHOD(ExchangeFixture, "A record that consent keeps back stays, and the rest goes") {
  Json fields = testimony_fields();
  fields["consent"]["share"] = {"medical"};
  const std::string kept = add_record(monitor.vault, "testimony", fields);
  const std::string sent = add_incident(monitor.vault);
  const SealResult sealed = seal_from(monitor);
  REQUIRE(sealed.refused.size() == 1);
  CHECK(sealed.refused.front().record == kept);
  CHECK(sealed.refused.front().reason.find("desk-1") != std::string::npos);
  CHECK(state_of(monitor.vault, kept) == "local");
  CHECK(state_of(monitor.vault, sent) == "sealed");
}

TEST_CASE_METHOD(ExchangeFixture,
                 "A source's identity that the class may not read keeps the record back") {
  Json fields = testimony_fields();
  fields["consent"]["identity"] = {"medical"};
  add_record(monitor.vault, "testimony", fields);
  const SealResult sealed = seal_from(monitor);
  CHECK(sealed.bundles.empty());
  REQUIRE(sealed.refused.size() == 1);
  CHECK(sealed.refused.front().reason.find("identity") != std::string::npos);
}

TEST_CASE_METHOD(ExchangeFixture,
                 "An identity that an earlier revision holds keeps the record back too") {
  Json fields = testimony_fields();
  fields["consent"]["identity"] = {"medical"};
  const std::string record = add_record(monitor.vault, "testimony", fields);
  FieldMap without = get_record(monitor.vault, record).content.fields();
  without.erase("source.identity.name");
  Tx tx(monitor.vault.db());
  revise_record(monitor.vault, record, without, "revised", Json::object(), Team::kToday);
  tx.commit();
  CHECK(seal_from(monitor).refused.size() == 1);
}

TEST_CASE_METHOD(ExchangeFixture, "A record that one of two readers may not have goes to neither") {
  Teammate& legal = team.add("legal-1", Role::desk, "legal");
  team.publish();
  const std::string record = add_record(monitor.vault, "testimony", testimony_fields());
  const SealResult sealed = seal_from(monitor);
  CHECK(sealed.bundles.empty());
  REQUIRE(sealed.refused.size() == 1);
  CHECK(sealed.refused.front().record == record);
  CHECK(sealed.refused.front().reason.find(legal.id) != std::string::npos);
}

TEST_CASE_METHOD(ExchangeFixture,
                 "Consent's end counts from the newest signed time, whatever the clock says") {
  Json fields = testimony_fields();
  fields["consent"]["until"] = {{"date", "2026-01-01"}, {"type", "exact"}};
  add_record(monitor.vault, "testimony", fields);
  clock = clock_at(Time{0});
  CHECK(seal_from(monitor).refused.size() == 1);
}

TEST_CASE_METHOD(ExchangeFixture, "A class names every active member of it") {
  team.add("legal-1", Role::desk, "legal");
  team.add("legal-2", Role::desk, "legal");
  team.publish();
  Json fields = testimony_fields();
  fields["consent"]["share"] = {"legal"};
  fields["consent"]["identity"] = {"legal"};
  add_record(monitor.vault, "testimony", fields);
  SealRequest request;
  request.to = "legal";
  const auto targets =
      outgoing_by_hash(monitor.vault, seal_from(monitor, request).bundles.at(0))->targets;
  std::vector<std::string> members;
  for (const BundleTarget& target : targets) members.push_back(target.member);
  std::sort(members.begin(), members.end());
  CHECK(members == std::vector<std::string>{"", "legal-1", "legal-2"});
}

TEST_CASE_METHOD(ExchangeFixture, "A desk that joined later gets a bundle of its own") {
  add_incident(monitor.vault);
  seal_from(monitor);
  Teammate& second = team.add("desk-2", Role::desk, "desk");
  team.publish();
  const SealedFile sealed = seal_one(monitor);
  CHECK(open_at(second, sealed).records == 1);
  CHECK(code_of([&] { open_at(desk, sealed); }) == Code::no_identity);
}

TEST_CASE_METHOD(ExchangeFixture, "Nobody is sealed to whose keys are closed") {
  desk.until = Team::kToday;
  team.publish();
  add_incident(monitor.vault);
  CHECK(code_of([&] { seal_from(monitor); }) == Code::refused);
  SealRequest request;
  request.to = "desk-1";
  CHECK(code_of([&] { seal_from(monitor, request); }) == Code::refused);
}

TEST_CASE_METHOD(ExchangeFixture, "A name that the roster does not know is not found") {
  add_incident(monitor.vault);
  SealRequest request;
  request.to = "nobody";
  CHECK(code_of([&] { seal_from(monitor, request); }) == Code::not_found);
}

TEST_CASE_METHOD(ExchangeFixture, "An only desk has nobody to seal to") {
  add_incident(desk.vault);
  CHECK(code_of([&] { seal_from(desk); }) == Code::refused);
}

TEST_CASE_METHOD(ExchangeFixture, "A vault that is not approved yet keeps what it has") {
  Teammate& late = team.add("monitor-2", Role::monitor, "monitor");
  add_incident(late.vault);
  CHECK(code_of([&] { seal_from(late); }) == Code::refused);
}

TEST_CASE_METHOD(ExchangeFixture,
                 "A record larger than a bundle may be is refused, with the limit") {
  attach(monitor.vault, add_incident(monitor.vault), std::string(200'000, 'x'));
  SealRequest request;
  request.bundle_limit = 100'000;
  const SealResult sealed = seal_from(monitor, request);
  REQUIRE(sealed.refused.size() == 1);
  CHECK(sealed.refused.front().reason.find("100000") != std::string::npos);
}

TEST_CASE_METHOD(ExchangeFixture,
                 "Bundles of several groups follow each other, and all are opened") {
  for (int i = 0; i < 600; ++i) add_incident(monitor.vault, "Number " + std::to_string(i));
  SealRequest request;
  request.full_members = 1;
  const SealResult sealed = seal(monitor.vault, request, clock, {});
  REQUIRE(sealed.bundles.size() == 600);
  std::size_t followed = 0;
  std::size_t opened = 0;
  std::string before;
  for (std::size_t i = 0; i < sealed.bundles.size(); ++i) {
    const auto bundle = outgoing_by_hash(monitor.vault, sealed.bundles[i]).value();
    const BundleComment comment = BundleSignature::parse(bundle.minisig).comment;
    if (comment.sequence == i + 1 && comment.previous.value_or("") == before) ++followed;
    before = bundle.sha256;
    const fs::path file = monitor.vault.outbox_dir() / bundle.file;
    opened += open_bundle(desk.vault, file, bundle.minisig, std::nullopt, {}, clock, {}).records;
  }
  CHECK(followed == 600);
  CHECK(opened == 600);
}

TEST_CASE_METHOD(
    ExchangeFixture,
    "Where a bundle can't be written, the outbox holds what was recorded and no more") {
  for (int i = 0; i < 600; ++i) add_incident(monitor.vault, "Number " + std::to_string(i));
  const fs::path away = monitor.dir / "away";
  SealRequest request;
  request.full_members = 1;
  const Progress break_it = [&](std::string_view, std::uint64_t done, std::uint64_t) {
    if (done == 580) fs::rename(monitor.vault.outbox_dir(), away);
  };
  CHECK_THROWS_AS(seal(monitor.vault, request, clock, break_it), Error);
  fs::remove_all(monitor.vault.outbox_dir());
  fs::rename(away, monitor.vault.outbox_dir());
  const auto recorded = outgoing(monitor.vault, "sealed");
  CHECK(recorded.size() >= 256);
  CHECK(recorded.size() < 600);
  sweep_outbox(monitor.vault);
  CHECK(names_in(monitor.vault.outbox_dir()).size() == recorded.size());
  const SealResult rest = seal(monitor.vault, request, clock, {});
  CHECK(rest.bundles.size() == 600 - recorded.size());
}

TEST_CASE_METHOD(ExchangeFixture,
                 "What a restored vault goes on with is taken in beside what its original sent") {
  const std::string record = add_incident(monitor.vault, "Tuesday");
  open_at(desk, seal_one(monitor));
  const fs::path backup = team.dir() / "monitor.depone";
  back_up(monitor.dir, as_bytes(Team::kTeamPassphrase), backup, Team::kToday);
  set_field(monitor.vault, record, "title", "Wednesday");
  open_at(desk, seal_one(monitor));

  const fs::path place = team.dir() / "restored";
  const auto open = [](const fs::path& at) {
    return Vault::open(at, as_bytes(Team::kTeamPassphrase));
  };
  restore_backup(
      backup, place, Team::kToday, [](const VaultHeader&) {}, open);
  Vault restored = open(place);
  set_field(restored, record, "title", "Thursday");
  const SealResult sealed = seal(restored, {}, clock, nullptr);
  REQUIRE(sealed.bundles.size() == 1);
  const auto bundle = outgoing_by_hash(restored, sealed.bundles.front());
  open_bundle(desk.vault, restored.outbox_dir() / bundle->file, bundle->minisig, std::nullopt, {},
              clock, {});
  CHECK(get_record(desk.vault, record).heads.size() == 2);  // which is for somebody to judge
  CHECK(custody_of(desk.vault, record).size() == 3);  // of two vaults of the monitor, and its own
}

TEST_CASE_METHOD(ExchangeFixture, "A desk that has nobody to seal to keeps nothing back") {
  add_incident(desk.vault);
  CHECK(kept_back(desk.vault, clock, {}).empty());
}

TEST_CASE_METHOD(ExchangeFixture, "A full bundle is followed by the next one") {
  // More than one bundle takes: three attachments of 12 MiB.
  for (const char fill : {'a', 'b', 'c'}) {
    attach(monitor.vault, add_incident(monitor.vault), std::string(12u << 20, fill));
  }
  const SealResult sealed = seal_from(monitor);
  CHECK(sealed.bundles.size() == 2);
  CHECK(sealed.records == 3);
}

TEST_CASE_METHOD(ExchangeFixture, "Damaged content stops the seal, and nothing is recorded") {
  const std::string record = add_incident(monitor.vault);
  attach(monitor.vault, record, std::string(100'000, 'x'));
  const fs::path file =
      monitor.vault.attachments_dir() / names_in(monitor.vault.attachments_dir()).at(0);
  Bytes bytes = read_file(file, 1u << 20);
  bytes.at(50'000) ^= 1;
  write_file(file, bytes);
  CHECK(code_of([&] { seal_from(monitor); }) == Code::damaged);
  CHECK(state_of(monitor.vault, record) == "local");
  CHECK(names_in(monitor.vault.outbox_dir()).empty());
  CHECK(chain_position(monitor.vault).sequence == 1);
}

TEST_CASE_METHOD(ExchangeFixture, "What another member wrote is not passed on") {
  add_incident(monitor.vault);
  open_at(desk, seal_one(monitor));
  team.add("desk-2", Role::desk, "desk");
  team.publish();
  SealRequest request;
  request.records = {list_records(desk.vault, {}).at(0).id};
  const SealResult sealed = seal_from(desk, request);
  CHECK(sealed.bundles.empty());
  CHECK(sealed.refused.size() == 1);
}

TEST_CASE_METHOD(ExchangeFixture, "What came from others is not sealed by itself") {
  add_incident(monitor.vault);
  open_at(desk, seal_one(monitor));
  team.add("desk-2", Role::desk, "desk");
  team.publish();
  const SealResult sealed = seal_from(desk);
  CHECK(sealed.bundles.empty());
  CHECK(sealed.refused.empty());
}

TEST_CASE_METHOD(ExchangeFixture, "A monitor gets of a desk's revision only what is new to him") {
  const std::string record = add_incident(monitor.vault);
  open_at(desk, seal_one(monitor));
  set_field(desk.vault, record, "impact", "A note of the desk");
  SealRequest request;
  request.records = {record};
  request.to = "monitor-1";
  const SealedFile sealed = seal_one(desk, request);
  Forgery bundle = Forgery::of(monitor.vault, sealed);
  const std::string& lines = bundle.file(".fields.jsonl");
  CHECK(lines.find("A note of the desk") != std::string::npos);
  CHECK(lines.find("What happened") == std::string::npos);
  open_at(monitor, sealed);
  CHECK(get_record(monitor.vault, record).content.complete());
  CHECK(get_record(monitor.vault, record).content.fields().at("impact") == "A note of the desk");
}

TEST_CASE_METHOD(ExchangeFixture, "An expired roster is said") {
  add_incident(monitor.vault);
  clock = clock_at(Time{Team::kToday.seconds + 400 * 86'400});
  const SealResult sealed = seal_from(monitor);
  CHECK(sealed.bundles.size() == 1);
  REQUIRE(sealed.notes.size() == 1);
  CHECK(sealed.notes.front().find("35 days") != std::string::npos);
}

}  // namespace
}  // namespace depone
