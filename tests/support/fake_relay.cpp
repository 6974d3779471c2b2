#include "tests/support/fake_relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "crypto/formats/checkpoint.h"
#include "crypto/formats/entry.h"
#include "crypto/formats/receipt.h"
#include "crypto/formats/wire.h"

namespace depone::testing {

namespace {

constexpr std::size_t kMaxHead = 1u << 20;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// The value between a mark and the next end mark.
std::string between(const std::string& text, const std::string& from, char to) {
  const auto at = text.find(from);
  if (at == std::string::npos) return "";
  const auto begin = at + from.size();
  return text.substr(begin, text.find(to, begin) - begin);
}

std::string metadata(const std::string& header, const std::string& key) {
  for (const std::string_view item : split(header, ',')) {
    const auto space = item.find(' ');
    if (item.substr(0, space) != key) continue;
    const Bytes value = from_base64(item.substr(space + 1)).value();
    return std::string(as_text(value));
  }
  return "";
}

bool send_all(int connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool receive(int connection, std::string& into) {
  char buffer[64 << 10];
  const ssize_t got = ::recv(connection, buffer, sizeof buffer, 0);
  if (got <= 0) return false;
  into.append(buffer, static_cast<std::size_t>(got));
  return true;
}

}  // namespace

FakeRelay::FakeRelay(Team& team) : team_(team) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (socket_ < 0 || ::bind(socket_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::listen(socket_, 16) != 0 ||
      ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw std::runtime_error("no loopback port for the test");
  }
  port_ = ntohs(address.sin_port);
  team_.urls = {url()};
  thread_ = std::thread([this] { serve(); });
}

FakeRelay::~FakeRelay() {
  stop_ = true;
  thread_.join();
  ::close(socket_);
}

std::string FakeRelay::url() const { return "http://127.0.0.1:" + std::to_string(port_); }

FakeRelay::Answer FakeRelay::problem(int status, const std::string& name) {
  Problem problem;
  problem.status = status;
  problem.name = name;
  problem.title = "Told to";
  return {status, {{"Content-Type", "application/problem+json"}}, problem.json()};
}

void FakeRelay::serve() {
  while (!stop_) {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, 20) <= 0) continue;
    const int connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    try {
      talk(connection);
    } catch (const std::exception&) {
      // The client sees a dropped connection.
    }
    ::close(connection);
  }
}

void FakeRelay::talk(int connection) {
  std::string bytes;
  std::size_t head = 0;
  while ((head = bytes.find("\r\n\r\n")) == std::string::npos) {
    if (bytes.size() > kMaxHead || !receive(connection, bytes)) return;
  }
  Request request;
  const std::string top = bytes.substr(0, head + 2);
  request.body = bytes.substr(head + 4);
  std::size_t at = top.find("\r\n");
  const std::string first = top.substr(0, at);
  request.method = first.substr(0, first.find(' '));
  request.target = between(first, " ", ' ');
  for (at += 2; at < top.size();) {
    const std::size_t end = top.find("\r\n", at);
    const std::string line = top.substr(at, end - at);
    const std::size_t colon = line.find(':');
    request.headers[lower(line.substr(0, colon))] =
        line.substr(line.find_first_not_of(' ', colon + 1));
    at = end + 2;
  }
  if (const Teammate* member =
          team_.by_request_key(between(request.headers["signature-input"], "keyid=\"", '"'))) {
    request.member = member->id;
  }
  const std::size_t length =
      static_cast<std::size_t>(from_decimal(request.headers["content-length"]).value_or(0));
  if (lower(request.headers["expect"]) == "100-continue")
    send_all(connection, "HTTP/1.1 100 Continue\r\n\r\n");
  const bool dropping = request.method == "PATCH" && drop_upload_after;
  const std::size_t wanted = dropping ? std::min(length, *drop_upload_after) : length;
  while (request.body.size() < wanted && receive(connection, request.body)) {
  }
  requests.push_back(request.method + " " + request.target);
  if (dropping) {
    request.body.resize(std::min(request.body.size(), wanted));
    drop_upload_after.reset();
    answer(request);
    return;
  }
  std::optional<Answer> told = instead ? instead(request) : std::nullopt;
  const Answer reply = told ? *told : answer(request);
  std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " Reply\r\nConnection: close\r\n";
  for (const auto& [name, value] : reply.headers) text += name + ": " + value + "\r\n";
  if (reply.status != 204) text += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  text += "\r\n";
  if (request.method != "HEAD") text += reply.body.substr(0, reply.cut_after);
  send_all(connection, text);
}

FakeRelay::Answer FakeRelay::answer(const Request& request) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (path.starts_with("/v1/roster")) return roster(request, path);
  if (path == "/v1/bundles" && request.method == "POST") return create(request);
  if (path.starts_with("/v1/uploads/")) return append(request, path.substr(12));
  if (path == "/v1/mailbox") return mailbox(request);
  if (path.starts_with("/v1/receipts/")) {
    const std::string sha256 = path.substr(13);
    if (!bundles.contains(sha256) || !bundles.at(sha256).index) return problem(404, "not-found");
    if (withhold_receipts) return {202, {}, ""};
    return {200, {}, receipt_of(sha256)};
  }
  if (path.starts_with("/v1/bundles/")) {
    const std::string sha256 = path.substr(12);
    if (!bundles.contains(sha256)) return problem(404, "not-found");
    const std::string& bytes = bundles.at(sha256).bytes;
    if (!request.headers.contains("range")) return {200, {}, bytes};
    const std::uint64_t from =
        from_decimal(between(request.headers.at("range"), "bytes=", '-')).value();
    return {206,
            {{"Content-Range", "bytes " + std::to_string(from) + "-" +
                                   std::to_string(bytes.size() - 1) + "/" +
                                   std::to_string(bytes.size())}},
            bytes.substr(static_cast<std::size_t>(from))};
  }
  if (path == "/v1/join") {
    const Join join = Join::parse(request.body);
    JoinAnswer reply;
    reply.status = "pending";
    reply.fingerprint = join.fingerprint();
    return {202, {}, reply.json()};
  }
  return problem(404, "not-found");
}

