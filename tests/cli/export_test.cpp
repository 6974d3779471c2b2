#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "crypto/hash.h"
#include "store/export/run.h"
#include "store/records/custody.h"
#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

struct ExportVault : CheapVault {
  fs::path out = temp / "out";

  std::string add(const char* kind, const Json& fields) const {
    return json({"new", kind, "--from", "-"}, dump_json(fields)).at("id").get<std::string>();
  }
  std::string incident(Json fields = Json::object()) const {
    fields["title"] = "Night raid";
    if (!fields.contains("confidentiality")) fields["confidentiality"] = "public";
    return add("incident", fields);
  }
  std::string testimony() const {
    return add("testimony", Json::parse(R"({"title": "Azalea's account",
      "source": {"pseudonym": "Azalea", "identity": {"name": "Kim Ha-na"}},
      "account": {"text": "They came.\n\nWe ran."},
      "consent": {"status": "given", "share": ["desk", "partner"], "identity": ["desk"]}})"));
  }
  Json exported(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"export", "--to", out.string()});
    return json(std::move(more));
  }
  std::vector<Json> lines(const char* name) const {
    std::vector<Json> found;
    const std::string text = read_text(out / name, 1 << 20);
    const auto lines = lines_of(text).value();
    for (const std::string_view line : lines) found.push_back(parse_json(line, "line"));
    return found;
  }
  Json fields_of(const std::string& id) const {
    Json fields = json({"show", id}).at("fields");
    fields.erase("created");
    return fields;
  }
  std::string text(const fs::path& file) const { return read_text(file, 1 << 20); }
};

// Pictures by cairo and gdk-pixbuf, a PDF by cairo, a document as word processors write them; the
// tags by ExifTool, as cameras and editors write them.
constexpr const char* kMakeFiles = R"(
import cairo, gi, subprocess, sys, zipfile
gi.require_version('GdkPixbuf', '2.0')
from gi.repository import GdkPixbuf
at = sys.argv[1] + '/'
image = cairo.ImageSurface(cairo.FORMAT_RGB24, 32, 32)
image.write_to_png(at + 'photo.png')
GdkPixbuf.Pixbuf.new_from_file(at + 'photo.png').savev(at + 'photo.jpg', 'jpeg', [], [])
pdf = cairo.PDFSurface(at + 'letter.pdf', 200, 200)
pdf.set_metadata(cairo.PDFMetadata.AUTHOR, 'Kim Ha-na')
cairo.Context(pdf).show_page()
pdf.finish()
types = 'http://schemas.openxmlformats.org/package/2006/content-types'
rels = 'http://schemas.openxmlformats.org/package/2006/relationships'
office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument'
core = 'http://schemas.openxmlformats.org/package/2006/metadata/core-properties'
word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
with zipfile.ZipFile(at + 'letter.docx', 'w') as docx:
    docx.writestr('[Content_Types].xml', f'<?xml version="1.0"?><Types xmlns="{types}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>')
    docx.writestr('_rels/.rels', f'<?xml version="1.0"?><Relationships xmlns="{rels}"><Relationship Id="rId1" Type="{office}" Target="word/document.xml"/><Relationship Id="rId2" Type="{rels}/metadata/core-properties" Target="docProps/core.xml"/></Relationships>')
    docx.writestr('word/document.xml', f'<?xml version="1.0"?><w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>Dear friends</w:t></w:r></w:p></w:body></w:document>')
    docx.writestr('docProps/core.xml', f'<?xml version="1.0"?><cp:coreProperties xmlns:cp="{core}" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Kim Ha-na</dc:creator></cp:coreProperties>')
subprocess.run(['exiftool', '-q', '-overwrite_original', '-GPSLatitude=37.5', '-GPSLatitudeRef=N', '-GPSLongitude=127', '-GPSLongitudeRef=E', '-SerialNumber=SN12345', '-Artist=Kim Ha-na', at + 'photo.jpg', at + 'photo.png'], check=True)
)";

struct MediaVault : ExportVault {
  fs::path files = temp / "files";
  MediaVault() {
    fs::create_directory(files);
    const ProcessResult made =
        run_process({"/usr/bin/python3", file("make.py", kMakeFiles), files}, "");
    INFO(made.err);
    REQUIRE(made.status == 0);
  }
  void attach(const std::string& id, const std::vector<std::string>& names) const {
    std::vector<std::string> arguments{"attach", id, "--not-identifying"};
    for (const std::string& name : names) arguments.push_back(files / name);
    json(arguments);
  }
  static std::string tags_of(const fs::path& file) {
    return run_process({"/usr/bin/exiftool", "-a", "-u", "-G1", file}, "").out;
  }
};

