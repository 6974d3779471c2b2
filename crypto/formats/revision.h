#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/fields.h"
#include "crypto/hash.h"
#include "crypto/minisign.h"

namespace depone {

// depone/revision/1 and its disclosed lines (docs/format.md, "Revision").

// One disclosure: ["<salt>","<path>",<value>]. `text` is the line without LF, as it is hashed.
struct Line {
  std::string text;
  std::string path;
  Json value;
  static Line make(std::string_view path, const Json& value);  // a new salt
  static Line parse(std::string_view text);                    // Code::malformed
  Sha256 commitment() const { return sha256(text); }
};

struct Revision {
  std::string record;                // UUIDv4
  std::string kind;                  // testimony | incident
  std::vector<std::string> parents;  // revision ids
  std::string author;                // bundle key, RW…
  std::vector<Sha256> commitments;   // ascending by their base64url text

  static Revision parse(std::string_view json);  // strict; Code::malformed
  std::string json() const;
};

std::string revision_id(std::string_view json);  // hex SHA-256 of the file
bool is_revision_id(std::string_view text);

// A record's content at one revision: the fixed file and the lines that this reader holds.
struct RevisionContent {
  std::string json;  // the file as it stands
  Revision revision;
  std::vector<Line> lines;  // in order of path
  std::string id() const { return revision_id(json); }
  FieldMap fields() const;
  bool complete() const { return lines.size() == revision.commitments.size(); }
};

// Every rule of "Revision": each line matches a commitment; none twice; no path twice or a prefix
// of another. Code::malformed or mismatch.
RevisionContent check_revision(std::string_view json, std::string_view lines_file);
std::string lines_file(std::span<const Line> lines);

// A first revision (`parent` null) or the next one: unchanged fields keep their line, commitments
// whose lines are not held are carried over. `fields` is the whole record.
RevisionContent make_revision(std::string_view record, std::string_view kind,
                              const FieldMap& fields, const minisign::PublicKey& author,
                              std::span<const RevisionContent* const> parents);

}  // namespace depone