FakeRelay::Answer FakeRelay::roster(const Request& request, const std::string& path) {
  const bool invited = request.headers.contains("depone-invite");
  if (request.member.empty() && !invited) return problem(403, "unauthorized");
  const Teammate* member = team_.by_request_key(
      between(request.headers.at(invited ? "depone-invite" : "signature-input"), "keyid=\"", '"'));
  const Roster roster = member != nullptr ? team_.roster_for(*member) : team_.roster_for("", false);
  if (member != nullptr && roster.newest(member->id) == nullptr) return problem(403, "pending");
  if (path == "/v1/roster") return {200, {}, roster.head_json};
  if (path == "/v1/roster.minisig") return {200, {}, roster.minisig};
  std::string lines;
  for (const ProvenLine& line : roster.proven) lines += line.json() + "\n";
  return {200, {}, lines};
}

FakeRelay::Answer FakeRelay::create(const Request& request) {
  const std::string& header = request.headers.at("upload-metadata");
  const std::string sha256 = metadata(header, "sha256");
  Bundle& bundle = bundles[sha256];
  if (bundle.minisig.empty()) {
    bundle.minisig = metadata(header, "minisig");
    bundle.size = from_decimal(request.headers.at("upload-length")).value();
    const std::string to = metadata(header, "to");
    for (const std::string_view id : split(to, ' ')) bundle.to.emplace_back(id);
  }
  return {201,
          {{"Location", "/v1/uploads/" + sha256},
           {"Upload-Offset", std::to_string(bundle.bytes.size())}},
          ""};
}

FakeRelay::Answer FakeRelay::append(const Request& request, const std::string& sha256) {
  if (!bundles.contains(sha256)) return problem(404, "not-found");
  Bundle& bundle = bundles.at(sha256);
  if (request.method == "PATCH") {
    if (from_decimal(request.headers.at("upload-offset")) != bundle.bytes.size())
      return problem(409, "offset");
    bundle.bytes += request.body;
    if (bundle.bytes.size() == bundle.size) finish(sha256);
  }
  return {request.method == "PATCH" ? 204 : 200,
          {{"Upload-Offset", std::to_string(bundle.bytes.size())}},
          ""};
}

void FakeRelay::finish(const std::string& sha256) {
  Bundle& bundle = bundles.at(sha256);
  if (bundle.index) return;
  const auto number = minisign::Signature::parse(bundle.minisig).number;
  const Roster roster = team_.roster_for("", true);
  for (const MemberLine& line : roster.members) {
    if (!line.bundle_key || line.bundle_key->number() != number) continue;
    const Digests digests{depone::sha256(bundle.bytes), blake2b512(as_bytes(bundle.bytes)),
                          bundle.size};
    bundle.index = log.size();
    log.push_back(BundleEntry{digests, *line.bundle_key, bundle.minisig}.text());
    return;
  }
}

void FakeRelay::put(const std::string& sha256, const std::string& bytes, const std::string& minisig,
                    const std::vector<std::string>& to) {
  bundles[sha256] = {bytes, bytes.size(), minisig, to, std::nullopt};
  finish(sha256);
}

std::string FakeRelay::receipt_of(const std::string& sha256) const {
  std::vector<Sha256> leaves;
  for (const std::string& entry : log) leaves.push_back(merkle::leaf_hash(as_bytes(entry)));
  Checkpoint checkpoint;
  checkpoint.origin = Team::kOrigin;
  checkpoint.size = leaves.size();
  checkpoint.root = merkle::root_of(leaves);
  Receipt receipt;
  receipt.index = bundles.at(sha256).index.value();
  receipt.entry = log.at(static_cast<std::size_t>(receipt.index));
  receipt.path = merkle::inclusion_path(leaves, receipt.index);
  receipt.checkpoint = sign_note(checkpoint.text(), team_.log(), team_.log_key()).bytes();
  return receipt.text();
}

FakeRelay::Answer FakeRelay::mailbox(const Request& request) {
  const std::string after_text = between(request.target, "after=", '&');
  Mailbox page;
  page.log = Team::kOrigin;
  page.roster = team_.version();
  for (const auto& [sha256, bundle] : bundles) {
    const bool addressed =
        std::find(bundle.to.begin(), bundle.to.end(), request.member) != bundle.to.end();
    const auto after = from_decimal(after_text);
    if (!bundle.index || !addressed || (after && *bundle.index <= *after)) continue;
    page.items.push_back({*bundle.index, log.at(static_cast<std::size_t>(*bundle.index))});
  }
  std::sort(page.items.begin(), page.items.end(),
            [](const MailboxItem& a, const MailboxItem& b) { return a.index < b.index; });
  return {200, {}, page.json()};
}

}  // namespace depone::testing