TEST_CASE("Copies of photographs and documents hold no position, serial number or author",
          "[export]") {
  const MediaVault vault;
  const std::string id = vault.incident();
  vault.attach(id, {"photo.jpg", "photo.png", "letter.pdf", "letter.docx"});
  REQUIRE_THAT(MediaVault::tags_of(vault.files / "photo.jpg"),
               ContainsSubstring("GPS") && ContainsSubstring("SN12345"));
  const Json report = vault.exported();
  for (const Json& copy : report.at("attachments")) {
    CHECK(copy.at("cleaned") == true);
    CHECK_THAT(copy.at("transformation").get<std::string>(),
               ContainsSubstring("metadata removed by mat2"));
  }
  for (const char* name : {"1.jpg", "2.png", "3.pdf", "4.docx"}) {
    const fs::path copy = vault.out / id / name;
    INFO(name);
    REQUIRE(fs::is_regular_file(copy));
    CHECK_THAT(MediaVault::tags_of(copy), !ContainsSubstring("GPS") &&
                                              !ContainsSubstring("SN12345") &&
                                              !ContainsSubstring("Kim Ha-na"));
  }
  const ProcessResult docx = run_process({"/usr/bin/python3", "-c",
                                          "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); "
                                          "print(b''.join(z.read(n) for n in z.namelist()))",
                                          vault.out / id / "4.docx"},
                                         "");
  CHECK_THAT(docx.out, ContainsSubstring("Dear friends") && !ContainsSubstring("Kim Ha-na"));
}

TEST_CASE("The original in the vault stays as it is, and the copy says from which it is",
          "[export]") {
  const MediaVault vault;
  const std::string id = vault.incident();
  vault.attach(id, {"photo.jpg"});
  vault.exported();
  vault.json({"extract", id, "--to", vault.temp / "again.jpg"});
  CHECK(vault.text(vault.temp / "again.jpg") == vault.text(vault.files / "photo.jpg"));
  const Json line = vault.lines("incidents.jsonl").at(0);
  const Json& field = line.at("fields").at("attachments").at(0);
  const std::string original = hex(sha256(vault.text(vault.files / "photo.jpg")));
  CHECK(field.at("sha256") == hex(sha256(vault.text(vault.out / id / "1.jpg"))));
  CHECK(field.at("status") == "working copy");
  CHECK_THAT(field.at("transformation").get<std::string>(), ContainsSubstring(original));
  CHECK(line.at("attachments").at(0).at("original") == original);
}

TEST_CASE("What a file is shows in its content: a photograph called notes.txt is cleaned as one",
          "[export]") {
  const MediaVault vault;
  const std::string id = vault.incident();
  fs::copy_file(vault.files / "photo.jpg", vault.files / "notes.txt");
  vault.attach(id, {"notes.txt"});
  vault.exported();
  CHECK_THAT(MediaVault::tags_of(vault.out / id / "1.jpg"), !ContainsSubstring("GPS"));
}

TEST_CASE("What can't be cleaned stays out, unless it is asked for", "[export]") {
  const ExportVault vault;
  const std::string id = vault.incident();
  vault.json({"attach", id, vault.file("thing.xyz", "\x01\x02unknown"),
              vault.file("broken.jpg", "\xff\xd8\xff damaged"), "--not-identifying"});
  const Json report = vault.exported();
  for (const Json& copy : report.at("attachments")) {
    CHECK(copy.at("file").is_null());
    CHECK_THAT(copy.at("transformation").get<std::string>(), ContainsSubstring("left out"));
  }
  CHECK(names_in(vault.out) == std::vector<std::string>{"incidents.jsonl"});
  const fs::path as_it_is = vault.temp / "as-it-is";
  vault.json({"export", "--to", as_it_is, "--uncleaned"});
  CHECK(vault.text(as_it_is / id / "1.xyz") == "\x01\x02unknown");
}

TEST_CASE("Without the tool nothing leaves uncleaned, and plain text needs none", "[export]") {
  const ExportVault at;
  const std::string id = at.incident();
  at.json({"attach", id, at.file("photo.jpg", "\xff\xd8\xff picture"), at.file("note.txt", "note"),
           "--not-identifying"});
  Vault vault = at.open();
  ExportRequest request;
  request.to = at.out;
  request.cleaner = at.temp / "none";
  const ExportOutcome outcome = run_export(vault, request, kNow, {});
  REQUIRE(outcome.copies.size() == 2);
  CHECK(outcome.copies[0].copy.file.empty());
  CHECK_THAT(outcome.copies[0].copy.done, ContainsSubstring("not installed"));
  CHECK(outcome.copies[1].copy.file == id + "/2.txt");
}

