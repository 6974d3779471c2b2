#include "sync/relay/init.h"

#include "crypto/error.h"
#include "sync/relay/directory.h"
#include "sync/relay/keys.h"
#include "sync/relay/ledger_sqlcipher.h"
#include "sync/relay/roster_admin.h"
#include "sync/remote/url.h"

namespace depone::relay {

namespace {

constexpr std::size_t kMaxKeyFile = 4096;

fs::path absolute_plain(const fs::path& path) {
  fs::path out = fs::absolute(path).lexically_normal();
  return out.has_filename() ? out : out.parent_path();
}

void check_free(const fs::path& path) {
  if (!fs::exists(fs::symlink_status(path))) return;
  if (!fs::is_directory(fs::symlink_status(path)) || !fs::is_empty(path)) {
    throw Error(Code::refused, "something is there already; nothing was changed. Name a directory that is new or empty",
                path.string());
  }
}

// Removes what was made, where it does not become complete.
class Unfinished {
 public:
  explicit Unfinished(fs::path path) : path_(std::move(path)) {}
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  void done() { path_.clear(); }

 private:
  fs::path path_;
};

}  // namespace

void check_member_url(const std::string& text) {
  const Url url = Url::parse(text);
  if (url.target.find('?') != std::string::npos || url.target.ends_with('/')) {
    throw Error(Code::usage, "a relay's address has no query and no slash at its end", text);
  }
  if (!url.https && !url.loopback() && !url.onion()) {
    throw Error(Code::refused,
                "plain http is allowed to loopback addresses and onion services only: anybody in between could read who "
                "sends to whom. Use https",
                text);
  }
}

Ed25519Key make_authority(const fs::path& directory, ByteView passphrase) {
  Ed25519Key key = Ed25519Key::generate();
  const minisign::PublicKey authority(key.public_key());
  write_file(directory / "authority.key", minisign::secret_key_file(key, passphrase, "depone authority secret key"),
             false);
  write_file(directory / "authority.pub", minisign::public_key_file(authority, "depone authority public key"), false);
  return key;
}

Ed25519Key read_authority_key(const fs::path& file, ByteView passphrase) {
  std::string text = read_text(file, kMaxKeyFile, true);
  const Wiped wiped({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  try {
    return minisign::parse_secret_key_file(text, passphrase);
  } catch (const Error& error) {
    throw error.in(file.string());
  }
}

InitResult init_relay(const InitWish& wish, const std::function<SecretBytes()>& passphrase, Time now) {
  const fs::path path = absolute_plain(wish.path);
  check_free(path);
  check_member_url(wish.url);
  const fs::path beside = path.parent_path() / (std::string(kPartialPrefix) + random_name());
  std::optional<SecretBytes> secret;
  if (!wish.authority) secret = passphrase();

  make_directory(beside);
  Unfinished unfinished(beside);
  std::optional<minisign::PublicKey> authority = wish.authority;
  std::optional<Ed25519Key> key;
  if (secret) {
    key = make_authority(beside, secret->reveal());
    authority = minisign::PublicKey(key->public_key());
  } else {
    write_file(beside / "authority.pub", minisign::public_key_file(*authority, "depone authority public key"), false);
  }
  const bool https = Url::parse(wish.url).https;
  const bool own_key = https && wish.tls == InitWish::Tls::own;
  Config config{wish.organisation, wish.origin, wish.url, *authority, "", false, "keys", "ledger.db", "blobs", "staging",
                {}, "", "", {}};
  if (own_key) {
    config.tls_certificate = config.keys + "/tls.crt";
    config.tls_key = config.keys + "/tls.key";
  } else if (https && wish.tls == InitWish::Tls::files) {
    config.tls_certificate = wish.tls_files.certificate.string();
    config.tls_key = wish.tls_files.key.string();
  }
  config.listen = default_listen(wish.url, !config.tls_key.empty());
  for (const std::string& name : {config.keys, config.blobs, config.staging}) make_directory(beside / name);
  make_key_files(beside / config.keys);
  InitResult result{*authority, "", 0, ""};
  if (own_key) {
    const TlsFiles files{beside / config.tls_certificate, beside / config.tls_key};
    make_tls_files(files, now);
    result.pin = base64url(tls_pin(files.certificate));
  }
  write_file(beside / "relay.toml", config.toml(), false);
  LedgerSqlcipher::open(beside / config.ledger, read_key_file(beside / config.keys, KeyFile::ledger), true);

  {
    Directory relay(beside);
    result.log = relay.log_name().text();
    if (!VerifierKey::parse(result.log)) {
      throw Error(Code::usage, "an origin is a name without spaces and plus signs, for example relay.example.org/log",
                  wish.origin);
    }
    const RosterDraft draft = first_roster(config, relay.log_name(), result.pin, now);
    if (key) {
      publish_roster(relay, draft.head_json, sign_roster(draft.head_json, draft.head, *key), draft.members);
      result.roster = draft.head.version;
    } else {
      write_unsigned(beside, draft, nullptr);
    }
  }
  sync_directory(beside);
  rename_file(beside, path, true);
  unfinished.done();
  return result;
}

}  // namespace depone::relay
