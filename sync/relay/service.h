#pragma once

#include <memory>
#include <string>

#include "sync/relay/directory.h"
#include "sync/relay/failure_limit.h"
#include "sync/relay/message.h"
#include "sync/relay/metrics.h"
#include "sync/relay/tus.h"

namespace depone::relay {

// The relay behind its HTTP interface: from a request to what is done about it. Knows nothing of sockets. Called from
// several threads at once.
class Service {
 public:
  // `wake`: an entry waits. `sequencer_ok`: for /readyz.
  Service(Directory& relay, Clock clock, std::function<void()> wake, std::function<bool()> sequencer_ok);

  // Never throws for what the client did; a body is only asked for from who may send one.
  Outcome begin(const Request& request);
  // Body::finish and Poll::ask go through these, so that refusals become answers.
  Response guarded(const std::function<Response()>& work);

  // For messages in the log: the route without what it names.
  static std::string route_of(const Request& request);
  // Finishes what a crash left, forgets old uploads.
  void recover();
  void sweep();
  // What /readyz says is wrong; "" where nothing is.
  std::string not_ready();
  Metrics& metrics() { return metrics_; }

  // Told of errors that are not the client's, and of what the operator should look into.
  std::function<void(const std::string&)> failed;

 private:
  Outcome route(const Request& request);
  Response page();
  std::string public_lines();
  Outcome join(const Request& request);
  Response token(const Request& request);
  Response metrics_page(const Request& request);
  Response roster(const Request& request, const std::string& part);
  Outcome receipt(const Request& request, const std::string& sha256);
  Outcome mailbox(const Request& request);
  Response sent(const Request& request);
  Response bundle(const Request& request, const std::string& name);
  Response log(const Request& request, const std::string& path);

  std::optional<BundleRecord> visible_bundle(const Caller& caller, const std::string& sha256);
  void check_origin(const Request& request) const;
  Mailbox new_mailbox(const Caller& caller);

  Directory& relay_;
  Clock clock_;
  std::function<bool()> sequencer_ok_;
  FailureLimit failures_;
  Metrics metrics_;
  MemberTables members_;
  Auth auth_;
  Uploads uploads_;
  Intake intake_;
  Tus tus_;
};

}  // namespace depone::relay
