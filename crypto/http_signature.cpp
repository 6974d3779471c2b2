#include "crypto/http_signature.h"

#include <algorithm>

#include "crypto/error.h"
#include "crypto/hash.h"
#include "crypto/structured_fields.h"

namespace depone {
namespace {

constexpr std::string_view kLabel = "depone";
constexpr std::string_view kTag = "depone/1";
constexpr std::string_view kAlgorithm = "ed25519";
constexpr std::string_view kInput = "Signature-Input";

[[noreturn]] void fail(const std::string& expected) {
  throw Error(Code::malformed, "the request's signature is not as it must be: expected " + expected,
              std::string(kInput));
}

// A parameter that has to be a string where it is there.
std::optional<std::string> string_parameter(const sf::Parameters& parameters,
                                            std::string_view name) {
  const sf::Item* item = sf::find(parameters, name);
  if (item == nullptr) return std::nullopt;
  if (item->kind != sf::Kind::string) fail(std::string(name) + " as a string");
  return item->text;
}

std::optional<Time> time_parameter(const sf::Parameters& parameters, std::string_view name) {
  const sf::Item* item = sf::find(parameters, name);
  if (item == nullptr) return std::nullopt;
  if (item->kind != sf::Kind::integer || item->integer < 0)
    fail(std::string(name) + " as a time in seconds");
  return Time{item->integer};
}

bool has_our_tag(const sf::Member& member) {
  if (!member.inner_list) return false;
  const sf::Item* tag = sf::find(member.parameters, "tag");
  return tag != nullptr && tag->kind == sf::Kind::string && tag->text == kTag;
}

std::vector<std::string> component_names(const sf::Member& member) {
  std::vector<std::string> out;
  for (const sf::Parametrised& component : member.items) {
    if (component.item.kind != sf::Kind::string || component.item.text.empty())
      fail("component names as strings");
    if (!component.parameters.empty()) fail("components without parameters");
    if (std::find(out.begin(), out.end(), component.item.text) != out.end())
      fail("each component once");
    out.push_back(component.item.text);
  }
  return out;
}

}  // namespace

std::string signature_base(const Components& components, std::string_view params) {
  std::string out;
  for (const auto& [name, value] : components) {
    // A line break in a value could pass for another component.
    if (value.find_first_of("\r\n") != std::string::npos) {
      throw Error(Code::malformed, "a signed header holds a line break", name);
    }
    out += sf::quoted(name) + ": " + value + "\n";
  }
  return out.append("\"@signature-params\": ").append(params);
}

SignedHeaders sign_request(const Ed25519Key& key, const Components& components, Time created,
                           std::string_view nonce) {
  std::string params = "(";
  for (const auto& [name, value] : components) {
    if (params.size() > 1) params += ' ';
    params += sf::quoted(name);
  }
  params += ");created=" + std::to_string(created.seconds);
  if (!nonce.empty()) params += ";nonce=" + sf::quoted(nonce);
  params += ";keyid=" + sf::quoted(base64(key.public_key())) + ";alg=" + sf::quoted(kAlgorithm) +
            ";tag=" + sf::quoted(kTag);
  const Ed25519Signature signature = key.sign(as_bytes(signature_base(components, params)));
  return {std::string(kLabel) + "=" + params, std::string(kLabel) + "=:" + base64(signature) + ":"};
}

std::optional<ReceivedSignature> find_signature(std::string_view signature_input,
                                                std::string_view signature) {
  const std::vector<sf::Member> inputs = sf::parse_dictionary(signature_input, kInput);
  const std::vector<sf::Member> signatures = sf::parse_dictionary(signature, "Signature");
  if (std::count_if(inputs.begin(), inputs.end(), has_our_tag) != 1) return std::nullopt;
  const sf::Member& input = *std::find_if(inputs.begin(), inputs.end(), has_our_tag);

  ReceivedSignature out;
  out.covered = component_names(input);
  out.params = input.raw;
  const auto created = time_parameter(input.parameters, "created");
  const auto keyid = string_parameter(input.parameters, "keyid");
  if (!created) fail("created");
  if (!keyid) fail("keyid");
  if (string_parameter(input.parameters, "alg").value_or(std::string(kAlgorithm)) != kAlgorithm) {
    fail("alg=\"ed25519\"");
  }
  out.parsed = {*created, *keyid, std::string(kTag)};
  out.nonce = string_parameter(input.parameters, "nonce");
  out.expires = time_parameter(input.parameters, "expires");

  const sf::Member* value = sf::find(signatures, input.key);
  if (value == nullptr || value->inner_list || value->items[0].item.kind != sf::Kind::bytes ||
      value->items[0].item.bytes.size() != out.signature.size()) {
    throw Error(Code::malformed,
                "the request's signature is not 64 bytes under the label of its input",
                "Signature");
  }
  std::copy_n(value->items[0].item.bytes.begin(), out.signature.size(), out.signature.begin());
  return out;
}

std::string content_digest(ByteView body) { return "sha-256=:" + base64(sha256(body)) + ":"; }

bool content_digest_ok(std::string_view header, ByteView body) {
  try {
    const std::vector<sf::Member> digests = sf::parse_dictionary(header, "Content-Digest");
    const sf::Member* digest = sf::find(digests, "sha-256");
    return digest != nullptr && !digest->inner_list &&
           digest->items[0].item.kind == sf::Kind::bytes &&
           equal(digest->items[0].item.bytes, sha256(body));
  } catch (const Error&) {
    return false;  // what does not parse gives no digest
  }
}

}  // namespace depone
