#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

#include "crypto/age/stream.h"
#include "crypto/formats/cosignature.h"
#include "crypto/formats/custody.h"
#include "crypto/formats/invite.h"
#include "crypto/formats/manifest.h"
#include "crypto/formats/origin.h"
#include "crypto/formats/revision.h"
#include "crypto/formats/wire.h"
#include "crypto/http_signature.h"
#include "crypto/tar.h"
#include "store/keyslots.h"
#include "sync/remote/log_state.h"
#include "tests/sync/remote/audit_fixture.h"

// Writes a first corpus for every fuzz target: well-formed inputs made by the project's own formats.
//
//   fuzz-seeds DIR        DIR/TARGET/NAME
namespace depone::testing {
namespace {

class Corpus {
 public:
  explicit Corpus(fs::path root) : root_(std::move(root)) {}
  void put(const std::string& target, const std::string& name, std::string_view text) const {
    fs::create_directories(root_ / target);
    write_file(root_ / target / name, text);
  }
  void put(const std::string& target, const std::string& name, const Bytes& bytes) const {
    put(target, name, as_text(bytes));
  }

 private:
  fs::path root_;
};

Bytes age_file(const age::Recipient& recipient, std::string_view plain) {
  MemorySink out;
  const age::Recipient* const recipients[] = {&recipient};
  age::Encryptor encryptor(recipients, out);
  encryptor.write(as_bytes(plain));
  encryptor.finish();
  return out.bytes();
}

// As `age -a` has it.
std::string armored(ByteView bytes) {
  std::string text = base64(bytes);
  for (std::size_t at = 64; at < text.size(); at += 65) text.insert(at, 1, '\n');
  return "-----BEGIN AGE ENCRYPTED FILE-----\n" + text + "\n-----END AGE ENCRYPTED FILE-----\n";
}

void age_seeds(const Corpus& corpus) {
  const auto hybrid = age::HybridIdentity::from_seed(Secret<32>());
  const age::X25519Identity x25519{Secret<32>()};
  const std::string words = "some words\n";
  const Bytes one = age_file(hybrid.recipient(), words);
  const Bytes two = age_file(x25519.recipient(), words);
  for (const char* target : {"age_header", "age_file"}) {
    corpus.put(target, "hybrid", one);
    corpus.put(target, "x25519", two);
    corpus.put(target, "scrypt", age_file(age::ScryptRecipient(as_bytes("x"), 1), words));
    corpus.put(target, "bundle", seal_text(Ed25519Key::generate(), words, kChain, 1, std::nullopt).age);
  }
  corpus.put("age_keys", "hybrid", hybrid.recipient().text());
  corpus.put("age_keys", "x25519", x25519.recipient().text());
  corpus.put("age_keys", "seed", as_text(seed_text(seed_of(1)).reveal()));
  corpus.put("age_keys", "request", request_key_text(Identity::from_seed(seed_of(1)).request.public_key()));
  corpus.put("age_keys", "identity", "# made today\n" + std::string(as_text(hybrid.text().reveal())) + "\n");
  corpus.put("age_tamper", "flip", std::string("\x02\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x07", 12));
  corpus.put("age_tamper", "cut", std::string("\x01\x00\x00\x00\x00\x01\x01\x00\x20", 9));
  corpus.put("age_tamper", "added", std::string("\x00\x00\x09\x00\x00\x02\x00\x00\x05", 9));
  corpus.put("age_tamper", "turned", std::string("\x02\x00\x00\x00\x00\x03", 6));
  corpus.put("armor", "x25519", armored(two));
  corpus.put("armor", "crlf", [&] {
    std::string text = armored(two);
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, 1, '\r');
    return text;
  }());
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, age::kChunk, age::kChunk + 1}) {
    MemorySink out;
    age::PayloadWriter writer(age::FileKey(), out);
    writer.write(as_bytes(std::string(size, 'a')));
    writer.finish();
    corpus.put("age_payload", std::to_string(size), out.bytes());
  }
}

