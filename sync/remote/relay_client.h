#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/ed25519.h"
#include "crypto/formats/invite.h"
#include "crypto/formats/roster.h"
#include "crypto/formats/time.h"
#include "crypto/formats/wire.h"
#include "sync/remote/http.h"
#include "sync/remote/problem.h"

namespace depone {

// The relay's HTTP interface (docs/format.md, "Relay bodies"), from the client's side: every
// request signed by the request key (RFC 9421). A 401 about the clock is tried once more with the
// relay's time, and `clock_skew` says so; only signatures take that time. What the relay answers is
// bounded and hostile; what it refuses is thrown as problem_error.

using Clock = std::function<Time()>;

class RelayClient {
 public:
  // `key` null: only what an invite holder or anyone may ask. It must outlive this.
  RelayClient(std::string url, std::vector<std::string> pins, const Ed25519Key* key, Clock clock);
  ~RelayClient();

  // With an invite: the roster as its holder may read it; else signed. `all`: Code::mismatch unless
  // every line came.
  Roster roster(const minisign::PublicKey& authority, const Invite* invite, bool all,
                std::optional<std::uint64_t> version = std::nullopt);
  JoinAnswer join(const Join& join, const Invite* invite);

  Mailbox mailbox(std::string_view log, std::optional<std::uint64_t> after,
                  unsigned wait_seconds = 0);
  Mailbox sent(std::string_view log, std::optional<std::uint64_t> after);
  // nullopt: accepted, waits for the next checkpoint.
  std::optional<std::string> receipt(std::string_view sha256, unsigned wait_seconds);
  // From `offset` on; gives the number of bytes received. `into` is not finished.
  std::uint64_t bundle(std::string_view sha256, std::uint64_t offset, Sink& into);
  std::string bundle_minisig(std::string_view sha256);

  // tus 1.0. create gives the upload's URL and its offset (the whole length where the relay has the
  // bundle already; the URL may be empty then).
  struct Upload {
    std::string url;
    std::uint64_t offset;
  };
  Upload create_upload(std::string_view sha256, std::uint64_t size, std::string_view minisig,
                       const std::vector<std::string>& to);
  // nullopt: gone, or of another relay than this.
  std::optional<std::uint64_t> upload_offset(std::string_view upload_url);
  // Sends from `offset` to the end; returns the new offset.
  std::uint64_t append(std::string_view upload_url, std::uint64_t offset, Source& rest,
                       std::uint64_t rest_size);

  std::string checkpoint();  // the signed note
  std::optional<Bytes> log_file(
      std::string_view path);  // "tile/0/000", "tile/entries/000.p/3": 404 is nullopt

  bool clock_skew() const;  // the relay's clock had to be taken
  std::uint64_t bytes_sent() const;
  std::uint64_t bytes_received() const;
  std::function<void(std::uint64_t sent, std::uint64_t received)>
      progress;  // of the request under way

 private:
  struct State;
  struct Call;
  HttpResponse send(Call& call);
  HttpResponse get(std::string target, std::size_t limit, const Invite* invite = nullptr);
  std::unique_ptr<State> state_;
};

}  // namespace depone
