#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/minisign.h"
#include "store/file.h"

namespace depone::relay {

// relay.toml. Paths are relative to the directory that holds it, so that it can be copied or moved.
struct Limits {
  std::uint64_t bundle_bytes = 2ull << 30;
  std::uint64_t member_bytes_a_day = 64ull << 30;
  std::uint64_t member_bundles_a_day = 20'000;
  std::uint64_t member_uploads = 64;          // begun and not complete
  std::uint64_t member_uploads_at_once = 4;   // bytes arriving now
  std::uint64_t connections = 1'000;
  std::uint64_t header_seconds = 20;  // for a whole request head
  std::uint64_t body_seconds = 60;    // without a byte
  std::uint64_t idle_seconds = 75;    // between requests of a kept connection
  std::uint64_t upload_days = 7;      // an upload that is not gone on with is forgotten
  std::uint64_t disk_reserve_bytes = 256ull << 20;  // below this nothing is taken in
  std::uint64_t failures_a_minute = 600;  // requests of nobody known that are told why
};

struct Config {
  std::string organisation;
  std::string origin;
  std::string url;
  minisign::PublicKey authority;
  std::string listen;  // "127.0.0.1:8080"
  bool public_log = false;
  std::string keys = "keys";
  std::string ledger = "ledger.db";
  std::string blobs = "blobs";
  std::string staging = "staging";
  Limits limits;
  std::string tls_certificate;  // PEM files; both, or neither for plain HTTP
  std::string tls_key;
  std::vector<std::string> metrics_from = {};  // addresses that may read /metrics; none: loopback, where nothing is in front

  // Code::invalid names the file, and the line or key; unknown keys are refused: a misspelt limit would be none.
  static Config read(const fs::path& file);
  std::string toml() const;
  // Settings outside of Settings (settings.h) that differ: they count from the next start.
  std::vector<std::string> fixed_that_differ(const Config& other) const;
  // Whether something else does TLS before requests come here: whoever asks then seems to be on this machine.
  bool behind_another() const;
};

// An address to listen on.
struct Endpoint {
  std::string host;  // numeric, without brackets
  std::uint16_t port = 0;
  // "127.0.0.1:8080", "[::1]:8080". Code::usage.
  static Endpoint parse(const std::string& text);
  std::string text() const;
  bool loopback() const;
};

// Where a relay with this URL listens by default: the URL's own address where that is of this machine; else, where the relay
// does TLS itself, the URL's port on every address, and behind something that does it 127.0.0.1:8080.
std::string default_listen(const std::string& url, bool own_tls);

}  // namespace depone::relay
