#include "store/migrations.h"

#include <array>
#include <string>

#include "store/records/rows.h"

namespace depone {

namespace {

// Times are texts as in the formats (RFC 3339, UTC). Hashes are lower-case hex, except where a
// table is large (imported.digest): 32 bytes there. Long columns stand last (store/sql.cpp,
// check_pages).
constexpr std::string_view kWords1 =
    "CREATE VIRTUAL TABLE words USING fts5(title, body, content='', contentless_delete=1, "
    "tokenize='depone')";
constexpr std::string_view kVersion1 = R"sql(
CREATE TABLE settings(
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The seeds of the three secrets that a vault keeps and the archive's public recipient; the
-- highest generation is the current one.
CREATE TABLE identities(
  generation INTEGER PRIMARY KEY,
  bundle BLOB NOT NULL,
  request BLOB NOT NULL,
  recipient BLOB NOT NULL,
  archive TEXT NOT NULL,
  created TEXT NOT NULL
) STRICT;

-- `lines`: the proven lines, one JSON object a line, ascending by index.
CREATE TABLE rosters(
  version INTEGER PRIMARY KEY,
  received TEXT NOT NULL,
  head TEXT NOT NULL,
  minisig TEXT NOT NULL,
  lines TEXT NOT NULL
) STRICT;

CREATE TABLE refused_rosters(
  sha256 TEXT PRIMARY KEY,
  received TEXT NOT NULL,
  reason TEXT NOT NULL,
  head TEXT NOT NULL,
  minisig TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints(
  origin TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mailbox(
  origin TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What lists need of each record, from its first head; the revisions are the truth.
CREATE TABLE records(
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  date TEXT NOT NULL,
  head TEXT NOT NULL,
  heads INTEGER NOT NULL,
  created TEXT NOT NULL,
  updated TEXT NOT NULL,
  complete INTEGER NOT NULL,
  title TEXT NOT NULL,
  tags TEXT NOT NULL
) STRICT;

CREATE TABLE revisions(
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  record INTEGER NOT NULL REFERENCES records,
  json TEXT NOT NULL
) STRICT;
CREATE INDEX revisions_of_record ON revisions(record);

-- `parent` is a revision id: it need not be here.
CREATE TABLE revision_parents(
  revision INTEGER NOT NULL REFERENCES revisions,
  parent TEXT NOT NULL,
  PRIMARY KEY(revision, parent)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_children ON revision_parents(parent);

-- A line is kept once for each record; a revision's lines are those of its commitments.
CREATE TABLE lines(
  record INTEGER NOT NULL REFERENCES records,
  commitment BLOB NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY(record, commitment)
) STRICT, WITHOUT ROWID;

CREATE TABLE attachments(
  sha256 TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  file TEXT NOT NULL UNIQUE,
  key BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Chains are numbered as they came; own_chains names the one that this vault writes.
CREATE TABLE custody(
  record INTEGER NOT NULL REFERENCES records,
  chain INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash TEXT NOT NULL,
  line TEXT NOT NULL,
  PRIMARY KEY(record, chain, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE own_chains(
  record INTEGER PRIMARY KEY REFERENCES records,
  chain INTEGER NOT NULL
) STRICT;

-- `previous`, `upload`, `receipt`, `problem`, `log_index`: null until there is one. `file`: null
-- once it may go.
CREATE TABLE outgoing(
  number INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  file TEXT UNIQUE,
  chain TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  previous TEXT,
  root TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('sealed', 'delivered', 'refused')),
  log_index INTEGER,
  upload TEXT,
  problem TEXT,
  minisig TEXT NOT NULL,
  receipt TEXT,
  UNIQUE(chain, sequence)
) STRICT;
CREATE INDEX outgoing_by_state ON outgoing(state, chain, sequence);
CREATE INDEX outgoing_by_log_index ON outgoing(log_index) WHERE log_index IS NOT NULL;

CREATE TABLE outgoing_revisions(
  bundle INTEGER NOT NULL REFERENCES outgoing,
  revision TEXT NOT NULL,
  record INTEGER NOT NULL REFERENCES records,
  PRIMARY KEY(bundle, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_of_revision ON outgoing_revisions(revision, bundle);
CREATE INDEX outgoing_of_record ON outgoing_revisions(record, bundle);

-- `digest`: SHA-256 of the recipient string.
CREATE TABLE outgoing_targets(
  bundle INTEGER NOT NULL REFERENCES outgoing,
  digest TEXT NOT NULL,
  member TEXT NOT NULL,
  recipient TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY(bundle, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE outgoing_attachments(
  bundle INTEGER NOT NULL REFERENCES outgoing,
  sha256 TEXT NOT NULL,
  PRIMARY KEY(bundle, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX outgoing_of_attachment ON outgoing_attachments(sha256, bundle);

-- The next number of a chain for a recipient.
CREATE TABLE numbers(
  chain TEXT NOT NULL,
  digest TEXT NOT NULL,
  next INTEGER NOT NULL,
  PRIMARY KEY(chain, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE incoming(
  sha256 TEXT PRIMARY KEY,
  sender TEXT NOT NULL,
  chain TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  previous TEXT,
  number INTEGER NOT NULL,
  log_index INTEGER,
  opened TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX incoming_by_chain ON incoming(sender, chain, number);
CREATE INDEX incoming_by_previous ON incoming(sender, previous);

CREATE TABLE incoming_revisions(
  bundle TEXT NOT NULL REFERENCES incoming,
  revision TEXT NOT NULL,
  PRIMARY KEY(bundle, revision)
) STRICT, WITHOUT ROWID;
CREATE INDEX incoming_of_revision ON incoming_revisions(revision);

-- Bundles of the mailbox that could not be opened. `entry`: the log entry; `tried`: with what, so
-- that they are tried again when that has changed, "" for always.
CREATE TABLE incoming_failed(
  sha256 TEXT PRIMARY KEY,
  log_index INTEGER NOT NULL,
  tried TEXT NOT NULL,
  problem TEXT NOT NULL,
  entry TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What an import brought, by the SHA-256 of its fields: the same once more adds nothing.
CREATE TABLE imported(
  digest BLOB PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES records
) STRICT, WITHOUT ROWID;
)sql";

// Interviews that are not finished (store/records/drafts.h). `id`: of the record that it becomes,
// or that it edits; `base`: the revision edited, null for a new record. A null value takes a field
// of the base away.
constexpr std::string_view kDrafts = R"sql(
CREATE TABLE drafts(
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  base TEXT,
  begun TEXT NOT NULL,
  updated TEXT NOT NULL,
  place TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE draft_fields(
  draft TEXT NOT NULL REFERENCES drafts,
  path TEXT NOT NULL,
  value TEXT,
  PRIMARY KEY(draft, path)
) STRICT, WITHOUT ROWID;
)sql";

// What list and search filter by, in short rows with an index for each column; triggers keep it
// true to the tables that say it. `author` is of the first head, 0 where it is not known; `tag` is
// folded (store/search/words.h). The index of words is made by store/search/index.h, when it is
// needed.
constexpr std::string_view kFilters = R"sql(
DROP TABLE words;

-- The tables of the index that there are: words_0, words_1 …; -1 is identity_words.
CREATE TABLE word_tables(
  number INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE authors(
  number INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE record_filters(
  number INTEGER PRIMARY KEY REFERENCES records ON DELETE CASCADE,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  date TEXT NOT NULL,
  author INTEGER NOT NULL
) STRICT;
CREATE INDEX record_filters_by_kind ON record_filters(kind);
CREATE INDEX record_filters_by_state ON record_filters(state);
CREATE INDEX record_filters_by_date ON record_filters(date);
CREATE INDEX record_filters_by_author ON record_filters(author);

CREATE TABLE record_tags(
  tag TEXT NOT NULL,
  record INTEGER NOT NULL REFERENCES records ON DELETE CASCADE,
  PRIMARY KEY(tag, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_tags_of_record ON record_tags(record);

ALTER TABLE records ADD COLUMN author INTEGER NOT NULL DEFAULT 0;
)sql";

// `STATE` is kStateOfRecord, over a record `r`.
constexpr std::string_view kFilterTriggers = R"sql(
INSERT INTO record_filters(number, kind, state, date, author)
  SELECT r.number, r.kind, STATE, r.date, r.author FROM records r;

CREATE TRIGGER record_filters_added AFTER INSERT ON records BEGIN
  INSERT INTO record_filters(number, kind, state, date, author)
    SELECT r.number, r.kind, STATE, r.date, r.author FROM records r WHERE r.number = NEW.number;
END;
CREATE TRIGGER record_filters_changed AFTER UPDATE OF kind, head, date, author ON records BEGIN
  UPDATE record_filters SET kind = NEW.kind, date = NEW.date, author = NEW.author,
    state = (SELECT STATE FROM records r WHERE r.number = NEW.number) WHERE number = NEW.number;
END;
CREATE TRIGGER record_filters_going_out AFTER INSERT ON outgoing_revisions BEGIN
  UPDATE record_filters SET state = (SELECT STATE FROM records r WHERE r.number = NEW.record)
    WHERE number = NEW.record;
END;
CREATE TRIGGER record_filters_gone_out AFTER UPDATE OF state ON outgoing BEGIN
  UPDATE record_filters SET state = (SELECT STATE FROM records r WHERE r.number = record_filters.number)
    WHERE number IN (SELECT x.record FROM outgoing_revisions x WHERE x.bundle = NEW.number);
END;
CREATE TRIGGER record_filters_taken_back AFTER DELETE ON outgoing_revisions BEGIN
  UPDATE record_filters SET state = (SELECT STATE FROM records r WHERE r.number = OLD.record)
    WHERE number = OLD.record;
END;
CREATE TRIGGER record_filters_come_in AFTER INSERT ON incoming_revisions BEGIN
  UPDATE record_filters SET state = (SELECT STATE FROM records r WHERE r.number = record_filters.number)
    WHERE number IN (SELECT v.record FROM revisions v WHERE v.id = NEW.revision);
END;
)sql";

// custody_chains: how long each chain of custody is and where it ends, so that an event taken off
// its end is noticed; `own` marks the one that this vault writes. record_contents and record_links:
// what the lines and the newest revision name, to be found from the other side.
constexpr std::string_view kCustodyChains = R"sql(
CREATE TABLE custody_chains(
  record INTEGER NOT NULL REFERENCES records,
  chain INTEGER NOT NULL,
  own INTEGER NOT NULL,
  events INTEGER NOT NULL,
  last TEXT NOT NULL,
  PRIMARY KEY(record, chain)
) STRICT, WITHOUT ROWID;
INSERT INTO custody_chains(record, chain, own, events, last)
  SELECT c.record, c.chain, o.chain IS NOT NULL, c.position + 1, c.hash
  FROM custody c LEFT JOIN own_chains o ON o.record = c.record AND o.chain = c.chain
  WHERE NOT EXISTS (SELECT 1 FROM custody n
    WHERE n.record = c.record AND n.chain = c.chain AND n.position > c.position);
DROP TABLE own_chains;

CREATE TABLE record_contents(
  sha256 TEXT NOT NULL,
  record INTEGER NOT NULL REFERENCES records,
  PRIMARY KEY(sha256, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX contents_of_record ON record_contents(record);
INSERT OR IGNORE INTO record_contents(sha256, record)
  SELECT json_extract(text, '$[2]'), record FROM lines
  WHERE text LIKE '%"attachments.%.sha256"%' AND json_extract(text, '$[1]') LIKE 'attachments.%.sha256'
  AND json_type(text, '$[2]') = 'text';

CREATE TABLE record_links(
  record INTEGER NOT NULL REFERENCES records,
  other TEXT NOT NULL,
  PRIMARY KEY(record, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_to_record ON record_links(other, record);
)sql";

// Lines without their hashes, and more than one in a row (store/records/lines.h): a key of 40 bytes
// for each took more room than most of them, and text inside a key a page of its own from 1 KiB on.
// The trigger is done without: a statement with one makes FTS5 write what it has collected, so that
// each record of an import was a piece of the index by itself. store/records/rows.cpp writes that
// row.
constexpr std::string_view kLines = R"sql(
ALTER TABLE lines RENAME TO lines_by_hash;
CREATE TABLE lines(
  number INTEGER PRIMARY KEY,
  record INTEGER NOT NULL REFERENCES records,
  text TEXT NOT NULL
) STRICT;
INSERT INTO lines(record, text) SELECT record, text || char(10) FROM lines_by_hash;
CREATE INDEX lines_of_record ON lines(record);
DROP TABLE lines_by_hash;

DROP TRIGGER record_filters_added;
)sql";

std::string with_state(std::string_view sql) {
  constexpr std::string_view kPlace = "STATE";
  std::string out(sql);
  for (std::size_t at = out.find(kPlace); at != std::string::npos;
       at = out.find(kPlace, at + kStateOfRecord.size())) {
    out.replace(at, kPlace.size(), kStateOfRecord);
  }
  return out;
}

}  // namespace

std::span<const std::string_view> vault_migrations() {
  static const std::string version_1 = std::string(kVersion1) + std::string(kWords1) + ";";
  static const std::string filters = std::string(kFilters) + with_state(kFilterTriggers);
  static const std::array<std::string_view, 5> migrations{version_1, kDrafts, filters,
                                                          kCustodyChains, kLines};
  return migrations;
}

}  // namespace depone
