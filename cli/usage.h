#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace depone::cli {

// What CLI11 found wrong with the arguments, in words for whoever typed them.
std::string usage_message(const CLI::App& app, const CLI::ParseError& error);

// The word of a list that somebody may have meant: at most two letters from what he typed, a third
// of it at most; "" where there is none.
std::string nearest_word(std::string_view typed, const std::vector<std::string>& words);

// For CLI::Option::check().
CLI::Validator whole_number_above_zero();

}  // namespace depone::cli
