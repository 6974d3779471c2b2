#pragma once

#include <string>
#include <string_view>

#include "cli/context.h"
#include "crypto/secret.h"
#include "store/file.h"

namespace depone::cli {

// The terminal of this process, whatever standard input and output are.
class Terminal {
 public:
  // Code::usage with this message where there is none.
  explicit Terminal(
      const std::string& without =
          "a passphrase is needed, and there is no terminal to ask on. Use --passphrase-file FILE");
  // Without echo; Code::interrupted for Ctrl-C, Ctrl-D on an empty line and signals that end the
  // program. The terminal is as before afterwards, in every case.
  SecretBytes read_hidden(std::string_view prompt, const Waiting& waiting = {});
  std::string read_line(std::string_view prompt, const Waiting& waiting = {});

 private:
  void write(std::string_view text);
  File file_;
};

}  // namespace depone::cli
