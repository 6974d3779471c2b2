#include "sync/open.h"

#include <algorithm>

#include "store/inbox.h"
#include "tests/sync/exchange_fixture.h"
#include "tests/sync/forgery.h"

namespace depone {
namespace {

using namespace testing;

struct OpenFixture : ExchangeFixture {
  std::string record = add_incident(monitor.vault);
  SealedFile sealed = seal_one(monitor);

  const Ed25519Key& monitor_key() const { return monitor.vault.identity().bundle; }
  // The error of opening at the desk; the vault must be as it was.
  Error refused(const SealedFile& file, const RosterFetch& fetch = nullptr) {
    const std::string before = contents_of(desk.vault);
    const Error error = error_of([&] { open_at(desk, file, fetch); });
    CHECK(contents_of(desk.vault) == before);
    CHECK_FALSE(was_opened(desk.vault, file.sha256));
    return error;
  }
  Forgery taken_apart() { return Forgery::of(desk.vault, sealed); }
  Error refused(const Forgery& forgery) { return refused(forgery.make(team, monitor_key())); }
  SealedFile with_bytes(const std::function<void(Bytes&)>& change) {
    SealedFile other = sealed;
    other.age = team.dir() / "changed.age";
    Bytes bytes = read_file(sealed.age, 64u << 20);
    change(bytes);
    write_file(other.age, bytes);
    return other;
  }
};

TEST_CASE_METHOD(OpenFixture, "A record arrives as it was made") {
  const OpenResult opened = open_at(desk, sealed);
  CHECK(opened.sha256 == sealed.sha256);
  CHECK(opened.sender == "monitor-1");
  CHECK(opened.records == 1);
  CHECK(opened.notes.empty());
  const RecordView here = get_record(desk.vault, record);
  const RecordView there = get_record(monitor.vault, record);
  CHECK(here.content.json == there.content.json);
  CHECK(nest(here.content.fields()) == nest(there.content.fields()));
  CHECK(here.summary.state == "received");
}

TEST_CASE_METHOD(OpenFixture, "A testimony arrives with its identity") {
  const std::string testimony = add_record(monitor.vault, "testimony", testimony_fields());
  open_at(desk, seal_one(monitor));
  CHECK(get_record(desk.vault, testimony).content.fields().at("source.identity.name") == "A Name");
}

TEST_CASE_METHOD(OpenFixture, "An attachment's content arrives") {
  const std::string content(700'000, 'x');
  const std::string sha256 = attach(monitor.vault, record, content);
  const OpenResult opened = open_at(desk, seal_one(monitor));
  CHECK(opened.attachments == 1);
  const auto source = open_content(desk.vault, sha256);
  CHECK(read_all(*source, 1u << 20) == to_bytes(content));
}

TEST_CASE_METHOD(OpenFixture, "Custody goes on in the desk's own chain") {
  open_at(desk, sealed);
  const auto chains = custody_of(desk.vault, record);
  REQUIRE(chains.size() == 2);
  CHECK(chains.front().back().action == "sealed");
  const CustodyEvent& received = chains.back().back();
  CHECK(received.action == "received");
  CHECK(received.object == sealed.sha256);
  CHECK(received.member == "desk-1");
}

TEST_CASE_METHOD(OpenFixture, "A bundle that is in already changes nothing") {
  open_at(desk, sealed);
  const std::string before = contents_of(desk.vault);
  CHECK(open_at(desk, sealed).already);
  CHECK(contents_of(desk.vault) == before);
}

TEST_CASE_METHOD(OpenFixture, "A flipped byte anywhere in the bundle fails") {
  const Bytes bytes = read_file(sealed.age, 64u << 20);
  const std::string before = contents_of(desk.vault);
  constexpr std::size_t kDense = 4096;  // the header
  for (std::size_t i = 0; i < bytes.size(); i += i < kDense ? 1 : 13) {
    const SealedFile other = with_bytes([&](Bytes& changed) { changed[i] ^= 1; });
    INFO("byte " << i);
    REQUIRE(code_of([&] { open_at(desk, other); }) == Code::bad_signature);
  }
  CHECK(contents_of(desk.vault) == before);
}

TEST_CASE_METHOD(OpenFixture, "A flipped byte anywhere in the signature fails") {
  const std::string before = contents_of(desk.vault);
  for (std::size_t i = 0; i < sealed.minisig.size(); ++i) {
    SealedFile other = sealed;
    other.minisig[i] = static_cast<char>(other.minisig[i] ^ 1);
    INFO("byte " << i);
    const Code code = code_of([&] { open_at(desk, other); });
    REQUIRE((code == Code::bad_signature || code == Code::malformed || code == Code::unsupported));
  }
  CHECK(contents_of(desk.vault) == before);
}

TEST_CASE_METHOD(OpenFixture, "Every truncation of the file fails") {
  for (const std::size_t size : {0u, 1u, 100u, 3000u, 16000u}) {
    const SealedFile other = with_bytes([&](Bytes& bytes) { bytes.resize(size); });
    CHECK(refused(other).code() == Code::bad_signature);
  }
}

TEST_CASE_METHOD(OpenFixture, "A bundle for somebody else does not open") {
  Teammate& other = team.add("desk-2", Role::desk, "desk");
  team.publish();
  const Error error = error_of([&] { open_at(other, sealed); });
  CHECK(error.code() == Code::no_identity);
  CHECK(says(error, "somebody else"));
}

TEST_CASE_METHOD(
    OpenFixture,
    "A signature by nobody on the roster is refused after the roster was fetched once") {
  int fetched = 0;
  const SealedFile other = taken_apart().make(team, Ed25519Key::generate());
  const Error error = refused(other, [&] { ++fetched; });
  CHECK(error.code() == Code::bad_signature);
  CHECK(says(error, "nobody"));
  CHECK(fetched == 1);
}

TEST_CASE_METHOD(OpenFixture,
                 "A sender whom only a newer roster names is let in once it is fetched") {
  Teammate& late = team.add("monitor-2", Role::monitor, "monitor");
  team.publish(true);
  team.give_roster(late);
  add_incident(late.vault);
  const SealedFile other = seal_one(late);
  CHECK(open_at(desk, other, [&] { team.give_roster(desk); }).sender == "monitor-2");
}

TEST_CASE_METHOD(OpenFixture, "A bundle that somebody else signed again names another sender") {
  Teammate& other = team.add("monitor-2", Role::monitor, "monitor");
  team.publish();
  SealedFile again = sealed;
  const Bytes bytes = read_file(sealed.age, 64u << 20);
  again.minisig = minisign::sign(other.vault.identity().bundle, blake2b512(bytes), kBundleUntrusted,
                                 BundleSignature::parse(sealed.minisig).comment.text())
                      .text();
  const Error error = refused(again);
  CHECK(error.code() == Code::bad_signature);
  CHECK(says(error, "sender"));
}

TEST_CASE_METHOD(OpenFixture, "A bundle that was forwarded names other readers") {
  Teammate& second = team.add("desk-2", Role::desk, "desk");
  team.publish();
  Forgery forwarded = taken_apart();
  forwarded.to = {second.vault.identity().recipient.recipient().text()};
  const SealedFile other = forwarded.make(team, monitor_key());
  const Error error = error_of([&] { open_at(second, other); });
  CHECK(error.code() == Code::mismatch);
  CHECK(says(error, "other readers"));
}

TEST_CASE_METHOD(OpenFixture, "Another organisation's bundle is refused") {
  Forgery forgery = taken_apart();
  forgery.manifest.authority = minisign::PublicKey(Ed25519Key::generate().public_key());
  CHECK(says(refused(forgery), "another organisation"));
}

TEST_CASE_METHOD(OpenFixture, "A bundle that needs a newer roster waits") {
  Forgery forgery = taken_apart();
  forgery.manifest.roster = 2;
  const SealedFile other = forgery.make(team, monitor_key());
  CHECK(refused(other).code() == Code::unreachable);
  team.publish(true);
  CHECK(open_at(desk, other, [&] { team.give_roster(desk); }).records == 1);
}

TEST_CASE_METHOD(OpenFixture, "A newer roster that closed the sender's keys judges again") {
  Forgery forgery = taken_apart();
  forgery.manifest.roster = 2;
  const SealedFile other = forgery.make(team, monitor_key());
  monitor.until = Team::kToday;
  team.publish(true);
  // Taking in a newer roster is no harm; nothing else may have changed.
  const Error error = refused(other, [&] { team.give_roster(desk); });
  CHECK(error.code() == Code::bad_signature);
  CHECK(says(error, "revoked"));
}

TEST_CASE_METHOD(OpenFixture, "Of a revoked sender only what was delivered before is opened") {
  add_incident(monitor.vault);
  const SealedFile later = seal_one(monitor);
  const BundleComment comment = BundleSignature::parse(sealed.minisig).comment;
  monitor.until = Team::kToday;
  monitor.last = {{comment.chain, comment.sequence, sealed.sha256, 7}};
  team.publish();
  CHECK(says(refused(later), "revoked"));
  CHECK(open_at(desk, sealed).records == 1);
}

TEST_CASE_METHOD(OpenFixture, "Content under another root than the signed one is refused") {
  Forgery forgery = taken_apart();
  forgery.fresh_root = false;
  forgery.manifest.created = Time{1};
  const Error error = refused(forgery);
  CHECK(error.code() == Code::mismatch);
  CHECK(says(error, "root"));
}

TEST_CASE_METHOD(OpenFixture, "A file with another hash than the manifest's is refused") {
  Forgery forgery = taken_apart();
  forgery.list_files = false;
  forgery.file(".fields.jsonl").at(3) ^= 1;
  const Error error = refused(forgery);
  CHECK(error.code() == Code::mismatch);
  CHECK(says(error, "hash"));
}

TEST_CASE_METHOD(OpenFixture, "A file that is missing is named") {
  Forgery forgery = taken_apart();
  forgery.list_files = false;
  const std::string path = forgery.files.back().first;
  forgery.files.pop_back();
  const Error error = refused(forgery);
  CHECK(says(error, "missing"));
  CHECK(says(error, path));
}

TEST_CASE_METHOD(OpenFixture, "A file that the manifest does not name is refused") {
  Forgery forgery = taken_apart();
  forgery.list_files = false;
  forgery.files.emplace_back("attachments/" + std::string(64, 'f'), "extra");
  CHECK(says(refused(forgery), "does not name"));
}

TEST_CASE_METHOD(OpenFixture, "A file in another place than the manifest's is refused") {
  Forgery forgery = taken_apart();
  forgery.list_files = false;
  std::swap(forgery.files.at(0), forgery.files.at(1));
  CHECK(refused(forgery).code() == Code::malformed);
}

TEST_CASE_METHOD(OpenFixture, "A file that stands there twice is refused") {
  Forgery forgery = taken_apart();
  forgery.list_files = false;
  forgery.files.push_back(forgery.files.back());
  CHECK(says(refused(forgery), "twice"));
}

// The archive with other bytes in place of its first header, which is the manifest's.
SealedFile with_first_header(OpenFixture& fixture, const Bytes& header) {
  Forgery forgery = fixture.taken_apart();
  forgery.archive = [&](Bytes& archive) {
    std::copy(header.begin(), header.end(), archive.begin());
  };
  return forgery.make(fixture.team, fixture.monitor_key());
}

TEST_CASE_METHOD(OpenFixture, "A link in the archive is refused") {
  CHECK(says(refused(with_first_header(*this, tar_header("manifest.json", '2', "/etc/passwd", 0))),
             "link"));
}

TEST_CASE_METHOD(OpenFixture, "A device in the archive is refused") {
  CHECK(says(refused(with_first_header(*this, tar_header("manifest.json", '3', "", 0))), "device"));
}

TEST_CASE_METHOD(OpenFixture, "An absolute path in the archive is refused") {
  CHECK(says(refused(with_first_header(*this, tar_header("/manifest.json", '0', "", 0))),
             "absolute"));
}

TEST_CASE_METHOD(OpenFixture, "A path that leaves the archive is refused") {
  CHECK(says(refused(with_first_header(*this, tar_header("../manifest.json", '0', "", 0))), ".."));
}

TEST_CASE_METHOD(OpenFixture,
                 "A manifest that is said to be huge is refused before memory is taken") {
  CHECK(says(
      refused(with_first_header(*this, tar_header("manifest.json", '0', "", (8ull << 30) - 1))),
      "larger"));
}

TEST_CASE_METHOD(OpenFixture, "A file that is said to be larger than the bundle is refused") {
  Forgery forgery = taken_apart();
  forgery.list_files = false;
  forgery.manifest.files.front().size = 1ull << 32;
  CHECK(says(refused(forgery), "larger"));
}

TEST_CASE_METHOD(OpenFixture, "Padding that is not zeros is refused") {
  Forgery forgery = taken_apart();
  forgery.archive = [](Bytes& archive) { archive.at(archive.size() - 1025) = 1; };
  CHECK(says(refused(forgery), "padding"));
}

TEST_CASE_METHOD(OpenFixture, "Padding of another length is refused") {
  Forgery forgery = taken_apart();
  forgery.archive = [](Bytes& archive) {
    // A block less, in the header of the padding and behind it.
    const std::size_t content = archive.size() - 1024;
    std::size_t at = content;
    do at -= 512;
    while (archive.at(at) == 0);
    const Bytes shorter = tar_member("padding", std::string(content - at - 512 - 512, '\0'));
    archive.resize(at);
    archive.insert(archive.end(), shorter.begin(), shorter.end());
    archive.resize(archive.size() + 1024);
  };
  CHECK(says(refused(forgery), "padding"));
}

TEST_CASE_METHOD(OpenFixture, "Bytes behind the end of the archive are refused") {
  Forgery forgery = taken_apart();
  forgery.archive = [](Bytes& archive) { archive.resize(archive.size() + 512); };
  CHECK(refused(forgery).code() == Code::malformed);
}

TEST_CASE_METHOD(OpenFixture, "A revision under another name than its hash is refused") {
  Forgery forgery = taken_apart();
  const std::string id = get_record(monitor.vault, record).heads.front();
  const std::string other(64, '0');
  for (auto& [path, content] : forgery.files) {
    if (const auto at = path.find(id); at != std::string::npos) path.replace(at, id.size(), other);
  }
  CHECK(says(refused(forgery), "hash"));
}

TEST_CASE_METHOD(OpenFixture, "A line that is none of the revision's is refused") {
  Forgery forgery = taken_apart();
  forgery.file(".fields.jsonl") += Line::make("impact", "made up").text + "\n";
  CHECK(refused(forgery).code() != Code::damaged);
}

TEST_CASE_METHOD(OpenFixture,
                 "A revision by another author than the sender is refused without a proof") {
  Teammate& other = team.add("monitor-2", Role::monitor, "monitor");
  team.publish();
  Forgery forgery = taken_apart();
  const RevisionContent foreign =
      make_revision(record, "incident", flatten(incident_fields("Foreign")),
                    other.vault.identity().bundle_key(), {});
  const std::string folder = "records/" + record + "/";
  const std::string custody = forgery.file("custody.jsonl");
  forgery.files = {{folder + foreign.id() + ".json", foreign.json},
                   {folder + foreign.id() + ".fields.jsonl", lines_file(foreign.lines)},
                   {folder + "custody.jsonl", custody}};
  CHECK(says(refused(forgery), "another member"));
}

TEST_CASE_METHOD(OpenFixture, "A chain of custody that was rewritten is refused") {
  open_at(desk, sealed);
  set_field(monitor.vault, record, "title", "Another title");
  const SealedFile second = seal_one(monitor);
  Forgery forgery = Forgery::of(desk.vault, second);
  // The same first event, then another history.
  std::string& file = forgery.file("custody.jsonl");
  const CustodyEvent first = CustodyEvent::parse(std::string_view(file).substr(0, file.find('\n')));
  const CustodyEvent next = CustodyEvent::make(first.hash, Team::kToday, "monitor-1", "viewed",
                                               std::nullopt, Json::object());
  file = first.line + "\n" + next.line + "\n";
  CHECK(refused(forgery.make(team, monitor_key())).code() == Code::mismatch);
}

TEST_CASE_METHOD(OpenFixture, "A number that never came is said") {
  add_incident(monitor.vault);
  const OpenResult opened = open_at(desk, seal_one(monitor));
  REQUIRE(opened.notes.size() == 1);
  CHECK(opened.notes.front().find("1 earlier bundle") != std::string::npos);
}

TEST_CASE_METHOD(OpenFixture,
                 "Two bundles behind the same one are said to come from a second vault") {
  add_incident(monitor.vault);
  const SealedFile second = seal_one(monitor);
  open_at(desk, sealed);
  open_at(desk, second);
  Forgery twin = Forgery::of(desk.vault, second);
  twin.manifest.blind = std::string(32, '0');
  const OpenResult opened = open_at(desk, twin.make(team, monitor_key()));
  REQUIRE(opened.notes.size() == 1);
  CHECK(opened.notes.front().find(second.sha256) != std::string::npos);
}

TEST_CASE_METHOD(OpenFixture, "A vault without a roster judges nobody") {
  Teammate& other = team.add("desk-2", Role::desk, "desk");
  CHECK(code_of([&] { open_at(other, sealed); }) == Code::refused);
}

}  // namespace
}  // namespace depone
