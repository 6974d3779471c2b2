#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "crypto/error.h"
#include "crypto/formats/checkpoint.h"
#include "crypto/formats/cosignature.h"
#include "crypto/formats/tile.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "sync/remote/log_source.h"
#include "sync/remote/log_tree.h"
#include "tests/conformance/commands.h"

namespace depone::conformance {
namespace {

struct Options {
  std::string key;
  std::vector<std::string> witnesses;
  std::size_t quorum = 0;
  std::string directory;
};

[[noreturn]] void fail(const std::string& what) { throw Error(Code::mismatch, what); }

std::vector<Sha256> hashes_of(LogSource& log, TilePath path) {
  const auto file = read_log_file(log, path);
  if (!file) fail(path.text() + " is missing");
  if (file->bytes.size() != file->path.width * std::size_t{32}) {
    fail(file->path.text() + " does not hold " + std::to_string(file->path.width) + " hashes");
  }
  std::vector<Sha256> out(path.width);
  for (unsigned i = 0; i < path.width; ++i) {
    std::copy_n(file->bytes.begin() + i * 32, 32, out[i].begin());
  }
  return out;
}

// Each level's tiles hold the roots of the full tiles below, and level 0 leads to the checkpoint's root.
void check_tiles(LogSource& log, const Checkpoint& checkpoint) {
  merkle::Accumulator tree;
  std::vector<Sha256> below;  // roots of full tiles of the level before
  std::uint64_t nodes = checkpoint.size;
  for (unsigned level = 0; nodes > 0; ++level, nodes /= kTileWidth) {
    std::vector<Sha256> above;
    for (std::uint64_t first = 0; first < nodes; first += kTileWidth) {
      TilePath path;
      path.level = level;
      path.index = first / kTileWidth;
      path.width = static_cast<unsigned>(std::min<std::uint64_t>(nodes - first, kTileWidth));
      const std::vector<Sha256> hashes = hashes_of(log, path);
      for (unsigned i = 0; i < path.width; ++i) {
        if (level == 0) {
          tree.add(hashes[i]);
        } else if (hashes[i] != below[first + i]) {
          fail(path.text() + ": hash " + std::to_string(i) + " is not that of the tile below");
        }
      }
      if (path.width == kTileWidth) above.push_back(merkle::root_of(hashes));
    }
    below = std::move(above);
  }
  if (tree.root() != checkpoint.root) fail("the tiles do not lead to the checkpoint's root");
}

// Where entries lie beside the tiles: each hashes to its leaf (C2SP tlog-tiles, "Log entries"), and none is missing.
void check_entries(LogSource& log, const Checkpoint& checkpoint) {
  const std::uint64_t bundles = (checkpoint.size + kTileWidth - 1) / kTileWidth;
  bool any = false;
  for (std::uint64_t index = 0; index < bundles; ++index) {
    TilePath path;
    path.index = index;
    path.width = static_cast<unsigned>(std::min<std::uint64_t>(checkpoint.size - index * kTileWidth, kTileWidth));
    const std::vector<Sha256> hashes = hashes_of(log, path);
    path.entries = true;
    const auto file = read_log_file(log, path);
    if (!file) {
      if (any) fail(path.text() + " is missing");
      continue;
    }
    if (!any && index > 0) fail("the entries before " + path.text() + " are missing");
    any = true;
    const std::vector<std::string> entries = parse_entry_bundle(file->bytes, file->path.width);
    for (unsigned i = 0; i < path.width; ++i) {
      if (merkle::leaf_hash(as_bytes(entries[i])) != hashes[i])
        fail(path.text() + ": entry " + std::to_string(i) + " is not the one that the log holds there");
    }
  }
}

std::vector<Cosignature> check_quorum(const std::string& note, const Options& options) {
  std::vector<WitnessKey> witnesses;
  for (const std::string& text : options.witnesses) {
    const auto key = WitnessKey::parse(text);
    if (!key) throw Error(Code::malformed, "this is not a witness's Ed25519 key", text);
    witnesses.push_back(*key);
  }
  std::vector<Cosignature> cosignatures = check_cosignatures(Note::parse(note), witnesses);
  if (count_witnesses(cosignatures) < options.quorum) fail("too few of the witnesses cosigned");
  return cosignatures;
}

int run(const Options& options) {
  try {
    const auto key = VerifierKey::parse(options.key);
    if (!key) throw Error(Code::malformed, "this is not an Ed25519 verifier key", options.key);
    const auto log = directory_log(options.directory);
    const std::string note = log->checkpoint();
    const Checkpoint checkpoint = open_checkpoint(note, *key);
    const std::vector<Cosignature> cosignatures = check_quorum(note, options);
    check_tiles(*log, checkpoint);
    check_entries(*log, checkpoint);
    std::cout << checkpoint.size << " " << hex(checkpoint.root) << "\n";
    for (const Cosignature& each : cosignatures)
      std::cout << "cosigned " << each.witness.name << " " << each.time.text() << "\n";
    return kHolds;
  } catch (const Error& error) {
    if (error.code() == Code::io) throw;
    std::cerr << error.what() << "\n";
    return kDoesNotVerify;
  }
}

}  // namespace

Runner log_command(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  app.add_option("--key", options->key, "The log's verifier key, NAME+HASH+KEY")->required();
  app.add_option("--witness", options->witnesses, "A witness's key; its cosignatures are checked");
  app.add_option("--quorum", options->quorum, "How many of the witnesses must have cosigned");
  app.add_option("DIR", options->directory, "Holds checkpoint and tile/")->required();
  return [options] { return run(*options); };
}

}  // namespace depone::conformance
