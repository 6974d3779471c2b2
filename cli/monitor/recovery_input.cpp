#include "cli/monitor/recovery_input.h"

#include <algorithm>

#include "cli/terminal.h"
#include "crypto/error.h"
#include "crypto/seed_entry.h"
#include "store/file.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxSheet = 64u << 10;
constexpr std::size_t kMaxTyped = 4096;
constexpr int kTries = 3;

SecretBytes sheet_from_file(const std::string& path) {
  FileSource source(path, true);
  SecretBytes text(kMaxSheet);
  const std::size_t length = read_full(source, text.reveal());
  if (length == text.size())
    throw Error(Code::invalid, "this file is too large for a recovery sheet", path);
  text.truncate(length);
  return text;
}

SecretBytes joined(const SecretBytes& a, const SecretBytes& b) {
  SecretBytes out(a.size() + b.size());
  std::copy(a.reveal().begin(), a.reveal().end(), out.reveal().begin());
  std::copy(b.reveal().begin(), b.reveal().end(),
            out.reveal().begin() + static_cast<std::ptrdiff_t>(a.size()));
  return out;
}

// Lines until the seed's characters are there, or an empty one.
SecretBytes type_seed(Terminal& terminal) {
  SecretBytes typed;
  for (int line = 1; seed_characters(typed.reveal()) < kSeedCharacters; ++line) {
    const SecretBytes more = terminal.read_hidden(
        line == 1 ? "Seed from the recovery sheet, line 1 (it is not shown): "
                  : std::to_string(seed_characters(typed.reveal())) + " of " +
                        std::to_string(kSeedCharacters) + " characters so far. Line " +
                        std::to_string(line) + ": ");
    if (more.empty()) break;
    typed = joined(typed, more);
    if (typed.size() > kMaxTyped) break;
  }
  return typed;
}

}  // namespace

Seed ask_seed(Context& context, const std::string& file, const std::string& refusal) {
  if (!file.empty()) {
    const SecretBytes sheet = sheet_from_file(file);
    SeedEntry entry = read_seed(seed_in(sheet.reveal()));
    if (entry.seed) return std::move(*entry.seed);
    throw Error(Code::invalid, "this is no recovery sheet as it was printed: " + entry.problem,
                file);
  }
  context.out.flush();
  std::optional<Terminal> terminal;
  try {
    terminal.emplace(refusal);
  } catch (const Error& error) {
    throw Error(Code::refused, error.message());
  }
  for (int attempt = 1;; ++attempt) {
    const SecretBytes typed = type_seed(*terminal);
    if (typed.empty()) throw Error(Code::refused, refusal);
    SeedEntry entry = read_seed(typed.reveal());
    if (entry.seed) return std::move(*entry.seed);
    const std::string problem = "this is not the seed as it was printed: " + entry.problem;
    if (attempt == kTries) throw Error(Code::invalid, problem + ". Nothing was changed");
    context.err << problem << ".\n" << std::flush;
  }
}

}  // namespace depone::cli
