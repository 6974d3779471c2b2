#include "tests/sync/forgery.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "crypto/age/stream.h"
#include "crypto/merkle.h"
#include "crypto/padme.h"
#include "crypto/tar.h"

namespace depone::testing {

namespace {

Sha256 root_of(const std::string& manifest,
               const std::vector<std::pair<std::string, std::string>>& files) {
  merkle::Accumulator tree;
  tree.add(merkle::leaf_hash(as_bytes(manifest)));
  for (const auto& [path, content] : files) {
    const auto member = parse_member_path(path);
    if (member && is_root_leaf(member->kind)) tree.add(merkle::leaf_hash(as_bytes(content)));
  }
  return tree.root();
}

Bytes archive_from(const std::string& manifest,
                   const std::vector<std::pair<std::string, std::string>>& files) {
  MemorySink sink;
  tar::Writer writer(sink);
  writer.add("manifest.json", as_bytes(manifest));
  for (const auto& [path, content] : files) writer.add(path, as_bytes(content));
  const std::uint64_t length = writer.written() + tar::member_size(0) + 2 * tar::kBlock;
  // The last member's fill is written with the next header.
  const std::uint64_t whole = (length + tar::kBlock - 1) / tar::kBlock * tar::kBlock;
  writer.add("padding",
             Bytes(static_cast<std::size_t>(padme(std::max<std::uint64_t>(whole, 16384)) - whole)));
  writer.end();
  return std::move(sink.bytes());
}

}  // namespace

Bytes archive_of(Vault& reader, const SealedFile& sealed) {
  FileSource file(sealed.age);
  std::vector<const age::Identity*> identities;
  for (const age::HybridIdentity* identity : reader.recipient_identities())
    identities.push_back(identity);
  age::Decryptor plain(file, identities);
  return read_all(plain, 64u << 20);
}

Forgery Forgery::of(Vault& reader, const SealedFile& sealed) {
  const Bytes archive = archive_of(reader, sealed);
  MemorySource source(archive);
  tar::Reader members(source);
  std::optional<Manifest> manifest;
  std::vector<std::pair<std::string, std::string>> files;
  while (const auto member = members.next()) {
    std::string content(static_cast<std::size_t>(member->size), '\0');
    read_full(members, std::span(reinterpret_cast<std::uint8_t*>(content.data()), content.size()));
    if (member->path == "manifest.json") {
      manifest = Manifest::parse(content);
    } else if (member->path != "padding") {
      files.emplace_back(member->path, std::move(content));
    }
  }
  REQUIRE(manifest);
  Forgery forgery{std::move(files), *manifest, BundleSignature::parse(sealed.minisig).comment};
  forgery.to = {reader.identity().recipient.recipient().text()};
  return forgery;
}

SealedFile Forgery::make(Team& team, const Ed25519Key& signer) const {
  Manifest listed = manifest;
  if (list_files) {
    listed.files.clear();
    for (const auto& [path, content] : files)
      listed.files.push_back({path, content.size(), sha256(content)});
  }
  const std::string json = manifest_text.value_or(listed.json());
  Bytes plain = archive_from(json, files);
  if (archive) archive(plain);

  std::vector<age::HybridRecipient> recipients;
  for (const std::string& recipient : to)
    recipients.push_back(age::HybridRecipient::parse(recipient).value());
  MemorySink sink;
  const auto encryptor = age::Encryptor::for_bundle(recipients, sink);
  encryptor->write(plain);
  encryptor->finish();

  BundleComment signed_comment = comment;
  if (fresh_root) signed_comment.root = root_of(json, files);
  SealedFile sealed;
  sealed.sha256 = hex(sha256(sink.bytes()));
  sealed.age = team.dir() / (sealed.sha256 + ".age");
  write_file(sealed.age, sink.bytes());
  sealed.minisig =
      minisign::sign(signer, blake2b512(sink.bytes()), kBundleUntrusted, signed_comment.text())
          .text();
  return sealed;
}

std::string& Forgery::file(std::string_view ending) {
  for (auto& [path, content] : files) {
    if (path.ends_with(ending)) return content;
  }
  FAIL("there is no such file in the bundle");
  return files.front().second;
}

Bytes tar_member(std::string_view path, std::string_view content) {
  MemorySink sink;
  tar::Writer writer(sink);
  writer.add(path, as_bytes(content));
  writer.end();
  sink.bytes().resize(sink.bytes().size() - 2 * tar::kBlock);
  return std::move(sink.bytes());
}

Bytes tar_header(std::string_view path, char type, std::string_view link, std::uint64_t size) {
  constexpr std::size_t kSizeAt = 124;
  constexpr std::size_t kSumAt = 148;
  constexpr std::size_t kTypeAt = 156;
  constexpr std::size_t kLinkAt = 157;
  const auto base = tar::header("x", 0);
  Bytes header(base.begin(), base.end());
  header[0] = 0;
  std::memcpy(header.data(), path.data(), path.size());
  std::snprintf(reinterpret_cast<char*>(header.data()) + kSizeAt, 12, "%011llo",
                static_cast<unsigned long long>(size));
  header[kTypeAt] = static_cast<std::uint8_t>(type);
  std::memcpy(header.data() + kLinkAt, link.data(), link.size());
  std::memset(header.data() + kSumAt, ' ', 8);
  unsigned sum = 0;
  for (const std::uint8_t byte : header) sum += byte;
  std::snprintf(reinterpret_cast<char*>(header.data()) + kSumAt, 8, "%06o", sum);
  header[kSumAt + 7] = ' ';
  return header;
}

}  // namespace depone::testing
