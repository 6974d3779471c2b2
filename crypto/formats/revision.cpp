#include "crypto/formats/revision.h"

#include <algorithm>
#include <map>
#include <set>

#include "crypto/error.h"
#include "crypto/formats/uuid.h"

namespace depone {
namespace {

constexpr std::string_view kFormat = "depone/revision/1";
constexpr std::size_t kMaxCommitments = 1u << 20;
constexpr std::size_t kMaxParents = 1024;
constexpr std::size_t kSalt = 16;

std::vector<Sha256> sorted_by_text(const std::set<Sha256>& commitments) {
  std::vector<std::pair<std::string, Sha256>> keyed;
  keyed.reserve(commitments.size());
  for (const Sha256& c : commitments) keyed.emplace_back(base64url(c), c);
  std::sort(keyed.begin(), keyed.end());
  std::vector<Sha256> out;
  out.reserve(keyed.size());
  for (const auto& [text, c] : keyed) out.push_back(c);
  return out;
}

// Drawn for many lines at once: asking the kernel takes longer than anything else about a short
// line.
class Salts {
 public:
  std::string next() {
    if (at_ == drawn_.size()) {
      random_bytes(drawn_);
      at_ = 0;
    }
    const ByteView salt = ByteView(drawn_).subspan(at_, kSalt);
    at_ += kSalt;
    return base64url(salt);
  }

