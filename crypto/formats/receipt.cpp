#include "crypto/formats/receipt.h"

#include <algorithm>

#include "crypto/error.h"

namespace depone {
namespace {

constexpr std::string_view kFormat = "c2sp.org/tlog-proof@v1";
constexpr std::size_t kMaxPath = 63;

[[noreturn]] void fail(std::size_t line, const char* expected) {
  throw Error(Code::malformed, std::string("the receipt is not well-formed: expected ") + expected,
              "receipt line " + std::to_string(line));
}

// The next line, without its LF, taken off `rest`.
std::string_view take_line(std::string_view& rest, std::size_t number) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) fail(number, "a line that ends in LF");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

}  // namespace

Receipt Receipt::parse(std::string_view bytes) {
  if (bytes.size() > kMaxReceipt)
    throw Error(Code::malformed, "the receipt is too large", "receipt");
  std::string_view rest = bytes;
  std::size_t number = 1;
  const std::string_view format = take_line(rest, number);
  if (format != kFormat) {
    if (format.starts_with("c2sp.org/tlog-proof@")) {
      throw Error(Code::unsupported, "this program does not know the receipt's version",
                  "receipt line 1");
    }
    fail(number, "\"c2sp.org/tlog-proof@v1\"");
  }
  Receipt out;
  std::string_view line = take_line(rest, ++number);
  if (!line.starts_with("extra ")) fail(number, "\"extra …\"");
  const auto entry = from_base64(line.substr(6));
  if (!entry || entry->empty() || entry->size() > kMaxEntry)
    fail(number, "the log entry in base64");
  out.entry = std::string(as_text(*entry));
  line = take_line(rest, ++number);
  if (!line.starts_with("index ")) fail(number, "\"index …\"");
  const auto index = from_decimal(line.substr(6), (std::uint64_t{1} << 62));
  if (!index) fail(number, "the index in decimal");
  out.index = *index;
  for (line = take_line(rest, ++number); !line.empty(); line = take_line(rest, ++number)) {
    const auto hash = exactly<32>(from_base64(line));
    if (!hash) fail(number, "a hash in base64, or an empty line");
    if (out.path.size() == kMaxPath) fail(number, "at most 63 hashes");
    out.path.push_back(*hash);
  }
  out.checkpoint = std::string(rest);
  Note::parse(out.checkpoint);
  return out;
}

std::string Receipt::text() const {
  std::string out = std::string(kFormat) + "\nextra " + base64(as_bytes(entry)) + "\nindex " +
                    std::to_string(index) + "\n";
  for (const Sha256& hash : path) out += base64(hash) + "\n";
  return out + "\n" + checkpoint;
}

CheckedReceipt check_receipt(const Receipt& receipt, std::span<const VerifierKey> logs) {
  const Checkpoint claimed = Checkpoint::parse(Note::parse(receipt.checkpoint).text);
  const auto log = std::find_if(logs.begin(), logs.end(), [&](const VerifierKey& key) {
    return key.name == claimed.origin && Note::parse(receipt.checkpoint).signed_by(key);
  });
  if (log == logs.end()) {
    throw Error(
        Code::bad_signature,
        "the receipt's checkpoint is not signed by a log of the roster: the receipt proves nothing",
        "receipt");
  }
  const Checkpoint checkpoint = open_checkpoint(receipt.checkpoint, *log);
  if (receipt.index >= checkpoint.size) {
    throw Error(Code::mismatch, "the receipt's index is not inside its checkpoint's tree",
                "receipt");
  }
  if (!merkle::verify_inclusion(merkle::leaf_hash(as_bytes(receipt.entry)), receipt.index,
                                checkpoint.size, receipt.path, checkpoint.root)) {
    throw Error(Code::mismatch,
                "the receipt's inclusion proof does not lead to its checkpoint's root", "receipt");
  }
  Entry entry = parse_entry(receipt.entry);
  if (!entry_signature_ok(entry)) {
    throw Error(Code::bad_signature, "the signature in the receipt's entry does not hold",
                "receipt");
  }
  return {checkpoint, *log, std::move(entry), receipt.index};
}

}  // namespace depone
