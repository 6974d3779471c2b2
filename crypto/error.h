#pragma once

#include <exception>
#include <string>

namespace depone {

// What went wrong, grouped by the layer that can tell. cli/exit_status.cpp turns each into an exit
// code.
enum class Code {
  // crypto: bytes and formats
  malformed,      // an artefact is not of its format (from outside: verification failed)
  unsupported,    // a format or version that this program does not know
  bad_signature,  // a signature does not verify, or is by the wrong key
  mismatch,       // a hash, root, proof or count is not what it was said to be
  no_identity,    // no identity at hand opens this age file
  wrong_key,      // a passphrase or key is not the right one
  // store: files and the vault
  invalid,    // input of the user is not acceptable: a field, a file to import
  io,         // reading or writing failed; the disk may be full
  not_found,  // no such vault, record, file
  busy,       // another process holds it
  damaged,    // data of our own is damaged; nothing was changed
  // sync: other parties
  unreachable,  // network or relay; safe to run again
  refused,      // by policy: consent, role, quota, conflict, an invite that is used up
  // cli
  usage,
  interrupted,
};

// The one exception of the project. `message` says what happened, what it means for the data and
// what to do, in sentences that may be shown to a person; it never holds record content or secrets.
// `context` names the artefact: a file, a line, an offset; empty where there is none. what() is
// both.
class Error : public std::exception {
 public:
  Error(Code code, std::string message, std::string context = {});

  Code code() const noexcept { return code_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& context() const noexcept { return context_; }
  const char* what() const noexcept override { return what_.c_str(); }

  // The same error with a context put before the one it has: "roster.json: line 3".
  Error in(const std::string& artefact) const;

 private:
  Code code_;
  std::string message_;
  std::string context_;
  std::string what_;
};

}  // namespace depone
