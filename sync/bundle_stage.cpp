#include "sync/bundle_stage.h"

#include <algorithm>

#include "crypto/error.h"
#include "crypto/merkle.h"
#include "crypto/padme.h"
#include "crypto/tar.h"
#include "sync/limits.h"

namespace depone {

namespace {

constexpr std::string_view kManifest = "manifest.json";
constexpr std::string_view kPadding = "padding";

[[noreturn]] void malformed(const std::string& message, const std::string& path = {}) {
  throw Error(Code::malformed, message, path);
}

bool is_content(MemberKind kind) {
  return kind == MemberKind::attachment || kind == MemberKind::part;
}

// What the manifest announces, before memory is taken or anything is written.
void check_announced(const Manifest& manifest, std::uint64_t file_size) {
  if (manifest.files.size() > kMaxMembers)
    malformed("the manifest names more files than a bundle may hold");
  std::uint64_t text = 0;
  std::uint64_t all = 0;
  for (const BundleFile& file : manifest.files) {
    const auto path = parse_member_path(file.path);
    if (!path) malformed("the manifest names a file that a bundle may not hold");
    if (file.size > file_size)
      malformed("a file is announced that is larger than the whole bundle", file.path);
    all += file.size;
    if (!is_content(path->kind)) text += file.size;
    if (path->kind == MemberKind::part) {
      throw Error(Code::unsupported,
                  "the bundle holds an attachment in parts, which this version can't put together",
                  file.path);
    }
  }
  if (all > file_size) malformed("the files that are announced are larger than the whole bundle");
  if (text > kMaxText) malformed("the bundle's records are larger than a bundle's may be");
}

class Stager {
 public:
  Stager(Vault& vault, Source& archive, std::uint64_t file_size)
      : vault_(vault), reader_(archive), file_size_(file_size) {}

  StagedBundle run(std::optional<Manifest>& seen) {
    StagedBundle out{read_manifest(), {}, {}, {}, {}, {}, {}};
    seen = out.manifest;
    check_announced(out.manifest, file_size_);
    std::string before(kManifest);
    for (const BundleFile& file : out.manifest.files) {
      take_header(file, before);
      take(out, file);
      before = file.path;
    }
    read_padding(before);
    out.root = tree_.root();
    return out;
  }

 private:
  Manifest read_manifest() {
    const auto member = reader_.next();
    if (!member || member->path != kManifest)
      malformed("the archive does not begin with manifest.json");
    if (member->size > kMaxManifest) malformed("the manifest is larger than one may be");
    const std::string json = text_of(member->size);
    tree_.add(merkle::leaf_hash(as_bytes(json)));
    return Manifest::parse(json);
  }

  void take_header(const BundleFile& file, const std::string& before) {
    const auto member = reader_.next();
    if (!member) malformed("a file that the manifest names is missing from the archive", file.path);
    if (member->path == before) malformed("a file stands in the archive twice", before);
    if (member->path != file.path) {
      malformed(
          member->path == kPadding
              ? "a file that the manifest names is missing from the archive"
              : "another file stands in the archive than the one that the manifest names there",
          file.path);
    }
    if (member->size != file.size) {
      malformed("a file has another size than the one that the manifest names", file.path);
    }
  }

  void take(StagedBundle& out, const BundleFile& file) {
    const MemberPath path = parse_member_path(file.path).value();
    if (is_content(path.kind)) {
      out.attachments.push_back(content_of(file.size));
      const bool same = out.attachments.back().content().sha256 == hex(file.sha256);
      if (!same || path.sha256 != hex(file.sha256)) out.altered.push_back(file.path);
      return;
    }
    std::string text = text_of(file.size);
    if (sha256(text) != file.sha256) out.altered.push_back(file.path);
    if (is_root_leaf(path.kind)) tree_.add(merkle::leaf_hash(as_bytes(text)));
    put(out, path, file.path, std::move(text));
  }

  static void put(StagedBundle& out, const MemberPath& path, const std::string& name,
                  std::string text) {
    switch (path.kind) {
      case MemberKind::checkpoint:
        out.checkpoint = std::move(text);
        return;
      case MemberKind::custody:
        out.custody[path.record] = std::move(text);
        return;
      case MemberKind::revision:
        out.revisions.push_back({path.record, path.revision, std::move(text), {}, false});
        return;
      case MemberKind::fields:
        of_last_revision(out, path, name).lines = std::move(text);
        return;
      case MemberKind::origin:
        of_last_revision(out, path, name).origin = true;
        return;
      default:
        malformed("this file may not stand there", name);
    }
  }

  static StagedRevision& of_last_revision(StagedBundle& out, const MemberPath& path,
                                          const std::string& name) {
    if (out.revisions.empty() || out.revisions.back().record != path.record ||
        out.revisions.back().revision != path.revision) {
      malformed("its revision does not stand before it", name);
    }
    return out.revisions.back();
  }

  std::string text_of(std::uint64_t size) {
    std::string text(static_cast<std::size_t>(size), '\0');
    read_full(reader_, std::span(reinterpret_cast<std::uint8_t*>(text.data()), text.size()));
    return text;
  }

  StagedContent content_of(std::uint64_t size) {
    ContentStager stager(vault_);
    std::vector<std::uint8_t> buffer(
        static_cast<std::size_t>(std::min<std::uint64_t>(size, 256u << 10)) + 1);
    const Wiped wiped(buffer);
    while (const std::size_t got = reader_.read(buffer)) stager.write(ByteView(buffer).first(got));
    return stager.finish();
  }

  void read_padding(const std::string& before) {
    const auto padding = reader_.next();
    if (padding && padding->path == before) malformed("a file stands in the archive twice", before);
    if (!padding) malformed("the archive has no padding");
    if (padding->path != kPadding)
      malformed("a file stands in the archive that the manifest does not name", padding->path);
    std::vector<std::uint8_t> buffer(64u << 10);
    while (const std::size_t got = reader_.read(buffer)) {
      const auto part = ByteView(buffer).first(got);
      if (std::any_of(part.begin(), part.end(), [](std::uint8_t byte) { return byte != 0; })) {
        malformed("the padding is not zeros");
      }
    }
    if (reader_.next()) malformed("there is a file behind the padding");
    const std::uint64_t without =
        reader_.consumed() - (tar::member_size(padding->size) - tar::member_size(0));
    if (reader_.consumed() != padme(std::max(without, kSmallestArchive))) {
      malformed("the padding does not have the length that it must have");
    }
  }

  Vault& vault_;
  tar::Reader reader_;
  std::uint64_t file_size_;
  merkle::Accumulator tree_;
};

}  // namespace

StagedBundle stage_bundle(Vault& vault, Source& archive, std::uint64_t file_size,
                          std::optional<Manifest>& seen) {
  return Stager(vault, archive, file_size).run(seen);
}

}  // namespace depone
