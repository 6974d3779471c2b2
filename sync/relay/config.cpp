#include "sync/relay/config.h"

#include <arpa/inet.h>

#include <initializer_list>
#include <set>
#include <sstream>
#include <toml++/toml.h>

#include "crypto/error.h"
#include "sync/remote/url.h"

namespace depone::relay {

namespace {

constexpr std::string_view kFormat = "depone/relay/1";
constexpr std::size_t kMaxConfig = 1u << 20;

[[noreturn]] void fail(const std::string& what) { throw Error(Code::invalid, what); }

std::string toml_string(std::string_view text) {
  std::ostringstream out;
  out << toml::value<std::string>(std::string(text));
  return out.str();
}

std::string toml_list(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + toml_string(text);
  return "[" + out + "]";
}

class Reader {
 public:
  Reader(const toml::table& table, std::string prefix) : table_(table), prefix_(std::move(prefix)) {}

  void read(std::string_view key, std::string& into) {
    if (const toml::node* node = find(key)) {
      const auto value = node->value_exact<std::string>();
      if (!value) fail("`" + prefix_ + std::string(key) + "` must be a string");
      into = *value;
    }
  }
  void read(std::string_view key, bool& into) {
    if (const toml::node* node = find(key)) {
      const auto value = node->value_exact<bool>();
      if (!value) fail("`" + prefix_ + std::string(key) + "` must be true or false");
      into = *value;
    }
  }
  void read(std::string_view key, std::uint64_t& into, std::int64_t least) {
    if (const toml::node* node = find(key)) {
      const auto value = node->value_exact<std::int64_t>();
      if (!value || *value < least) {
        fail("`" + prefix_ + std::string(key) + "` must be a whole number from " + std::to_string(least));
      }
      into = static_cast<std::uint64_t>(*value);
    }
  }
  void read(std::string_view key, std::vector<std::string>& into) {
    if (const toml::node* node = find(key)) {
      const toml::array* list = node->as_array();
      if (!list) fail("`" + prefix_ + std::string(key) + "` must be a list of strings");
      for (const toml::node& one : *list) {
        const auto value = one.value_exact<std::string>();
        if (!value) fail("`" + prefix_ + std::string(key) + "` must be a list of strings");
        into.push_back(*value);
      }
    }
  }
  void allow(std::string_view key) { known_.insert(std::string(key)); }
  void finish() const {
    for (const auto& [key, value] : table_) {
      const std::string name(key);
      if (!known_.contains(name)) fail("`" + prefix_ + name + "` is not a setting that this version knows");
    }
  }

