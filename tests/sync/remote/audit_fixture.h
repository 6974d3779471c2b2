#pragma once

#include <map>
#include <string>
#include <vector>

#include "crypto/age/stream.h"
#include "crypto/formats/entry.h"
#include "crypto/formats/receipt.h"
#include "crypto/formats/tile.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "sync/remote/log_source.h"
#include "tests/store/roster_fixture.h"

// An organisation, sealed bundles of a monitor's, and a log of them, made with the project's own
// formats.
namespace depone::testing {

inline constexpr std::string_view kOrigin = "test.example/log";
inline constexpr std::string_view kChain = "00000000000000aa";

struct Sealed {
  std::string age;
  std::string minisig;
  std::string sha256;
  std::string entry;  // its leaf
  BundleComment comment;
};

// A file as the relay takes it: a bundle's header, any payload.
inline Sealed seal_text(const Ed25519Key& key, std::string_view text, std::string_view chain,
                        std::uint64_t sequence, std::optional<std::string> previous) {
  static const age::HybridRecipient recipient =
      age::HybridIdentity::from_seed(Secret<32>()).recipient();
  MemorySink out;
  const auto encryptor = age::Encryptor::for_bundle({&recipient, 1}, out);
  encryptor->write(as_bytes(text));
  encryptor->finish();
  Sealed sealed{std::string(as_text(out.bytes())),
                "",
                hex(depone::sha256(out.bytes())),
                "",
                {std::string(chain), sequence, std::move(previous), depone::sha256(text)}};
  sealed.minisig =
      minisign::sign(key, blake2b512(out.bytes()), kBundleUntrusted, sealed.comment.text()).text();
  MemorySource source(out.bytes());
  sealed.entry =
      BundleEntry{digest_all(source), minisign::PublicKey(key.public_key()), sealed.minisig}.text();
  return sealed;
}

inline std::string roster_leaf(const Roster& roster) {
  MemorySource source(as_bytes(roster.head_json));
  return RosterEntry{roster.head.version, digest_all(source), roster.head.authority, roster.minisig}
      .text();
}

// Every file of a log with these entries, as a directory holds them.
inline std::map<std::string, Bytes> log_files(const std::vector<std::string>& entries,
                                              const Ed25519Key& log_key) {
  std::map<std::string, Bytes> files;
  std::vector<std::vector<Sha256>> levels(1);
  for (const std::string& entry : entries) levels[0].push_back(merkle::leaf_hash(as_bytes(entry)));
  const Sha256 root = merkle::root_of(levels[0]);
  for (std::size_t level = 0; levels[level].size() >= kTileWidth; ++level) {
    std::vector<Sha256> above;
    for (std::size_t i = 0; i + kTileWidth <= levels[level].size(); i += kTileWidth) {
      above.push_back(merkle::root_of({levels[level].data() + i, kTileWidth}));
    }
    levels.push_back(std::move(above));
  }
  for (const TilePath& path : tiles_of(entries.size())) {
    const std::uint64_t first = path.index * kTileWidth;
    Bytes bytes;
    if (path.entries) {
      const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(first);
      bytes = to_bytes(entry_bundle({begin, begin + path.width}));
    } else {
      for (unsigned i = 0; i < path.width; ++i) {
        const Sha256& hash = levels[path.level][first + i];
        bytes.insert(bytes.end(), hash.begin(), hash.end());
      }
    }
    files[path.text()] = std::move(bytes);
  }
  const Checkpoint checkpoint{std::string(kOrigin), entries.size(), root};
  const VerifierKey name = VerifierKey::make(kOrigin, log_key.public_key());
  files["checkpoint"] = to_bytes(sign_note(checkpoint.text(), name, log_key).bytes());
  return files;
}

class MemoryLog : public LogSource {
 public:
  explicit MemoryLog(std::map<std::string, Bytes> of) : files(std::move(of)) {}
  std::string checkpoint() override { return std::string(as_text(files.at("checkpoint"))); }
  std::optional<Bytes> file(std::string_view path) override {
    const auto found = files.find(std::string(path));
    return found == files.end() ? std::nullopt : std::optional(found->second);
  }
  std::string name() const override { return "memory"; }
  std::map<std::string, Bytes> files;
};

struct AuditFixture {
  Organisation organisation;
  Identity monitor = Identity::from_seed(seed_of(1));
  Roster roster = organisation.roster(1);
  VerifierKey log_key = VerifierKey::make(kOrigin, organisation.log.public_key());
  std::vector<Sealed> bundles;
  std::vector<std::string> entries{roster_leaf(roster)};

  // The next bundle of the monitor's chain, in the log.
  const Sealed& add(std::string_view text, std::string_view chain = kChain) {
    std::optional<std::string> previous;
    std::uint64_t sequence = 1;
    for (const Sealed& bundle : bundles) {
      previous = bundle.sha256;
      if (bundle.comment.chain == chain) sequence = bundle.comment.sequence + 1;
    }
    bundles.push_back(seal_text(monitor.bundle, text, chain, sequence, previous));
    entries.push_back(bundles.back().entry);
    return bundles.back();
  }
  void log_roster(const Roster& newer) {
    roster = newer;
    entries.push_back(roster_leaf(newer));
  }
  std::map<std::string, Bytes> files() const { return log_files(entries, organisation.log); }
  MemoryLog log() const { return MemoryLog(files()); }
  std::string receipt_of(std::uint64_t index) const {
    std::vector<Sha256> leaves;
    for (const std::string& entry : entries) leaves.push_back(merkle::leaf_hash(as_bytes(entry)));
    Receipt receipt;
    receipt.entry = entries[index];
    receipt.index = index;
    receipt.path = merkle::inclusion_path(leaves, index);
    receipt.checkpoint = as_text(files().at("checkpoint"));
    return receipt.text();
  }
  // A courier directory with everything in it.
  void write_courier(const fs::path& dir) const {
    fs::create_directories(dir / "bundles");
    fs::create_directories(dir / "receipts");
    fs::create_directories(dir / "audit");
    for (std::size_t i = 0; i < bundles.size(); ++i) {
      const std::string& name = bundles[i].sha256;
      write_file(dir / "bundles" / (name + ".age"), bundles[i].age);
      write_file(dir / "bundles" / (name + ".age.minisig"), bundles[i].minisig);
    }
    for (std::uint64_t i = 0; i < entries.size(); ++i) {
      const Entry entry = parse_entry(entries[i]);
      if (const auto* bundle = std::get_if<BundleEntry>(&entry)) {
        write_file(dir / "receipts" / (hex(bundle->digests.sha256) + ".tlog-proof"), receipt_of(i));
      }
    }
    write_file(dir / "audit" / "roster.json", roster.head_json);
    write_file(dir / "audit" / "roster.json.minisig", roster.minisig);
    write_file(dir / "audit" / "members.jsonl", organisation.members);
    write_file(dir / "authority.pub",
               minisign::public_key_file(organisation.authority_key(), "authority"));
    for (const auto& [path, bytes] : files()) {
      const fs::path file = dir / "audit" / "log" / path;
      fs::create_directories(file.parent_path());
      write_file(file, bytes);
    }
  }
};

}  // namespace depone::testing