TEST_CASE("What consent does not allow stays here and is listed", "[export]") {
  const ExportVault vault;
  const std::string id = vault.testimony();
  vault.incident();
  vault.add("incident", {{"title", "For members"}});
  const Json report = vault.exported();
  CHECK(report.at("records") == 1);
  REQUIRE(report.at("refused").size() == 2);
  CHECK(report.at("refused").at(0).at("record") == id);
  CHECK_THAT(report.at("refused").at(0).at("reason").get<std::string>(),
             ContainsSubstring("not public"));
  CHECK(names_in(vault.out) == std::vector<std::string>{"incidents.jsonl"});
}

TEST_CASE("A refused record that was named exits 7; the others are exported", "[export]") {
  const ExportVault vault;
  const std::string refused = vault.testimony();
  const std::string allowed = vault.incident();
  const ProcessResult ran = vault.run({"export", "--to", vault.out, refused, allowed});
  CHECK(ran.status == 7);
  CHECK_THAT(ran.err, ContainsSubstring(refused));
  CHECK(vault.lines("incidents.jsonl").size() == 1);
}

TEST_CASE("Who the source is goes only to a class that consent names for it", "[export]") {
  const ExportVault vault;
  const std::string id = vault.testimony();
  vault.json({"attach", id, vault.file("face.txt", "identifies")});
  vault.json({"attach", id, vault.file("wall.txt", "does not"), "--not-identifying"});
  const Json report = vault.exported({"--for", "partner"});
  CHECK(report.at("left_out").size() == 2);
  const std::string text = vault.text(vault.out / "testimonies.jsonl");
  CHECK_THAT(text, !ContainsSubstring("Kim Ha-na") && !ContainsSubstring("face.txt") &&
                       ContainsSubstring("Azalea") && ContainsSubstring("wall.txt"));
  CHECK(names_in(vault.out / id) == std::vector<std::string>{"2.txt"});
  const fs::path desk = vault.temp / "desk";
  vault.json({"export", "--to", desk, "--for", "desk"});
  CHECK_THAT(vault.text(desk / "testimonies.jsonl"), ContainsSubstring("Kim Ha-na"));
}

constexpr const char* kAwkward = R"({"title": "=1+1", "reference": " 'quoted' ",
  "impact": "a \"b\", c; d\r\ne", "description": "-one\n\ntwo\n\n\nthree",
  "dates": {"initial": {"date": "2026-03", "type": "estimate"},
            "final": {"date": "2026-04-02", "type": "unknown day"}},
  "place": {"name": "북송 شارع", "latitude": -33.5, "longitude": 151, "precision": "'=x"},
  "tags": ["one", "two, three", "@four"], "links": ["https://example.org/?a=1;b=2", "two\nlines"],
  "rights_affected": [" spaces "], "victims": ["A", {"name": "B", "number": 2}]})";

TEST_CASE("JSON lines come back field for field", "[export]") {
  const ExportVault vault;
  const std::string id = vault.incident(Json::parse(kAwkward));
  vault.exported();
  const ExportVault other;
  CHECK(
      other.json({"import", vault.out / "incidents.jsonl", "--kind", "incident"}).at("imported") ==
      1);
  const std::string again = other.json_lines({"list"}).at(0).at("id").get<std::string>();
  CHECK(other.fields_of(again) == vault.fields_of(id));
}

TEST_CASE("A table comes back field for field, with its attachments", "[export]") {
  const ExportVault vault;
  const std::string id = vault.incident(Json::parse(kAwkward));
  vault.incident({{"impact", "short"}});
  vault.json({"attach", id, vault.file("note.txt", "note"), "--not-identifying"});
  vault.exported({"--as", "csv"});
  const ExportVault other;
  const Json report = other.json({"import", vault.out / "incidents.csv", "--kind", "incident"});
  CHECK(report.at("imported") == 2);
  CHECK(report.at("attachments") == 1);
  CHECK(report.at("warnings").empty());
  std::vector<Json> found;
  for (const Json& one : other.json_lines({"list"}))
    found.push_back(other.fields_of(one.at("id").get<std::string>()));
  CHECK(std::find(found.begin(), found.end(), vault.fields_of(id)) != found.end());
}

