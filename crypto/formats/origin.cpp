#include "crypto/formats/origin.h"

#include "crypto/error.h"
#include "crypto/formats/json_path.h"
#include "crypto/formats/manifest.h"
#include "crypto/formats/revision.h"
#include "crypto/json.h"

namespace depone {

namespace {

constexpr std::string_view kFormat = "depone/origin/1";
constexpr std::string_view kWhat = "origin";
constexpr std::size_t kMaxRoster = 4u << 20;
constexpr std::size_t kMaxOrigin = 16u << 20;

BundleEntry bundle_entry_of(const JsonObject& object) {
  Entry entry = parse_entry(object.string("entry", kMaxEntry));
  auto* const bundle = std::get_if<BundleEntry>(&entry);
  if (bundle == nullptr) object.fail("entry", "the log entry of a bundle");
  return std::move(*bundle);
}

[[noreturn]] void mismatch(const std::string& why) {
  throw Error(Code::mismatch, why, std::string(kWhat));
}

}  // namespace

Origin Origin::parse(std::string_view json) {
  const Json value = parse_json(json, kWhat, kMaxOrigin);
  const JsonObject object(
      value, kWhat,
      {"format", "entry", "index", "leaves", "path", "roster", "roster_minisig", "member"});
  object.format(kFormat);
  Origin out{bundle_entry_of(object),
             object.integer("index"),
             object.integer("leaves"),
             path_from(object),
             object.string("roster", kMaxRoster),
             object.string("roster_minisig", minisign::kMaxSignatureSize),
             ProvenLine::parse(dump_json(object.object("member")))};
  if (out.index >= out.leaves) object.fail("index", "a number below \"leaves\"");
  return out;
}

std::string Origin::json() const {
  return dump_json(Json{{"format", kFormat},
                        {"entry", entry.text()},
                        {"index", index},
                        {"leaves", leaves},
                        {"path", path_json(path)},
                        {"roster", roster},
                        {"roster_minisig", roster_minisig},
                        {"member", parse_json(member.json(), kWhat)}});
}

MemberLine check_origin(const Origin& origin, std::string_view revision_json,
                        const minisign::PublicKey& authority) {
  if (!entry_signature_ok(origin.entry)) {
    throw Error(Code::bad_signature, "the signature of the bundle that it names does not hold",
                std::string(kWhat));
  }
  const Sha256 root = BundleSignature::parse(origin.entry.minisig).comment.root;
  if (!merkle::verify_inclusion(merkle::leaf_hash(as_bytes(revision_json)), origin.index,
                                origin.leaves, origin.path, root)) {
    mismatch("this revision was not in the bundle that it names");
  }
  const RosterHead head = open_roster(origin.roster, origin.roster_minisig, authority);
  if (!merkle::verify_inclusion(merkle::leaf_hash(as_bytes(origin.member.line)),
                                origin.member.index, head.member_count, origin.member.path,
                                head.member_root)) {
    mismatch("its member line is not in the roster that it holds");
  }
  MemberLine line = MemberLine::parse(origin.member.line);
  if (!line.bundle_key || *line.bundle_key != origin.entry.key)
    mismatch("its member line has another key than the bundle");
  if (Revision::parse(revision_json).author != origin.entry.key.text())
    mismatch("the revision names another author than the bundle's");
  return line;
}

}  // namespace depone