void log_seeds(const Corpus& corpus) {
  AuditFixture f;
  f.add("one");
  f.add("two");
  const auto files = f.files();
  corpus.put("note", "checkpoint", files.at("checkpoint"));
  const Ed25519Key witness = Ed25519Key::generate();
  const WitnessKey name = WitnessKey::make("witness.example/1", witness.public_key());
  Note cosigned = Note::parse(as_text(files.at("checkpoint")));
  cosigned.signatures.push_back(cosign(cosigned.text, name, witness, kNow));
  corpus.put("note", "cosigned", cosigned.bytes());
  corpus.put("note", "witness", name.text());
  corpus.put("receipt", "last", f.receipt_of(2));
  corpus.put("receipt", "roster", f.receipt_of(0));
  corpus.put("entry", "roster", f.entries[0]);
  corpus.put("entry", "bundle", f.entries[1]);
  corpus.put("entry_bundle", "three", "\x02" + entry_bundle(f.entries));
  corpus.put("tile_path", "partial", "tile/0/x001/x234/067.p/8");
  corpus.put("tile_path", "entries", "tile/entries/000");
  corpus.put("minisign", "bundle", f.bundles[0].minisig);
  corpus.put("minisign", "roster", f.roster.minisig);
  corpus.put("minisign_key", "file", minisign::public_key_file(f.organisation.authority_key(), "authority"));
  corpus.put("roster_head", "one", f.roster.head_json);
  corpus.put("roster_line", "desk", f.roster.proven[0].line);
  corpus.put("roster_line", "proven", f.roster.proven[1].json());
  const auto entry = std::get<BundleEntry>(parse_entry(f.entries[1]));
  corpus.put("origin", "one",
             Origin{entry, 1, 3, {Sha256{}, Sha256{}}, f.roster.head_json, f.roster.minisig, f.roster.proven[1]}.json());
  corpus.put("log_state", "one",
             LogState{std::string(as_text(files.at("checkpoint"))),
                      {{"monitor-1", f.monitor.bundle_key().text(), std::string(kChain), 2, f.bundles[1].sha256}}}
                 .json());
  corpus.put("wire", "mailbox", Mailbox{std::string(kOrigin), 1, 2, {{1, f.entries[1]}}, true}.json());
  corpus.put("wire", "join", JoinAnswer{"pending", "00112233445566778899", ""}.json());
  corpus.put("wire", "problem", Problem{403, "pending", "You wait.", "Still."}.json());
}

void record_seeds(const Corpus& corpus) {
  const Identity author = Identity::from_seed(seed_of(1));
  const Json nested = Json::parse(R"({"title":"회령","tags":["a","b"],"created":"2026-11-24T09:30:00Z",
    "dates":{"initial":{"date":"2026-03","type":"estimate"}},"place":{"latitude":12.5},"description":"one\n\ntwo"})");
  const RevisionContent content = make_revision("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11", "incident", flatten(nested),
                                                author.bundle_key(), {});
  corpus.put("revision", "incident", content.json + "\n" + lines_file(content.lines));
  corpus.put("revision", "line", content.lines[0].text + "\n");
  corpus.put("fields", "incident", dump_json(nested));
  corpus.put("json", "incident", dump_json(nested));
  corpus.put("json", "numbers", R"([1,-2,0.5,1e3,true,null,"\u00e9\ud83d\ude00"])");
  const CustodyEvent first = CustodyEvent::make(std::string(32, '0'), kNow, "monitor-1", "collected", content.id(), {});
  const CustodyEvent second = CustodyEvent::make(first.hash, kNow, "monitor-1", "sealed", std::nullopt,
                                                 Json{{"revisions", {content.id()}}});
  corpus.put("custody", "two", first.line + "\n" + second.line + "\n");
  corpus.put("custody", "hidden", first.line + "\n{\"format\":\"depone/custody/1\",\"hidden\":\"" + second.hash + "\"}\n");

  const std::string path = "records/" + content.revision.record + "/" + content.id();
  Manifest manifest{std::string(32, 'a'), author.bundle_key(), author.bundle_key(), 1, kNow, {{Sha256{}, 1}}, {}};
  manifest.files.push_back({path + ".json", content.json.size(), sha256(content.json)});
  manifest.files.push_back({path + ".fields.jsonl", 10, Sha256{}});
  manifest.files.push_back({"attachments/" + std::string(64, 'b'), 3, Sha256{}});
  corpus.put("manifest", "one", manifest.json());
  corpus.put("manifest", "path", path + ".json");

  MemorySink archive;
  tar::Writer writer(archive);
  writer.add("manifest.json", as_bytes(manifest.json()));
  writer.add(path + ".fields.jsonl", as_bytes(lines_file(content.lines)));
  writer.add("padding", as_bytes(std::string(100, '\0')));
  writer.end();
  corpus.put("tar", "three", archive.bytes());
}