 private:
  ByteArray<16 * kSalt> drawn_;
  std::size_t at_ = drawn_.size();
};

Line make_line(Salts& salts, std::string_view path, const Json& value) {
  std::string text = "[\"" + salts.next() + "\"," + dump_json(path) + ",";
  text += dump_json(value);
  text += ']';
  return {std::move(text), std::string(path), value};
}

void sort_by_path(std::vector<Line>& lines) {
  std::sort(lines.begin(), lines.end(),
            [](const Line& a, const Line& b) { return PathLess{}(a.path, b.path); });
}

}  // namespace

Line Line::make(std::string_view path, const Json& value) {
  Salts salts;
  return make_line(salts, path, value);
}

Line Line::parse(std::string_view text) {
  const std::string what = "disclosed line";
  Json array = parse_json(text, what);
  if (!array.is_array() || array.size() != 3 || !array[0].is_string() || !array[1].is_string()) {
    throw Error(Code::malformed, "a line is [salt, path, value]", what);
  }
  if (!exactly<kSalt>(from_base64url(array[0].get_ref<const std::string&>()))) {
    throw Error(Code::malformed, "the salt is 16 bytes in base64url", what);
  }
  const auto& path = array[1].get_ref<const std::string&>();
  if (!is_field_path(path)) throw Error(Code::malformed, "this is not a field's path", what);
  if (!is_field(path, array[2])) {
    throw Error(Code::malformed,
                "a value is a string that is not empty, a number, a boolean or a date; of a long "
                "text, a passage",
                what);
  }
  Json& value = array[2];
  // One order of keys, so that equal dates compare equal; `text` stays as it stands.
  if (value.is_object()) value = Json{{"date", value["date"]}, {"type", value["type"]}};
  if (text.find('\n') != std::string_view::npos) {
    throw Error(Code::malformed, "a line holds no line break", what);
  }
  return {std::string(text), path, std::move(value)};
}

Revision Revision::parse(std::string_view json) {
  const std::string what = "revision";
  const Json value = parse_json(json, what);
  const JsonObject object(value, what,
                          {"format", "record", "kind", "parents", "author", "commitments"});
  object.format(kFormat);
  Revision out;
  out.record = object.string("record");
  if (!is_uuid(out.record)) object.fail("record", "a UUIDv4");
  out.kind = object.string("kind");
  if (out.kind != "testimony" && out.kind != "incident")
    object.fail("kind", "testimony or incident");
  for (const Json& parent : object.array("parents", kMaxParents)) {
    if (!parent.is_string() || !is_revision_id(parent.get_ref<const std::string&>())) {
      object.fail("parents", "revision ids");
    }
    out.parents.push_back(parent);
  }
  if (!std::is_sorted(out.parents.begin(), out.parents.end()) ||
      std::adjacent_find(out.parents.begin(), out.parents.end()) != out.parents.end()) {
    object.fail("parents", "ascending ids, none twice");
  }
  out.author = object.string("author");
  if (!minisign::PublicKey::parse(out.author)) object.fail("author", "a bundle key");
  std::string before;
  for (const Json& item : object.array("commitments", kMaxCommitments)) {
    if (!item.is_string()) object.fail("commitments", "strings");
    const auto& text = item.get_ref<const std::string&>();
    const auto commitment = exactly<32>(from_base64url(text));
    if (!commitment) object.fail("commitments", "32 bytes in base64url");
    if (!before.empty() && before >= text) object.fail("commitments", "strictly ascending strings");
    before = text;
    out.commitments.push_back(*commitment);
  }
  return out;
}

std::string Revision::json() const {
  Json texts = Json::array();
  for (const Sha256& commitment : commitments) texts.push_back(base64url(commitment));
  return dump_json(Json{{"format", kFormat},
                        {"record", record},
                        {"kind", kind},
                        {"parents", parents},
                        {"author", author},
                        {"commitments", std::move(texts)}});
}

std::string revision_id(std::string_view json) { return hex(sha256(json)); }
bool is_revision_id(std::string_view text) { return sha256_from_hex(text).has_value(); }

FieldMap RevisionContent::fields() const {
  FieldMap out;
  for (const Line& line : lines) out.emplace(line.path, line.value);
  return out;
}

RevisionContent check_revision(std::string_view json, std::string_view lines_text) {
  RevisionContent out{std::string(json), Revision::parse(json), {}};
  if (!lines_text.empty() && !lines_text.ends_with('\n'))
    throw Error(Code::malformed, "the last disclosed line does not end in LF", "disclosed lines");
  std::set<Sha256> expected(out.revision.commitments.begin(), out.revision.commitments.end());
  FieldMap fields;
  // One after the other: the first that is none ends it, however many there are said to be.
  for (std::size_t number = 1; !lines_text.empty(); ++number) {
    const std::string_view text = lines_text.substr(0, lines_text.find('\n'));
    lines_text.remove_prefix(text.size() + 1);
    const std::string where = "disclosed line " + std::to_string(number);
    try {
      Line line = Line::parse(text);
      // Taken out when found, so that a second one of the same is not.
      if (expected.erase(line.commitment()) == 0) {
        throw Error(Code::mismatch,
                    "this line matches no commitment of its revision, or stands twice");
      }
      if (!fields.emplace(line.path, line.value).second) {
        throw Error(Code::malformed, "a field stands twice in one revision");
      }
      out.lines.push_back(std::move(line));
    } catch (const Error& error) {
      throw error.in(where);
    }
  }
  check_paths(fields);
  sort_by_path(out.lines);
  return out;
}

std::string lines_file(std::span<const Line> lines) {
  std::string out;
  for (const Line& line : lines) out += line.text + "\n";
  return out;
}

RevisionContent make_revision(std::string_view record, std::string_view kind,
                              const FieldMap& fields, const minisign::PublicKey& author,
                              std::span<const RevisionContent* const> parents) {
  check_paths(fields);
  RevisionContent out;
  std::set<Sha256> commitments;
  std::multimap<std::string_view, const Line*, PathLess> known;
  for (const RevisionContent* parent : parents) {
    out.revision.parents.push_back(parent->id());
    std::set<Sha256> held;
    for (const Line& line : parent->lines) {
      held.insert(line.commitment());
      known.emplace(line.path, &line);
    }
    for (const Sha256& commitment : parent->revision.commitments) {
      if (!held.contains(commitment)) commitments.insert(commitment);
    }
  }
  // What one parent hides and another shows is not hidden.
  for (const RevisionContent* parent : parents) {
    for (const Line& line : parent->lines) commitments.erase(line.commitment());
  }
  Salts salts;
  out.lines.reserve(fields.size());
  for (const auto& [path, value] : fields) {
    const auto [first, last] = known.equal_range(path);
    const auto same =
        std::find_if(first, last, [&](const auto& line) { return line.second->value == value; });
    out.lines.push_back(same != last ? *same->second : make_line(salts, path, value));
    commitments.insert(out.lines.back().commitment());
  }
  auto& ids = out.revision.parents;
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  out.revision.record = record;
  out.revision.kind = kind;
  out.revision.author = author.text();
  out.revision.commitments = sorted_by_text(commitments);
  out.json = out.revision.json();
  return out;
}

}  // namespace depone
