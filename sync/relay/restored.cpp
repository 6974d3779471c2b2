#include "sync/relay/restored.h"

#include "crypto/error.h"
#include "crypto/formats/receipt.h"
#include "crypto/json.h"
#include "sync/relay/backup_manifest.h"
#include "sync/relay/directory.h"
#include "sync/relay/log.h"
#include "sync/remote/log_state.h"

namespace depone::relay {

namespace {

constexpr std::string_view kFormat = "depone/relay-restored/1";
constexpr std::string_view kReceiptStart = "c2sp.org/tlog-proof";
constexpr std::size_t kMaxMark = 1u << 16;
constexpr const char* kLatest = "--latest";

bool is_there(const fs::path& path) { return fs::exists(fs::symlink_status(path)); }

std::string entries_text(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " entry" : " entries");
}

// " from a backup of 2026-11-24T09:30:00Z, whose log has 17 entries"; "" where the mark can't be
// read: it counts all the same.
std::string origin_of(const fs::path& mark) {
  try {
    const Json json = parse_json(read_text(mark, kMaxMark), kRestoredMark);
    const JsonObject object(json, kRestoredMark, {"format", "made", "restored", "entries"});
    object.format(kFormat);
    return " from a backup of " + object.string("made") + ", whose log has " +
           entries_text(object.integer("entries"));
  } catch (const Error&) {
    return "";
  }
}

std::uint64_t entries_of(Ledger& ledger) { return ledger.head().size + ledger.count_waiting(); }

// Of the first `size` entries. Those that wait have their places already: the relay that the backup
// was made of gave them the same.
Sha256 root_at(Ledger& ledger, std::uint64_t size) {
  TileNodes nodes(ledger);
  std::uint64_t at = ledger.head().size;
  if (size > at) {
    for (const std::string& text : ledger.waiting(size - at))
      nodes.append(at++, merkle::leaf_hash(as_bytes(text)));
  }
  return merkle::root_from(nodes.reader(), size);
}

void check_own_head(Ledger& ledger, const VerifierKey& log) {
  const Head head = ledger.head();
  if (head.size == 0) return;
  const Checkpoint own = open_checkpoint(head.note, log);
  if (own.size == head.size && own.root == root_at(ledger, head.size)) return;
  throw Error(Code::damaged,
              "the log's tree is not the one that its own checkpoint says: the ledger is damaged; "
              "nothing was changed. Restore another backup; depone-relay check says more",
              "ledger");
}

Checkpoint open_latest(std::string_view note, const VerifierKey& log) {
  try {
    return open_checkpoint(note, log);
  } catch (const Error& error) {
    throw Error(error.code(),
                "this is no checkpoint of this relay's log (" + log.name + "): " + error.message() +
                    "; nothing was changed. Name a file with one that the log's key has signed",
                kLatest);
  }
}

}  // namespace

std::string RestoredMark::json() const {
  return dump_json({{"format", kFormat},
                    {"made", made.text()},
                    {"restored", restored.text()},
                    {"entries", entries}}) +
         "\n";
}

bool is_restored(const fs::path& relay) { return is_there(relay / kRestoredMark); }

void refuse_while_restored(const fs::path& relay) {
  if (!is_restored(relay)) return;
  throw Error(
      Code::refused,
      "this relay was restored" + origin_of(relay / kRestoredMark) +
          ". What came after that may be missing, and if the relay signed its log now, there could "
          "be two logs of one size: receipts would point to nothing, and everybody who compares "
          "would find a fork. Nothing was changed. Ask the auditors, members and witnesses for the "
          "newest checkpoint that they know (depone-audit log --save, depone status --json) and "
          "run: depone-relay serve DIR --latest FILE",
      relay.string());
}

const fs::path& refuse_backup(const fs::path& path) {
  if (!is_there(path / kBackupManifest)) return path;
  throw Error(Code::refused,
              "this is a backup, which stays as it is; nothing was changed. Make a relay of it: "
              "depone-relay restore BACKUP DIR",
              path.string());
}

std::string checkpoint_in(std::string_view text) {
  if (text.starts_with('{')) return LogState::parse(text).checkpoint;
  if (text.starts_with(kReceiptStart)) return Receipt::parse(text).checkpoint;
  std::string note(text);
  std::erase(note, '\r');
  while (note.ends_with('\n') || note.ends_with(' ')) note.pop_back();
  return note + "\n";
}

Reach hold_against(Ledger& ledger, const VerifierKey& log, std::string_view checkpoint) {
  const Reach reach{open_latest(checkpoint, log), entries_of(ledger)};
  const Checkpoint& known = reach.known;
  check_own_head(ledger, log);
  if (known.size > reach.entries) {
    throw Error(Code::refused,
                "the log here ends before that checkpoint: it has " + entries_text(reach.entries) +
                    " and the checkpoint covers " + std::to_string(known.size) +
                    ". If this relay went on, it would sign a second log of sizes that it has "
                    "signed before. Nothing was changed, and nothing may be served from here. "
                    "Restore a newer backup, or the old disk's ledger, that reaches the "
                    "checkpoint. Where there is none: this version can't begin a new log under "
                    "the same roster; what is here can still be read (depone-relay export "
                    "--courier, check), and members keep what they have no receipt for. Keep this "
                    "directory",
                kLatest);
  }
  if (root_at(ledger, known.size) != known.root) {
    throw Error(Code::mismatch,
                "THE LOG IS FORKED: its key has signed a tree of " + entries_text(known.size) +
                    " that is not the one here. Another copy of this relay was served with the "
                    "same key, or somebody else has that key. Nothing was changed, and nothing may "
                    "be served from here. Keep this directory and the checkpoint, stop every other "
                    "copy, and tell the auditors and members: their receipts show which of the "
                    "logs they were given",
                kLatest);
  }
  return reach;
}

Reach accept_latest(Directory& relay, std::string_view checkpoint) {
  const auto lock = relay.try_sequencer_lock();
  if (!lock) {
    throw Error(Code::busy, "this relay is being served already; nothing was changed",
                relay.path().string());
  }
  const Reach reach = hold_against(relay.ledger(), relay.log_name(), checkpoint);
  remove_file(relay.path() / kRestoredMark);
  return reach;
}

}  // namespace depone::relay