void request_seeds(const Corpus& corpus) {
  const Identity identity = Identity::from_seed(seed_of(1));
  const Invite invite{"http://127.0.0.1:8080", identity.bundle_key(), identity.request.public_key(), {}, {}, 3,
                      std::nullopt};
  corpus.put("invite", "plain", invite.text());
  Invite pinned = invite;
  pinned.pin = Sha256{};
  corpus.put("invite", "pinned", pinned.text());
  corpus.put("invite", "claim", invite_header(invite, "message"));

  Join join;
  join.invite = hex(invite.id);
  join.name = "monitor-1";
  join.bundle_key = identity.bundle_key();
  join.request_key = identity.request.public_key();
  join.recipient = identity.recipient.recipient().text();
  join.archive = identity.archive.text();
  join.proof = join_proof(identity.bundle, request_key_text(join.request_key), join.recipient, join.archive, *join.invite);
  corpus.put("join", "monitor", join.json());

  const SignedHeaders headers = sign_request(
      identity.request, {{"@method", "GET"}, {"@target-uri", "http://127.0.0.1:8080/v1/roster"}}, kNow);
  corpus.put("http_signature", "get", headers.signature_input + "\n" + headers.signature);
  corpus.put("http_signature", "digest", content_digest(as_bytes("body")) + "\nbody");
  corpus.put("structured_fields", "input", headers.signature_input);
  corpus.put("structured_fields", "kinds", R"(a=1, b=-2.5;p="q\"s", c=?0, d=tok/en, e=:YWJj:, f=("x" y);z)");
  corpus.put("request_target", "log", "/v1/bundles?to=desk-1&after=3&name=a%20b");
  corpus.put("url", "relay", "https://relay.example.org:8443/v1?x=1");
  corpus.put("url", "loopback", "http://[::1]:80");
  corpus.put("http_date", "one", "Tue, 24 Nov 2026 09:30:00 GMT");
  corpus.put("request_key", "auditor",
             "depone/request-key/1\nseed " + std::string(64, '5') + "\nrelay http://127.0.0.1:8080\npin -\nauthority " +
                 identity.bundle_key().text() + "\ninvite 0011223344556677\nname auditor-1\n");
  corpus.put("tus", "length", "1048576");
  corpus.put("tus", "metadata", "sha256 YWJj,minisig ZGVm,to ZGVzay0x,empty");
  corpus.put("csv", "incidents",
             "id,title,date,tags,description\nx-1,\"One, two\",(Believed to be) 2026-03-01,a;b,\"first\n\nsecond\"\n,,,,\nx,y\n");
  corpus.put("csv_map", "map", R"({"Name":"title","Labels":{"path":"tags","split":";"},"Notes":null})");
  corpus.put("csv_map", "form",
             R"({"a":{"path":"acts","each":{"b":"type","c":{"path":"status","values":{"1":"x"}}}},"f":{"path":"attachments","identifies":false},"":{"title":"t"}})");
  corpus.put("form_json", "odk",
             R"({"@odata.context":"x","value":[{"__id":"uuid:1","a":"one","b":{"c":"Azalea"},"f":"1.jpg","r":[{"x":"beating","d":"2025-03-02","y":"t"}],"p":{"type":"Point","coordinates":[127.1,37.5,0],"properties":{"accuracy":4.9}}}]})");
  corpus.put("form_json", "kobo",
             R"({"count":1,"next":null,"results":[{"_uuid":"1","a":"x","b/c":"Azalea","r":[{"r/x":"arrest"}],"_attachments":[{"filename":"u/a/1.jpg"}]}]})");
  corpus.put("form_table", "odk",
             "SubmissionDate,a,b-c,KEY\nx,one,two,uuid:1\n\fx,PARENT_KEY,KEY\nbeating,uuid:1,uuid:1/r[1]\n");

  VaultHeader header;
  header.slots.push_back(passphrase_slot(header, DatabaseKey(), as_bytes("a passphrase"), {1, 8u << 20}));
  header.slots.push_back(recovery_slot(header, DatabaseKey(), seed_of(1)));
  corpus.put("vault_header", "two-slots", header.file());
}

}  // namespace
}  // namespace depone::testing

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz-seeds DIR\n");
    return 2;
  }
  using namespace depone::testing;
  depone::start_crypto();
  const Corpus corpus(argv[1]);
  age_seeds(corpus);
  log_seeds(corpus);
  record_seeds(corpus);
  request_seeds(corpus);
  return 0;
}
