// What anybody sees at /, and the operator at /metrics.
#include <algorithm>

#include "crypto/hash.h"
#include "crypto/html.h"
#include "sync/relay/service.h"

namespace depone::relay {

namespace {

// Keys are longer than a phone is wide.
constexpr std::string_view kStyle =
    "body{max-width:40em;margin:1em auto;padding:0 1em;font:1em/1.5 sans-serif}dd{margin:0 0 1em}"
    "code{overflow-wrap:anywhere}";

std::string key_line(std::string_view name, std::string_view key) {
  return "<dt>" + std::string(name) + "</dt><dd><code>" + escape_html(key) + "</code></dd>\n";
}

}  // namespace

// What a public log says anyway.
std::string Service::public_lines() {
  if (!relay_.settings().public_log()) return "";
  const Head head = relay_.ledger().head();
  if (head.size == 0) return "<dt>entries</dt><dd>none yet</dd>\n";
  return "<dt>entries</dt><dd>" + std::to_string(head.size) + "</dd>\n<dt>last checkpoint</dt><dd>" +
         head.time.text() + "</dd>\n";
}

Response Service::page() {
  const Config& config = relay_.config();
  const std::string name = escape_html(config.organisation);
  Response out = text_response(
      200, "text/html; charset=utf-8",
      "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<style>" +
          std::string(kStyle) + "</style>\n<title>" + name + "</title>\n<h1>" + name +
          "</h1>\n<p>This is a Depone relay. It holds sealed bundles that it cannot read.</p>\n"
          "<p>Compare these with what the organisation told you over another channel:</p>\n<dl>\n" +
          key_line("authority", config.authority.text()) + key_line("log", relay_.log_name().text()) + public_lines() +
          "</dl>\n</html>\n");
  out.with("Content-Security-Policy",
           "default-src 'none'; style-src 'sha256-" + base64(sha256(kStyle)) + "'; frame-ancestors 'none'")
      .with("Referrer-Policy", "no-referrer");
  return out;
}

// Counts and times of many small organisations would say when somebody works: for the operator alone. Where something
// stands in front, everybody seems to come from this machine.
Response Service::metrics_page(const Request& request) {
  const std::vector<std::string> from = relay_.settings().metrics_from();
  const bool allowed = from.empty() ? !relay_.config().behind_another() && Endpoint{request.peer, 0}.loopback()
                                    : std::find(from.begin(), from.end(), request.peer) != from.end();
  if (!allowed) throw Refused{"not-found"};
  const Head head = relay_.ledger().head();
  Ledger::Usage all;
  for (const Ledger::Day& day : relay_.ledger().days()) {
    all.bundles += day.taken.bundles;
    all.bytes += day.taken.bytes;
  }
  std::string text = metrics_.text();
  text += gauge_text("depone_ready", "1 where /readyz says so.", not_ready().empty() ? 1 : 0);
  text += gauge_text("depone_log_entries", "Entries of the log that a checkpoint covers.", head.size);
  text += gauge_text("depone_log_waiting", "Entries that wait for the next checkpoint.", relay_.ledger().count_waiting());
  text += gauge_text("depone_checkpoint_timestamp_seconds", "When the last checkpoint was signed.",
                     static_cast<std::uint64_t>(head.time.seconds));
  text += gauge_text("depone_bundles", "Bundles taken in.", all.bundles);
  text += gauge_text("depone_bundle_bytes", "Bytes of the bundles taken in.", all.bytes);
  text += gauge_text("depone_uploads", "Uploads begun and not complete.", relay_.ledger().uploads().size());
  text += gauge_text("depone_disk_room_bytes", "Bytes free above the reserve.", intake_.room());
  if (const TlsFiles tls = relay_.tls_files(); tls.any()) {
    text += gauge_text("depone_certificate_expiry_timestamp_seconds", "When the TLS certificate expires.",
                       static_cast<std::uint64_t>(tls_expires(tls.certificate).seconds));
  }
  Response out = text_response(200, "text/plain; version=0.0.4; charset=utf-8", std::move(text));
  out.with("Cache-Control", "no-store");
  return out;
}

}  // namespace depone::relay
