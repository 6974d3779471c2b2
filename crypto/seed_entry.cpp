#include "crypto/seed_entry.h"

#include <algorithm>

namespace depone {

namespace {

constexpr std::string_view kPrefix = "DEPONE-SEED-1";
constexpr std::string_view kBarePrefix = "DEPONESEED1";
constexpr std::string_view kAlphabet = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
constexpr std::size_t kLongest = 4096;

char upper(std::uint8_t byte) {
  return static_cast<char>(byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A' : byte);
}

bool between_groups(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '-' || c == '.';
}

// In upper case, without what stands between groups and without the prefix.
SecretBytes bare(ByteView typed) {
  typed = typed.first(std::min(typed.size(), kLongest));
  SecretBytes out(typed.size() + 1);
  std::size_t length = 0;
  for (const std::uint8_t byte : typed) {
    if (const char c = upper(byte); !between_groups(c))
      out.reveal()[length++] = static_cast<std::uint8_t>(c);
  }
  if (as_text(out.reveal().first(length)).starts_with(kBarePrefix)) {
    length -= kBarePrefix.size();
    SecretBytes rest = SecretBytes::copy_of(out.reveal().subspan(kBarePrefix.size(), length));
    return rest;
  }
  return SecretBytes::copy_of(out.reveal().first(length));
}

// Whether these characters, after the prefix, are a seed.
std::optional<Seed> decode(ByteView characters) {
  SecretBytes text(kPrefix.size() + characters.size());
  std::copy(kPrefix.begin(), kPrefix.end(), text.reveal().begin());
  std::copy(characters.begin(), characters.end(),
            text.reveal().begin() + static_cast<std::ptrdiff_t>(kPrefix.size()));
  return parse_seed(as_text(text.reveal()));
}

std::string place(std::size_t at) {
  const std::size_t group = at / kSeedGroup;
  return "line " + std::to_string(group / kSeedGroupsInLine + 1) + ", group " +
         std::to_string(group % kSeedGroupsInLine + 1) + ", character " +
         std::to_string(at % kSeedGroup + 1);
}

std::string group_of(std::size_t at) {
  const std::size_t group = at / kSeedGroup;
  return "line " + std::to_string(group / kSeedGroupsInLine + 1) + ", group " +
         std::to_string(group % kSeedGroupsInLine + 1);
}

// The one character that, replaced, makes it a seed.
std::optional<std::size_t> wrong_character(SecretBytes& text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::uint8_t before = text.reveal()[at];
    for (const char c : kAlphabet) {
      text.reveal()[at] = static_cast<std::uint8_t>(c);
      if (decode(text.reveal())) {
        text.reveal()[at] = before;
        return at;
      }
    }
    text.reveal()[at] = before;
  }
  return std::nullopt;
}

std::optional<std::size_t> swapped_characters(SecretBytes& text) {
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    auto bytes = text.reveal();
    std::swap(bytes[at], bytes[at + 1]);
    const bool right = decode(text.reveal()).has_value();
    std::swap(bytes[at], bytes[at + 1]);
    if (right) return at;
  }
  return std::nullopt;
}

// Where one character more makes it a seed.
std::optional<std::size_t> missing_character(const SecretBytes& text) {
  SecretBytes longer(text.size() + 1);
  for (std::size_t at = 0; at <= text.size(); ++at) {
    auto out = longer.reveal();
    std::copy_n(text.reveal().begin(), at, out.begin());
    std::copy(text.reveal().begin() + static_cast<std::ptrdiff_t>(at), text.reveal().end(),
              out.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    for (const char c : kAlphabet) {
      out[at] = static_cast<std::uint8_t>(c);
      if (decode(longer.reveal())) return at;
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> extra_character(const SecretBytes& text) {
  SecretBytes shorter(text.size() - 1);
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto out = shorter.reveal();
    std::copy_n(text.reveal().begin(), at, out.begin());
    std::copy(text.reveal().begin() + static_cast<std::ptrdiff_t>(at) + 1, text.reveal().end(),
              out.begin() + static_cast<std::ptrdiff_t>(at));
    if (decode(shorter.reveal())) return at;
  }
  return std::nullopt;
}

std::string problem_of(SecretBytes& text) {
  if (text.empty()) return "nothing was given";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (kAlphabet.find(static_cast<char>(text.reveal()[at])) == std::string_view::npos) {
      return "a character that no seed has stands at " + place(at) +
             ": a seed has no 1, B, I or O (read l, 8, l, 0)";
    }
  }
  if (text.size() == kSeedCharacters) {
    if (const auto at = wrong_character(text)) return "one character is wrong: " + place(*at);
    if (const auto at = swapped_characters(text))
      return "two characters changed places: " + place(*at) + " and the one after it";
    return "more than one character is wrong: compare group by group";
  }
  if (text.size() + 1 == kSeedCharacters) {
    const auto at = missing_character(text);
    return "a character is missing" + (at ? " in or next to " + group_of(*at) : std::string());
  }
  if (text.size() == kSeedCharacters + 1) {
    const auto at = extra_character(text);
    return "there is a character too many" + (at ? " in " + group_of(*at) : std::string());
  }
  return "there are " + std::to_string(text.size()) + " characters, and a seed has " +
         std::to_string(kSeedCharacters);
}

}  // namespace

std::size_t seed_characters(ByteView typed) { return bare(typed).size(); }

SeedEntry read_seed(ByteView typed) {
  SecretBytes text = bare(typed);
  if (auto seed = decode(text.reveal())) return {std::move(seed), {}};
  return {std::nullopt, problem_of(text)};
}

ByteView seed_in(ByteView text) {
  for (std::size_t at = 0; at + kPrefix.size() <= text.size(); ++at) {
    std::size_t same = 0;
    while (same < kPrefix.size() && upper(text[at + same]) == kPrefix[same]) ++same;
    if (same < kPrefix.size()) continue;
    const ByteView rest = text.subspan(at);
    const std::string_view as = as_text(rest);
    const std::size_t end = std::min(as.find("\n\n"), as.find("\r\n\r\n"));
    return rest.first(std::min(end, rest.size()));
  }
  return text;
}

}  // namespace depone