 private:
  const toml::node* find(std::string_view key) {
    allow(key);
    return table_.get(key);
  }
  const toml::table& table_;
  std::string prefix_;
  std::set<std::string> known_;
};

const toml::table& section(const toml::table& root, std::string_view name) {
  static const toml::table kEmpty;
  const toml::node* node = root.get(name);
  if (!node) return kEmpty;
  if (!node->is_table()) fail("[" + std::string(name) + "] must be a table");
  return *node->as_table();
}

void read_limits(const toml::table& table, Limits& limits) {
  Reader in(table, "limits.");
  in.read("bundle_bytes", limits.bundle_bytes, 1);
  in.read("member_bytes_a_day", limits.member_bytes_a_day, 1);
  in.read("member_bundles_a_day", limits.member_bundles_a_day, 1);
  in.read("member_uploads", limits.member_uploads, 1);
  in.read("member_uploads_at_once", limits.member_uploads_at_once, 1);
  in.read("connections", limits.connections, 1);
  in.read("header_seconds", limits.header_seconds, 1);
  in.read("body_seconds", limits.body_seconds, 1);
  in.read("idle_seconds", limits.idle_seconds, 1);
  in.read("upload_days", limits.upload_days, 1);
  in.read("failures_a_minute", limits.failures_a_minute, 1);
  in.read("disk_reserve_bytes", limits.disk_reserve_bytes, 0);
  in.finish();
}

bool numeric_address(const std::string& text) {
  in6_addr any{};
  return ::inet_pton(AF_INET, text.c_str(), &any) == 1 || ::inet_pton(AF_INET6, text.c_str(), &any) == 1;
}

void check_path(const std::string& key, const std::string& path) {
  if (path.empty()) fail("`" + key + "` must name a path");
}

Config parse(std::string_view text) {
  const toml::table root = toml::parse(text);
  Reader in(root, "");
  std::string format, authority;
  in.read("format", format);
  if (format != kFormat) fail("`format` must be \"" + std::string(kFormat) + "\": this file is of another version");
  in.read("authority", authority);
  const auto key = minisign::PublicKey::parse(authority);
  if (!key) fail("`authority` must be the authority's minisign public key, RW…");
  Config out{"", "", "", *key, "", false, "keys", "ledger.db", "blobs", "staging", {}, "", "", {}};
  in.read("organisation", out.organisation);
  in.read("origin", out.origin);
  in.read("url", out.url);
  in.read("listen", out.listen);
  in.read("public_log", out.public_log);
  in.read("metrics_from", out.metrics_from);
  for (const std::string& address : out.metrics_from) {
    if (!numeric_address(address)) fail("`metrics_from` has `" + address + "`, which is no IP address");
  }
  in.allow("paths");
  in.allow("limits");
  in.allow("tls");
  in.finish();
  if (out.organisation.empty() || out.origin.empty()) fail("`organisation` and `origin` must be there");
  Url::parse(out.url);
  Reader tls(section(root, "tls"), "tls.");
  tls.read("certificate", out.tls_certificate);
  tls.read("key", out.tls_key);
  tls.finish();
  if (out.tls_certificate.empty() != out.tls_key.empty()) fail("`tls.certificate` and `tls.key` go together: one is missing");
  if (out.listen.empty()) out.listen = default_listen(out.url, !out.tls_key.empty());

  Reader paths(section(root, "paths"), "paths.");
  paths.read("keys", out.keys);
  paths.read("ledger", out.ledger);
  paths.read("blobs", out.blobs);
  paths.read("staging", out.staging);
  paths.finish();
  check_path("paths.keys", out.keys);
  check_path("paths.ledger", out.ledger);
  check_path("paths.blobs", out.blobs);
  check_path("paths.staging", out.staging);
  read_limits(section(root, "limits"), out.limits);
  return out;
}

}  // namespace

Config Config::read(const fs::path& file) {
  try {
    return parse(read_text(file, kMaxConfig));
  } catch (const toml::parse_error& error) {
    throw Error(Code::invalid, "this is not TOML: " + std::string(error.description()),
                file.string() + " line " + std::to_string(error.source().begin.line));
  } catch (const Error& error) {
    if (error.code() == Code::not_found) {
      throw Error(Code::not_found, "there is no relay here: depone-relay init makes one", file.string());
    }
    if (error.code() == Code::io) throw;
    throw Error(Code::invalid, error.message(), file.string());
  }
}

std::string Config::toml() const {
  std::ostringstream out;
  out << "# A Depone relay. Paths are relative to this file. `serve` reads limits, public_log and metrics_from\n"
      << "# again at SIGHUP; everything else counts from its next start.\n"
      << "format = " << toml_string(kFormat) << "\n"
      << "organisation = " << toml_string(organisation) << "\n"
      << "origin = " << toml_string(origin) << "        # the log's name: never changes\n"
      << "url = " << toml_string(url) << "        # where members reach it\n"
      << "authority = " << toml_string(authority.text()) << "\n"
      << "listen = " << toml_string(listen) << "\n"
      << "public_log = " << (public_log ? "true" : "false")
      << "        # true: anyone may read the log, and see who sends when\n"
      << "metrics_from = " << toml_list(metrics_from)
      << "        # IP addresses that may read /metrics; [] is this machine, unless something else does TLS in front\n\n"
      << "[paths]\n"
      << "keys = " << toml_string(keys) << "\n"
      << "ledger = " << toml_string(ledger) << "\n"
      << "blobs = " << toml_string(blobs) << "\n"
      << "staging = " << toml_string(staging) << "\n\n"
      << "[tls]        # PEM files, read again at SIGHUP; without these two plain HTTP, on loopback addresses only\n"
      << (tls_certificate.empty() ? "# certificate = \"keys/tls.crt\"\n# key = \"keys/tls.key\"\n\n"
                                  : "certificate = " + toml_string(tls_certificate) + "\nkey = " + toml_string(tls_key) + "\n\n")
      << "[limits]\n"
      << "bundle_bytes = " << limits.bundle_bytes << "\n"
      << "member_bytes_a_day = " << limits.member_bytes_a_day << "\n"
      << "member_bundles_a_day = " << limits.member_bundles_a_day << "\n"
      << "member_uploads = " << limits.member_uploads << "        # begun and not complete\n"
      << "member_uploads_at_once = " << limits.member_uploads_at_once << "\n"
      << "connections = " << limits.connections << "\n"
      << "header_seconds = " << limits.header_seconds << "        # for a whole request head\n"
      << "body_seconds = " << limits.body_seconds << "        # without a byte\n"
      << "idle_seconds = " << limits.idle_seconds << "\n"
      << "upload_days = " << limits.upload_days << "        # then an upload that stands still is forgotten\n"
      << "failures_a_minute = " << limits.failures_a_minute
      << "        # requests of nobody known that are told why; members are never held up by it\n"
      << "disk_reserve_bytes = " << limits.disk_reserve_bytes << "        # below this nothing is taken in\n";
  return out.str();
}

std::vector<std::string> Config::fixed_that_differ(const Config& other) const {
  std::vector<std::string> out;
  const auto compare = [&](const char* name, const std::string& a, const std::string& b) {
    if (a != b) out.emplace_back(name);
  };
  compare("organisation", organisation, other.organisation);
  compare("origin", origin, other.origin);
  compare("url", url, other.url);
  compare("authority", authority.text(), other.authority.text());
  compare("listen", listen, other.listen);
  compare("paths.keys", keys, other.keys);
  compare("paths.ledger", ledger, other.ledger);
  compare("paths.blobs", blobs, other.blobs);
  compare("paths.staging", staging, other.staging);
  compare("tls.certificate", tls_certificate, other.tls_certificate);
  compare("tls.key", tls_key, other.tls_key);
  return out;
}

bool Config::behind_another() const { return tls_key.empty() && !Url::parse(url).loopback(); }

Endpoint Endpoint::parse(const std::string& text) {
  const auto bad = [&] {
    return Error(Code::usage, "an address to listen on is an IP address and a port: 127.0.0.1:8080 or [::1]:8080", text);
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) throw bad();
  const auto port = from_decimal(std::string_view(text).substr(colon + 1), 65535);
  if (!port) throw bad();
  Endpoint out{text.substr(0, colon), static_cast<std::uint16_t>(*port)};
  const bool bracketed = out.host.starts_with('[') && out.host.ends_with(']');
  if (bracketed) out.host = out.host.substr(1, out.host.size() - 2);
  if (out.host == "localhost" && !bracketed) out.host = "127.0.0.1";
  in6_addr six{};
  in_addr four{};
  const bool good = bracketed ? ::inet_pton(AF_INET6, out.host.c_str(), &six) == 1
                              : ::inet_pton(AF_INET, out.host.c_str(), &four) == 1;
  if (!good) throw bad();
  return out;
}

std::string Endpoint::text() const {
  const bool six = host.find(':') != std::string::npos;
  return (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool Endpoint::loopback() const {
  in_addr four{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  in6_addr six{};
  return ::inet_pton(AF_INET6, host.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

std::string default_listen(const std::string& text, bool own_tls) {
  const Url url = Url::parse(text);
  if (url.https && !own_tls) return "127.0.0.1:8080";
  const std::string port = std::to_string(url.port != 0 ? url.port : url.https ? 443 : 80);
  if (!url.loopback()) return own_tls ? "0.0.0.0:" + port : "127.0.0.1:8080";
  return (url.host == "localhost" ? "127.0.0.1" : url.host) + ":" + port;
}

}  // namespace depone::relay
