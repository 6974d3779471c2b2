#include "crypto/formats/manifest.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "crypto/error.h"
#include "crypto/formats/revision.h"
#include "crypto/formats/uuid.h"
#include "crypto/json.h"

namespace depone {
namespace {

constexpr std::string_view kFormat = "depone/bundle/1";
constexpr std::size_t kMaxFiles = 4u << 20;
constexpr std::size_t kMaxRecipients = 1024;
constexpr std::uint64_t kMaxFileSize = (8ull << 30) - 1;

minisign::PublicKey key_of(const JsonObject& object, std::string_view name) {
  const auto key = minisign::PublicKey::parse(object.string(name));
  if (!key) object.fail(name, "a minisign public key");
  return *key;
}

Sha256 hash_of(const JsonObject& object, std::string_view name) {
  const auto hash = sha256_from_hex(object.string(name));
  if (!hash) object.fail(name, "a SHA-256 in hex");
  return *hash;
}

BundleFile parse_file(const Json& value, const std::string& what) {
  const JsonObject object(value, what, {"path", "size", "sha256"});
  BundleFile file{object.string("path", 256), object.integer("size"), hash_of(object, "sha256")};
  const auto path = parse_member_path(file.path);
  if (!path || path->kind == MemberKind::manifest || path->kind == MemberKind::padding) {
    object.fail("path", "a member that a bundle may have");
  }
  if (file.size > kMaxFileSize) object.fail("size", "less than 8 GiB");
  return file;
}

// Lines and origin need their revision right before them.
void check_order(const std::vector<BundleFile>& files, const std::string& what) {
  std::optional<MemberPath> before;
  std::uint64_t before_size = 0;
  std::string last_revision;
  for (const BundleFile& file : files) {
    const MemberPath path = *parse_member_path(file.path);
    if (before && !member_before(*before, path)) {
      throw Error(Code::malformed, "the files are not in their order, or one stands twice", what);
    }
    if (path.kind == MemberKind::revision) last_revision = path.record + "/" + path.revision;
    if ((path.kind == MemberKind::fields || path.kind == MemberKind::origin) &&
        last_revision != path.record + "/" + path.revision) {
      throw Error(Code::malformed, "there are lines or an origin without their revision", what);
    }
    if (before && path.kind == MemberKind::part && before->sha256 == path.sha256 &&
        path.offset - before->offset < before_size) {
      throw Error(Code::malformed, "two parts of one attachment overlap", what);
    }
    before = path;
    before_size = file.size;
  }
}

// The rank of a member: sections, then what orders within them.
auto rank(const MemberPath& path) {
  int section = 0;
  int within = 0;
  switch (path.kind) {
    case MemberKind::manifest:
      section = 0;
      break;
    case MemberKind::checkpoint:
      section = 1;
      break;
    case MemberKind::revision:
      section = 2;
      within = 0;
      break;
    case MemberKind::fields:
      section = 2;
      within = 1;
      break;
    case MemberKind::origin:
      section = 2;
      within = 2;
      break;
    case MemberKind::custody:
      section = 2;
      within = 3;
      break;
    case MemberKind::attachment:
    case MemberKind::part:
      section = 3;
      break;
    case MemberKind::padding:
      section = 4;
      break;
  }
  const bool custody = path.kind == MemberKind::custody;
  return std::make_tuple(section, path.record, custody, path.revision, within, path.sha256,
                         path.offset);
}

}  // namespace

std::optional<MemberPath> parse_member_path(std::string_view path) {
  if (path == "manifest.json") return MemberPath{MemberKind::manifest, {}, {}, {}, 0};
  if (path == "checkpoint") return MemberPath{MemberKind::checkpoint, {}, {}, {}, 0};
  if (path == "padding") return MemberPath{MemberKind::padding, {}, {}, {}, 0};
  const std::vector<std::string_view> parts = split(path, '/');
  if (parts.size() == 3 && parts[0] == "records" && is_uuid(parts[1])) {
    const std::string record(parts[1]);
    if (parts[2] == "custody.jsonl") return MemberPath{MemberKind::custody, record, {}, {}, 0};
    const std::size_t dot = parts[2].find('.');
    if (dot == std::string_view::npos || !is_revision_id(parts[2].substr(0, dot)))
      return std::nullopt;
    const std::string revision(parts[2].substr(0, dot));
    const std::string_view suffix = parts[2].substr(dot);
    if (suffix == ".json") return MemberPath{MemberKind::revision, record, revision, {}, 0};
    if (suffix == ".fields.jsonl") return MemberPath{MemberKind::fields, record, revision, {}, 0};
    if (suffix == ".origin.json") return MemberPath{MemberKind::origin, record, revision, {}, 0};
    return std::nullopt;
  }
  if (parts.size() >= 2 && parts.size() <= 3 && parts[0] == "attachments" &&
      sha256_from_hex(parts[1])) {
    const std::string sha256(parts[1]);
    if (parts.size() == 2) return MemberPath{MemberKind::attachment, {}, {}, sha256, 0};
    const auto offset = from_decimal(parts[2], (std::uint64_t{1} << 53) - 1);
    if (!offset) return std::nullopt;
    return MemberPath{MemberKind::part, {}, {}, sha256, *offset};
  }
  return std::nullopt;
}

bool member_before(const MemberPath& a, const MemberPath& b) {
  // One content is whole or in parts, not both.
  if (a.sha256 == b.sha256 && !a.sha256.empty() &&
      (a.kind != b.kind || a.kind == MemberKind::attachment)) {
    return false;
  }
  return rank(a) < rank(b);
}

bool is_root_leaf(MemberKind kind) {
  return kind != MemberKind::fields && kind != MemberKind::attachment && kind != MemberKind::part &&
         kind != MemberKind::padding;
}

Manifest Manifest::parse(std::string_view json) {
  const std::string what = "manifest.json";
  const Json value = parse_json(json, what);
  const JsonObject object(
      value, what,
      {"format", "blind", "sender", "authority", "roster", "created", "recipients", "files"});
  object.format(kFormat);
  const std::string blind = object.string("blind");
  if (!exactly<16>(from_hex(blind))) object.fail("blind", "16 bytes in hex");
  const auto created = Time::parse(object.string("created"));
  if (!created) object.fail("created", "a time");
  Manifest out{blind,
               key_of(object, "sender"),
               key_of(object, "authority"),
               object.integer("roster"),
               *created,
               {},
               {}};

  std::set<Sha256> seen;
  const Json& recipients = object.array("recipients", kMaxRecipients);
  if (recipients.empty()) object.fail("recipients", "at least one");
  for (std::size_t i = 0; i < recipients.size(); ++i) {
    const JsonObject recipient(recipients[i], what + ": recipients[" + std::to_string(i) + "]",
                               {"recipient", "number"});
    const Sha256 hash = hash_of(recipient, "recipient");
    const std::uint64_t number = recipient.integer("number");
    if (number == 0) recipient.fail("number", "a number from 1");
    if (!seen.insert(hash).second) recipient.fail("recipient", "each recipient once");
    out.recipients.push_back({hash, number});
  }
  const Json& files = object.array("files", kMaxFiles);
  for (std::size_t i = 0; i < files.size(); ++i) {
    out.files.push_back(parse_file(files[i], what + ": files[" + std::to_string(i) + "]"));
  }
  check_order(out.files, what);
  return out;
}

std::string Manifest::json() const {
  Json to = Json::array();
  for (const BundleRecipient& r : recipients) {
    to.push_back(Json{{"recipient", hex(r.recipient)}, {"number", r.number}});
  }
  Json list = Json::array();
  for (const BundleFile& f : files) {
    list.push_back(Json{{"path", f.path}, {"size", f.size}, {"sha256", hex(f.sha256)}});
  }
  return dump_json(Json{{"format", kFormat},
                        {"blind", blind},
                        {"sender", sender.text()},
                        {"authority", authority.text()},
                        {"roster", roster},
                        {"created", created.text()},
                        {"recipients", std::move(to)},
                        {"files", std::move(list)}});
}

BundleComment BundleComment::parse(std::string_view comment) {
  const auto fail = [] {
    return Error(Code::malformed,
                 "the trusted comment is not \"depone/1 chain=… sequence=… previous=… root=…\"",
                 "signature line 3");
  };
  const std::vector<std::string_view> parts = split(comment, ' ');
  if (parts.size() == 5 && parts[0].starts_with("depone/") && parts[0] != "depone/1") {
    throw Error(Code::unsupported, "this bundle's signature is of another version of the format",
                "signature line 3");
  }
  if (parts.size() != 5 || parts[0] != "depone/1" || !parts[1].starts_with("chain=") ||
      !parts[2].starts_with("sequence=") || !parts[3].starts_with("previous=") ||
      !parts[4].starts_with("root=")) {
    throw fail();
  }
  const std::string_view chain = parts[1].substr(6);
  const auto sequence = from_decimal(parts[2].substr(9), (std::uint64_t{1} << 53) - 1);
  const std::string_view previous = parts[3].substr(9);
  const auto root = sha256_from_hex(parts[4].substr(5));
  if (!exactly<8>(from_hex(chain)) || !sequence || *sequence == 0 || !root) throw fail();
  if (previous != "-" && !sha256_from_hex(previous)) throw fail();
  return {std::string(chain), *sequence,
          previous == "-" ? std::nullopt : std::optional<std::string>(previous), *root};
}

std::string BundleComment::text() const {
  return "depone/1 chain=" + chain + " sequence=" + std::to_string(sequence) +
         " previous=" + previous.value_or("-") + " root=" + hex(root);
}

BundleSignature BundleSignature::parse(std::string_view file) {
  minisign::Signature signature = minisign::Signature::parse(file);
  if (signature.untrusted_comment != kBundleUntrusted) {
    throw Error(Code::malformed, "the first line is not \"untrusted comment: depone bundle\"",
                "signature line 1");
  }
  BundleComment comment = BundleComment::parse(signature.trusted_comment);
  return {std::move(signature), std::move(comment)};
}

}  // namespace depone