TEST_CASE("No cell of a table begins as a formula does", "[export]") {
  const ExportVault vault;
  vault.incident({{"impact", "+1"}, {"reference", "@SUM(A1)"}, {"tags", {"-2", "x"}}});
  vault.exported({"--as", "csv"});
  const std::string table = vault.text(vault.out / "incidents.csv");
  for (const char* begins : {"\"=", "\"+", "\"-", "\"@"}) {
    INFO(begins);
    CHECK_THAT(table, !ContainsSubstring(begins));
  }
}

TEST_CASE("A page has no markup of the record's, no script and nothing from elsewhere",
          "[export]") {
  const ExportVault vault;
  const std::string id =
      vault.incident({{"impact", "<script>alert(1)</script> [a](javascript:x) `b`"},
                      {"links", {"javascript:alert(1)", "https://example.org/"}},
                      {"description", "<img src=x onerror=y>\n\n    # not a heading"}});
  vault.exported({"--as", "html"});
  const std::string page = vault.text(vault.out / (id + ".html"));
  CHECK_THAT(page, ContainsSubstring("Night raid") && ContainsSubstring("&lt;script&gt;"));
  CHECK_THAT(page, !ContainsSubstring("<script") && !ContainsSubstring("<img") &&
                       !ContainsSubstring("href=\"javascript") &&
                       !ContainsSubstring("href=\"http"));
  const fs::path markdown = vault.temp / "markdown";
  vault.json({"export", "--to", markdown, "--as", "markdown"});
  const std::string text = vault.text(markdown / (id + ".md"));
  CHECK_THAT(text, ContainsSubstring("\\<script") && !ContainsSubstring("[a](") &&
                       !ContainsSubstring("https://") && !ContainsSubstring("\n    #"));
}

TEST_CASE("Names say nothing but ids and numbers", "[export]") {
  const ExportVault vault;
  const std::string id = vault.incident();
  vault.json({"attach", id, vault.file("Kim Ha-na.txt", "x"), "--not-identifying"});
  vault.exported({"--as", "html"});
  CHECK(names_in(vault.out) == std::vector<std::string>{id, id + ".html"});
  CHECK(names_in(vault.out / id) == std::vector<std::string>{"1.txt"});
}

TEST_CASE("What programs keep about a file is no plain text", "[export]") {
  const ExportVault at;
  const std::string id = at.incident();
  at.json({"attach", id, at.file("flight.srt", "1\nGPS 37.5 127.1\n"),
           at.file("photo.json", R"({"geoData": {"latitude": 37.5}})"), "--not-identifying"});
  const Json report = at.exported();
  for (const Json& copy : report.at("attachments")) CHECK(copy.at("file").is_null());
}

TEST_CASE("An export over what one that was cut off left says what lies there", "[export]") {
  const ExportVault vault;
  vault.incident();
  fs::create_directories(vault.out / ".partial-0123456789abcdef0123456789abcdef");
  const ProcessResult result = vault.run({"export", "--to", vault.out});
  CHECK(result.status == 7);
  CHECK_THAT(result.err, ContainsSubstring("not encrypted"));
}

TEST_CASE("A directory that holds something is left as it is", "[export]") {
  const ExportVault vault;
  vault.incident();
  fs::create_directory(vault.out);
  write_file(vault.out / "mine.txt", "mine");
  CHECK(vault.run({"export", "--to", vault.out}).status == 7);
  CHECK(names_in(vault.out) == std::vector<std::string>{"mine.txt"});
}

TEST_CASE("Each export is part of the record's custody, with what was written", "[export]") {
  const ExportVault at;
  const std::string id = at.incident();
  at.exported({"--for", "court", "--as", "markdown"});
  Vault vault = at.open();
  const CustodyEvent event = custody_of(vault, id).at(0).back();
  CHECK(event.action == "exported");
  CHECK(event.detail.at("class") == "court");
  CHECK(event.detail.at("format") == "markdown");
  CHECK(event.detail.at("sha256") == hex(sha256(at.text(at.out / (id + ".md")))));
}

TEST_CASE("An export that fails leaves nothing, and no custody", "[export]") {
  const ExportVault at;
  const std::string id = at.incident();
  at.json({"attach", id, at.file("a.txt", std::string(100'000, 'y')), "--not-identifying"});
  flip_byte(at.dir / "attachments" / names_in(at.dir / "attachments").at(0), 70'000);
  CHECK(at.run({"export", "--to", at.out}).status == 8);
  CHECK_FALSE(fs::exists(at.out));
  Vault vault = at.open();
  CHECK(custody_of(vault, id).at(0).back().action == "attached");
}

}  // namespace
}  // namespace depone::testing
