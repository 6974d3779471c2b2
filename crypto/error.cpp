#include "crypto/error.h"

#include <utility>

namespace depone {

Error::Error(Code code, std::string message, std::string context)
    : code_(code), message_(std::move(message)), context_(std::move(context)) {
  what_ = context_.empty() ? message_ : context_ + ": " + message_;
}

Error Error::in(const std::string& artefact) const {
  return Error(code_, message_, context_.empty() ? artefact : artefact + ": " + context_);
}

}  // namespace depone
