#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "crypto/error.h"
#include "crypto/json.h"
#include "crypto/merkle.h"
#include "store/file.h"
#include "tests/conformance/commands.h"

namespace depone::conformance {
namespace {

constexpr std::size_t kMaxVector = 1u << 20;

// A vector with a number or hash that is none fails like one whose proof does not hold.
struct Vector {
  Json json;
  bool whole = true;

  std::uint64_t number(const char* name) {
    const auto found = json.find(name);
    if (found != json.end() && found->is_number_unsigned()) return found->get<std::uint64_t>();
    whole = false;
    return 0;
  }
  Sha256 hash_of(const Json& value) {
    const auto hash = value.is_string() ? exactly<32>(from_base64(value.get<std::string>())) : std::nullopt;
    if (!hash) whole = false;
    return hash.value_or(Sha256{});
  }
  Sha256 hash(const char* name) { return json.contains(name) ? hash_of(json[name]) : hash_of(nullptr); }
  // A root of any length: one that is no hash is equal to itself and nothing leads to it.
  Sha256 root(const char* name) {
    if (!json.contains(name) || !json[name].is_string()) return hash(name);
    const auto bytes = from_base64(json[name].get<std::string>());
    if (!bytes || bytes->size() == 32) return hash(name);
    return sha256(ByteView(*bytes));
  }
  merkle::Path proof() {
    merkle::Path out;
    if (!json.contains("proof") || json["proof"].is_null()) return out;
    if (!json["proof"].is_array()) {
      whole = false;
      return out;
    }
    for (const Json& value : json["proof"]) out.push_back(hash_of(value));
    return out;
  }
};

Vector read_vector(const std::string& file) {
  try {
    return {parse_json(read_text(file, kMaxVector, true), file)};
  } catch (const Error& error) {
    // Vectors may hold numbers beyond 2^53, which our own formats do not: no proof of ours can be for them.
    if (error.code() != Code::malformed) throw;
    std::cerr << error.what() << "\n";
    return {Json::object(), false};
  }
}

int verdict(bool holds) { return holds ? kHolds : kDoesNotVerify; }

int inclusion(const std::string& file) {
  Vector v = read_vector(file);
  const bool holds = merkle::verify_inclusion(v.hash("leafHash"), v.number("leafIdx"), v.number("treeSize"),
                                              v.proof(), v.hash("root"));
  return verdict(v.whole && holds);
}

int consistency(const std::string& file) {
  Vector v = read_vector(file);
  const bool holds = merkle::verify_consistency(v.number("size1"), v.number("size2"), v.proof(),
                                                v.root("root1"), v.root("root2"));
  return verdict(v.whole && holds);
}

Runner on_a_file(CLI::App& app, int (*run)(const std::string&)) {
  const auto file = std::make_shared<std::string>();
  app.add_option("FILE", *file, "The vector, JSON")->required();
  return [file, run] { return run(*file); };
}

}  // namespace

Runner inclusion_command(CLI::App& app) { return on_a_file(app, inclusion); }
Runner consistency_command(CLI::App& app) { return on_a_file(app, consistency); }

}  // namespace depone::conformance
