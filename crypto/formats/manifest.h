#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/time.h"
#include "crypto/hash.h"
#include "crypto/minisign.h"

namespace depone {

// depone/bundle/1 (docs/format.md, "Sealed bundle").

struct BundleFile {
  std::string path;
  std::uint64_t size;
  Sha256 sha256;
};

struct BundleRecipient {
  Sha256 recipient;      // SHA-256 of the recipient string
  std::uint64_t number;  // from 1, without a gap
};

struct Manifest {
  std::string blind;  // 32 hex digits
  minisign::PublicKey sender;
  minisign::PublicKey authority;
  std::uint64_t roster;
  Time created;
  std::vector<BundleRecipient> recipients;
  std::vector<BundleFile> files;  // every member but manifest.json and padding, in order

  static Manifest parse(std::string_view json);  // strict; also that paths are allowed and in order
  std::string json() const;
};

// What a member path is, where it is one that a bundle may have.
enum class MemberKind {
  manifest,
  checkpoint,
  revision,
  fields,
  origin,
  custody,
  attachment,
  part,
  padding
};
struct MemberPath {
  MemberKind kind;
  std::string record;    // for revision, fields, origin, custody
  std::string revision;  // for revision, fields, origin
  std::string sha256;    // for attachment, part
  std::uint64_t offset = 0;
};
std::optional<MemberPath> parse_member_path(std::string_view path);
// Strictly before, in the decided order of members.
bool member_before(const MemberPath& a, const MemberPath& b);
bool is_root_leaf(MemberKind kind);  // every member except fields, attachments, parts and padding

// depone/1 chain=… sequence=… previous=… root=…
struct BundleComment {
  std::string chain;                    // 16 hex digits
  std::uint64_t sequence;               // from 1
  std::optional<std::string> previous;  // sha256 of a bundle
  Sha256 root;

  static BundleComment parse(std::string_view trusted_comment);  // Code::malformed
  std::string text() const;
};
inline constexpr std::string_view kBundleUntrusted = "depone bundle";

// The four-line signature of a bundle: form, first line and trusted comment checked.
struct BundleSignature {
  minisign::Signature signature;
  BundleComment comment;
  static BundleSignature parse(std::string_view file);
};

}  // namespace depone
