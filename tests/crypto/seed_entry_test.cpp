#include "crypto/seed_entry.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

Seed seed_of(std::uint8_t byte) {
  Seed seed;
  for (std::uint8_t& at : seed.reveal()) at = byte++;
  return seed;
}

std::string text_of(const Seed& seed) { return std::string(as_text(seed_text(seed).reveal())); }
// After the prefix.
std::string characters_of(const Seed& seed) { return text_of(seed).substr(13); }

bool reads_as(const Seed& seed, const std::string& typed) {
  const SeedEntry entry = read_seed(as_bytes(typed));
  return entry.seed && equal_secret(entry.seed->reveal(), seed.reveal());
}

std::string problem_of(const std::string& typed) { return read_seed(as_bytes(typed)).problem; }

TEST_CASE("A seed is read as it stands on the sheet, and without its prefix") {
  const Seed seed = seed_of(7);
  CHECK(reads_as(seed, text_of(seed)));
  CHECK(reads_as(seed, characters_of(seed)));
  CHECK(characters_of(seed).size() == kSeedCharacters);
}

TEST_CASE("Groups, line breaks and small letters are the same seed") {
  const Seed seed = seed_of(9);
  std::string groups = "depone seed 1\n";
  for (std::size_t at = 0; at < kSeedCharacters; at += 4)
    groups += (at % 32 == 0 ? "\n  " : " ") + characters_of(seed).substr(at, 4);
  for (char& c : groups) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  CHECK(reads_as(seed, groups));
  CHECK(reads_as(seed, groups + "\r\n"));
}

TEST_CASE("One wrong character is found, wherever it is") {
  const std::string right = characters_of(seed_of(3));
  const auto at =
      GENERATE(std::size_t{0}, std::size_t{5}, std::size_t{31}, std::size_t{32}, std::size_t{57});
  std::string typed = right;
  typed[at] = typed[at] == 'Q' ? 'P' : 'Q';
  const std::string place = "line " + std::to_string(at / 32 + 1) + ", group " +
                            std::to_string(at % 32 / 4 + 1) + ", character " +
                            std::to_string(at % 4 + 1);
  CHECK(problem_of(typed) == "one character is wrong: " + place);
}

TEST_CASE("Two characters that changed places are found") {
  std::string typed = characters_of(seed_of(3));
  std::size_t at = 9;
  while (typed[at] == typed[at + 1]) ++at;
  std::swap(typed[at], typed[at + 1]);
  CHECK(problem_of(typed).starts_with("two characters changed places"));
}

TEST_CASE("A missing character and one too many are found in their group") {
  std::string typed = characters_of(seed_of(3));
  typed.erase(13, 1);
  CHECK(problem_of(typed).starts_with("a character is missing in or next to line 1, group"));
  typed = characters_of(seed_of(3));
  typed.insert(40, "Q");
  CHECK(problem_of(typed).starts_with("there is a character too many in line 2, group"));
}

TEST_CASE("A character that no seed has is named by its place") {
  std::string typed = characters_of(seed_of(3));
  typed[33] = 'o';
  CHECK(problem_of(typed).find("line 2, group 1, character 2") != std::string::npos);
}

TEST_CASE("What is wrong is said without the seed") {
  const std::string right = characters_of(seed_of(3));
  std::string typed = right;
  typed[20] = typed[20] == 'Q' ? 'P' : 'Q';
  const std::string problem = problem_of(typed);
  for (std::size_t at = 0; at + 4 <= right.size(); at += 4)
    CHECK(problem.find(right.substr(at, 4)) == std::string::npos);
}

TEST_CASE("More than one wrong character, and another length, are said to be that") {
  std::string typed = characters_of(seed_of(3));
  for (const std::size_t at : {4u, 20u, 44u}) typed[at] = typed[at] == 'Q' ? 'P' : 'Q';
  CHECK(problem_of(typed).starts_with("more than one"));
  CHECK(problem_of(typed.substr(0, 20)) == "there are 20 characters, and a seed has 58");
  CHECK(problem_of("") == "nothing was given");
  CHECK(problem_of(std::string(9000, 'q')).starts_with("there are"));
}

TEST_CASE("A whole sheet gives its seed, in one line or in groups") {
  const Seed seed = seed_of(3);
  const std::string line = "RECOVERY SHEET\nfor DEPONE\n\n" + text_of(seed) + "\n\nkeep it\n";
  CHECK(reads_as(seed, std::string(as_text(seed_in(as_bytes(line))))));
  const std::string groups = "SHEET\n\nDEPONE-SEED-1\n  " + characters_of(seed).substr(0, 30) +
                             "\n  " + characters_of(seed).substr(30) + "\n\nfingerprint 1234\n";
  CHECK(reads_as(seed, std::string(as_text(seed_in(as_bytes(groups))))));
  CHECK(seed_in(as_bytes("abcd efgh")).size() == 9);
}

}  // namespace
}  // namespace depone
