#pragma once

#include <functional>

namespace CLI {
class App;
}

// `depone-conformance`: runs anybody's vectors against the library, without C++ to write. Built with the tests, not
// installed. Each command adds itself and gives what runs it; the result is the exit status.
namespace depone::conformance {

inline constexpr int kHolds = 0;
inline constexpr int kFails = 1;          // of `age`
inline constexpr int kDoesNotVerify = 4;  // of the others

using Runner = std::function<int()>;
Runner age_command(CLI::App& app);
Runner age_encrypt_command(CLI::App& app);  // the other direction, for other people's readers
Runner minisign_command(CLI::App& app);
Runner ed25519_command(CLI::App& app);
Runner log_command(CLI::App& app);
Runner inclusion_command(CLI::App& app);
Runner consistency_command(CLI::App& app);

}  // namespace depone::conformance
