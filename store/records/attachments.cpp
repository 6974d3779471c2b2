#include "store/records/attachments.h"

#include <algorithm>
#include <array>

#include "crypto/age/stream.h"
#include "crypto/error.h"
#include "crypto/hash.h"
#include "crypto/padme.h"
#include "store/copy_lock.h"
#include "store/records/content_reader.h"

namespace depone {

namespace {

bool row_names(Database& db, const std::string& file) {
  Statement& row = db.cached("SELECT 1 FROM attachments WHERE file = ?").with(file);
  const bool found = row.step();
  row.reset();
  return found;
}

}  // namespace

ContentFile content_file(Vault& vault, std::string_view sha256) {
  Statement& row =
      vault.db().cached("SELECT size, file, key FROM attachments WHERE sha256 = ?").with(sha256);
  if (!row.step()) {
    throw Error(Code::not_found, "the content of this attachment is not in the vault",
                std::string(sha256));
  }
  const SecretBytes key = row.secret(2);
  ContentFile file;
  file.path = vault.attachments_dir() / row.text(1);
  file.sha256 = sha256;
  file.size = static_cast<std::uint64_t>(row.integer(0));
  row.reset();
  if (key.size() != 16)
    throw Error(Code::damaged, "the key of an attachment is damaged", std::string(sha256));
  file.key = age::FileKey::copy_of(key.reveal().first<16>());
  return file;
}

struct StagedContent::State {
  Database* db = nullptr;
  fs::path path;
  age::FileKey key;
  StoredContent content;
  bool kept = false;
  bool finished = false;

  std::string name() const { return path.filename().string(); }
};

StagedContent::StagedContent() : state_(std::make_unique<State>()) {}
StagedContent::StagedContent(StagedContent&&) noexcept = default;

StagedContent& StagedContent::operator=(StagedContent&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

StagedContent::~StagedContent() {
  if (!state_ || state_->finished) return;
  try {
    // Whether a commit came through is for the database to say; the sweep does what is left undone
    // here.
    if (!state_->kept || !row_names(*state_->db, state_->name())) remove_file(state_->path);
  } catch (const Error&) {
  }
}

const StoredContent& StagedContent::content() const { return state_->content; }

void StagedContent::keep(Vault& vault) {
  vault.db()
      .cached(
          "INSERT INTO attachments(sha256, size, file, key) VALUES (?, ?, ?, ?) ON "
          "CONFLICT(sha256) DO NOTHING")
      .with(state_->content.sha256, state_->content.size, state_->name(),
            ByteView(state_->key.reveal()))
      .run();
  state_->kept = true;
}

void StagedContent::done() {
  if (!row_names(*state_->db, state_->name())) remove_file(state_->path);
  state_->finished = true;
}

std::unique_ptr<Source> StagedContent::open() const {
  return read_content(
      {state_->path, state_->key.clone(), state_->content.sha256, state_->content.size});
}

struct ContentStager::Parts {
  explicit Parts(Vault& where)
      : db(&where.db()),
        path(where.attachments_dir() / random_name()),
        key(age::FileKey::random()),
        file(path),
        payload(key, file) {}
  Database* db;
  fs::path path;
  age::FileKey key;
  FileSink file;
  age::PayloadWriter payload;
  Sha256Hasher hash;
  std::uint64_t size = 0;
};

ContentStager::ContentStager(Vault& vault) : parts_(std::make_unique<Parts>(vault)) {}
ContentStager::~ContentStager() = default;
ContentStager::ContentStager(ContentStager&&) noexcept = default;
ContentStager& ContentStager::operator=(ContentStager&&) noexcept = default;

void ContentStager::write(ByteView bytes) {
  parts_->hash.update(bytes);
  parts_->size += bytes.size();
  parts_->payload.write(bytes);
}

StagedContent ContentStager::finish() {
  const std::array<std::uint8_t, 64u << 10> zeros{};
  for (std::uint64_t fill = padme(parts_->size) - parts_->size; fill > 0;) {
    const std::uint64_t part = std::min<std::uint64_t>(fill, zeros.size());
    parts_->payload.write(ByteView(zeros).first(static_cast<std::size_t>(part)));
    fill -= part;
  }
  parts_->payload.finish();
  StagedContent staged;
  staged.state_->db = parts_->db;
  staged.state_->path = parts_->path;
  staged.state_->key = std::move(parts_->key);
  staged.state_->content = {hex(parts_->hash.finish()), parts_->size};
  parts_.reset();
  return staged;
}

StagedContent stage_content(Vault& vault, Source& source) {
  ContentStager stager(vault);
  std::vector<std::uint8_t> buffer(256u << 10);
  while (const std::size_t got = source.read(buffer)) stager.write(ByteView(buffer).first(got));
  wipe(buffer);
  return stager.finish();
}

bool has_content(Vault& vault, std::string_view sha256) {
  Statement& row = vault.db().cached("SELECT 1 FROM attachments WHERE sha256 = ?").with(sha256);
  const bool found = row.step();
  row.reset();
  return found;
}

std::unique_ptr<Source> open_content(Vault& vault, std::string_view sha256) {
  return read_content(content_file(vault, sha256));
}

std::uint64_t content_size(Vault& vault, std::string_view sha256) {
  return content_file(vault, sha256).size;
}

void sweep_attachments(Vault& vault) {
  const auto alone = hold_off_copies(vault.dir());
  if (!alone) return;
  for (const std::string& name : names_in(vault.attachments_dir())) {
    if (is_partial_name(name) || (is_random_name(name) && !row_names(vault.db(), name))) {
      remove_file(vault.attachments_dir() / name);
    }
  }
}

}  // namespace depone
