#include "crypto/formats/entry.h"

#include "crypto/error.h"
#include "crypto/formats/roster.h"

namespace depone {
namespace {

constexpr std::string_view kBundle = "depone/entry/1";
constexpr std::string_view kRoster = "depone/roster-entry/1";

[[noreturn]] void fail(std::size_t line, const std::string& expected) {
  throw Error(Code::malformed, "the log entry is not well-formed: expected " + expected,
              "entry line " + std::to_string(line));
}

// The value after "name " of line `i` (from 0).
std::string_view value(const std::vector<std::string_view>& lines, std::size_t i,
                       std::string_view name) {
  const std::string_view line = lines[i];
  if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ' ') {
    fail(i + 1, "\"" + std::string(name) + " …\"");
  }
  return line.substr(name.size() + 1);
}

Digests digests(const std::vector<std::string_view>& lines, std::size_t first,
                std::string_view name) {
  Digests out;
  const auto sha = sha256_from_hex(value(lines, first, name));
  if (!sha) fail(first + 1, "a SHA-256 in hex");
  const auto blake = exactly<64>(from_hex(value(lines, first + 1, "blake2b")));
  if (!blake) fail(first + 2, "a BLAKE2b-512 in hex");
  const auto size = from_decimal(value(lines, first + 2, "size"), (std::uint64_t{1} << 53) - 1);
  if (!size) fail(first + 3, "a size in decimal");
  out.sha256 = *sha;
  out.blake2b = *blake;
  out.size = *size;
  return out;
}

minisign::PublicKey key_at(const std::vector<std::string_view>& lines, std::size_t i) {
  const auto key = minisign::PublicKey::parse(value(lines, i, "key"));
  if (!key) fail(i + 1, "a minisign public key");
  return *key;
}

std::string minisig_at(const std::vector<std::string_view>& lines, std::size_t first) {
  std::string out;
  for (std::size_t i = first; i < first + 4; ++i) out += std::string(lines[i]) + "\n";
  return out;
}

std::string body(const Digests& digests) {
  return hex(digests.sha256) + "\nblake2b " + hex(digests.blake2b) + "\nsize " +
         std::to_string(digests.size) + "\nkey ";
}

}  // namespace

std::string BundleEntry::text() const {
  return std::string(kBundle) + "\nbundle " + body(digests) + key.text() + "\n" + minisig;
}

std::string RosterEntry::text() const {
  return std::string(kRoster) + "\nroster " + std::to_string(version) + "\nsha256 " +
         body(digests) + authority.text() + "\n" + minisig;
}

Entry parse_entry(std::string_view bytes) {
  if (bytes.size() > kMaxEntry) throw Error(Code::malformed, "the log entry is too large", "entry");
  const auto lines = lines_of(bytes);
  if (!lines || lines->empty()) fail(1, "lines that each end in LF");
  if ((*lines)[0] == kBundle) {
    if (lines->size() != 9) fail(lines->size(), "nine lines");
    BundleEntry entry{digests(*lines, 1, "bundle"), key_at(*lines, 4), minisig_at(*lines, 5)};
    BundleSignature::parse(entry.minisig);
    return entry;
  }
  if ((*lines)[0] == kRoster) {
    if (lines->size() != 10) fail(lines->size(), "ten lines");
    const auto version = from_decimal(value(*lines, 1, "roster"), (std::uint64_t{1} << 53) - 1);
    if (!version) fail(2, "a version in decimal");
    RosterEntry entry{*version, digests(*lines, 2, "sha256"), key_at(*lines, 5),
                      minisig_at(*lines, 6)};
    if (RosterSignature::parse(entry.minisig).comment.version != entry.version) {
      fail(9, "a trusted comment with the entry's version");
    }
    return entry;
  }
  if ((*lines)[0].starts_with("depone/")) {
    throw Error(Code::unsupported, "this program does not know the log entry's format",
                "entry line 1");
  }
  fail(1, "\"depone/entry/1\" or \"depone/roster-entry/1\"");
}

bool entry_signature_ok(const Entry& entry) {
  if (const auto* bundle = std::get_if<BundleEntry>(&entry)) {
    return minisign::verify(bundle->key, bundle->digests.blake2b,
                            minisign::Signature::parse(bundle->minisig));
  }
  const auto& roster = std::get<RosterEntry>(entry);
  return minisign::verify(roster.authority, roster.digests.blake2b,
                          minisign::Signature::parse(roster.minisig));
}

}  // namespace depone
