#pragma once

#include "crypto/error.h"
#include "crypto/formats/wire.h"
#include "sync/remote/http.h"

namespace depone {

// What `problem` (a name in wire.h) means for a person's data, and what to do: shared by all
// commands. pending, revoked, role, invite, quota, conflict, unauthorized … → refused; 5xx, busy →
// unreachable; not-found → not_found; signature, malformed → bad_signature, malformed.
Error problem_error(const Problem& problem);

// The same as it is thrown, for who has to act on which one it is.
class ProblemError : public Error {
 public:
  ProblemError(const Error& error, std::string name) : Error(error), name_(std::move(name)) {}
  const std::string& name() const noexcept { return name_; }  // as in wire.h

 private:
  std::string name_;
};

// The problem in an answer that is none of the expected ones; `origin` names the relay in the
// error.
std::optional<Problem> problem_of(const HttpResponse& response);
[[noreturn]] void throw_problem(const HttpResponse& response, const std::string& origin);

}  // namespace depone
