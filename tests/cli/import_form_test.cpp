#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "crypto/hash.h"
#include "store/records/custody.h"
#include "tests/support/cheap_vault.h"
#include "tests/support/zip_file.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

// Written here after the documentation of the two servers: docs.getodk.org, "Central Submissions"
// (export of "All data" as ZIP: FORM.csv, FORM-REPEAT.csv with PARENT_KEY and KEY, media/) and
// "OData Endpoints" ($expand=*); support.kobotoolbox.org, "Exporting data" (CSV with XML values and
// "/" between groups, semicolons) and "Using the API" (api/v2/assets/…/data/?format=json).

constexpr const char* kOdkMain =
    "SubmissionDate,start,consent,person-pseudonym,person-name,site-Latitude,site-Longitude,"
    "site-Altitude,site-Accuracy,account,photo,SET-OF-event,meta-instanceID,KEY,SubmitterID,"
    "SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits,"
    "FormVersion\n"
    "2026-05-01T10:00:00.000Z,2026-05-01T09:00:00.000Z,yes,Azalea,김하나,37.5,127.1,0,4.9,"
    "\"They came at night.\n\nThen we ran.\",1717000000001.jpg,uuid:11111111-a/event,"
    "uuid:11111111-a,uuid:11111111-a,5,collector,1,1,,,collect:1,0,1\n"
    "2026-05-02T10:00:00.000Z,2026-05-02T09:00:00.000Z,no,Birch,,,,,,Second.,,,uuid:22222222-b,"
    "uuid:22222222-b,5,collector,0,0,,,collect:1,0,1\n";
constexpr const char* kOdkRepeat =
    "what,when,PARENT_KEY,KEY\n"
    "beating,2025-03-02,uuid:11111111-a,uuid:11111111-a/event[1]\n"
    "arrest,2025-03-04T10:00:00.000+02:00,uuid:11111111-a,uuid:11111111-a/event[2]\n";
constexpr const char* kOdkMap = R"({
  "consent": {"path": "consent.status", "values": {"yes": "given", "no": "refused"}},
  "person/pseudonym": "source.pseudonym", "person/name": "source.identity.name",
  "site": null, "account": "account.text",
  "photo": {"path": "attachments", "identifies": false},
  "event": {"path": "acts", "each": {"what": "type", "when": "date"}},
  "": {"title": "Interview, site A"}})";

constexpr const char* kOdkJson =
    R"({"@odata.context": "https://central.example/$metadata#Submissions",
 "value": [{"__id": "uuid:11111111-a",
  "__system": {"submissionDate": "2026-05-01T10:00:00.000Z", "submitterId": "5",
    "submitterName": "collector", "attachmentsPresent": 1, "attachmentsExpected": 1, "status": null,
    "reviewState": null, "deviceId": "collect:1", "edits": 0, "formVersion": "1"},
  "start": "2026-05-01T09:00:00.000Z", "consent": "yes",
  "person": {"pseudonym": "Azalea", "name": "김하나"},
  "site": {"type": "Point", "coordinates": [127.1, 37.5, 0], "properties": {"accuracy": 4.9}},
  "account": "They came at night.\n\nThen we ran.", "photo": "1717000000001.jpg",
  "event@odata.navigationLink": "Submissions('uuid%3A11111111-a')/event",
  "event": [{"what": "beating", "when": "2025-03-02", "__id": "aa"},
            {"what": "arrest", "when": "2025-03-04T10:00:00.000+02:00", "__id": "bb"}],
  "meta": {"instanceID": "uuid:11111111-a"}}]})";

constexpr const char* kKoboJson = R"({"count": 1, "next": null, "previous": null, "results": [{
  "_id": 445470431, "formhub/uuid": "64e1b288", "start": "2026-05-01T09:00:00.000+02:00",
  "consent": "yes", "person/pseudonym": "Azalea", "person/name": "김하나",
  "site": "37.5 127.1 0 4.9", "account": "They came at night.\n\nThen we ran.",
  "photo": "my photo.jpg",
  "event": [{"event/what": "beating", "event/when": "2025-03-02"},
            {"event/what": "arrest", "event/when": "2025-03-04"}],
  "__version__": "veGcULpqP6JNFKRJbbMvMs", "meta/instanceID": "uuid:11111111-a",
  "_xform_id_string": "ajXVJpBkTD5tB4Nu9QXpgm", "_uuid": "11111111-a",
  "_attachments": [{"mimetype": "image/jpeg", "media_file_basename": "my_photo.jpg",
     "filename": "team/attachments/d98f/11111111-a/my_photo.jpg", "question_xpath": "photo"}],
  "_status": "submitted_via_web", "_geolocation": [37.5, 127.1],
  "_submission_time": "2026-05-01T10:00:00", "_tags": [], "_notes": [],
  "_validation_status": {}, "_submitted_by": null}]})";

struct FormVault : CheapVault {
  fs::path map = file("form.map", kOdkMap);
  fs::path zip(const std::vector<std::pair<std::string, std::string>>& files,
               const char* name = "export.zip") const {
    write_zip(temp / name, files);
    return temp / name;
  }
  fs::path odk() const {
    return zip({{"interview.csv", kOdkMain},
                {"interview-event.csv", kOdkRepeat},
                {"media/1717000000001.jpg", "a photograph"}});
  }
  std::vector<std::string> arguments(const fs::path& from) const {
    return {"import", from, "--kind", "testimony", "--map", map};
  }
  Json import(const fs::path& from, std::vector<std::string> more = {}) const {
    std::vector<std::string> all = arguments(from);
    all.insert(all.end(), more.begin(), more.end());
    return json(std::move(all));
  }
  Json only(const std::string& pseudonym) const {
    for (const Json& record : json_lines({"list"})) {
      Json shown = json({"show", record.at("id").get<std::string>()});
      if (shown.at("fields").at("source").at("pseudonym") == pseudonym) return shown;
    }
    FAIL("no such record");
    return {};
  }
  void check_azalea() const {
    const Json fields = only("Azalea").at("fields");
    CHECK(fields.at("title") == "Interview, site A");
    CHECK(fields.at("source").at("identity").at("name") == "김하나");
    CHECK(fields.at("consent").at("status") == "given");
    CHECK(fields.at("account").at("text") == "They came at night.\n\nThen we ran.");
    CHECK(fields.at("acts") ==
          Json::parse(R"([{"date": {"date": "2025-03-02", "type": "exact"}, "type": "beating"},
                          {"date": {"date": "2025-03-04", "type": "exact"}, "type": "arrest"}])"));
  }
};

TEST_CASE("ODK Central's ZIP comes in with groups, repeats and media", "[import]") {
  const FormVault vault;
  const Json report = vault.import(vault.odk());
  CHECK(report.at("imported") == 2);
  CHECK(report.at("attachments") == 1);
  CHECK(report.at("errors").empty());
  vault.check_azalea();
  const Json attachment = vault.only("Azalea").at("attachments").at(0);
  CHECK(attachment.at("name") == "1717000000001.jpg");
  CHECK(attachment.at("sha256") == hex(sha256("a photograph")));
  CHECK(attachment.at("identifies") == false);
}

TEST_CASE("ODK Central's OData comes in to the same record", "[import]") {
  const FormVault vault;
  const fs::path media = vault.zip({{"1717000000001.jpg", "a photograph"}}, "media.zip");
  CHECK(vault.import(vault.file("odk.json", kOdkJson), {"--media", media}).at("attachments") == 1);
  vault.check_azalea();
}

TEST_CASE("KoboToolbox's JSON comes in to the same record, with the files of its ZIP", "[import]") {
  const FormVault vault;
  const fs::path media =
      vault.zip({{"team/attachments/d98f/22222222-b/my_photo.jpg", "somebody else's"},
                 {"team/attachments/d98f/11111111-a/my_photo.jpg", "a photograph"}},
                "media.zip");
  const Json report = vault.import(vault.file("kobo.json", kKoboJson), {"--media", media});
  CHECK(report.at("errors").empty());
  vault.check_azalea();
  const Json attachments = vault.only("Azalea").at("attachments");
  REQUIRE(attachments.size() == 1);
  CHECK(attachments.at(0).at("sha256") == hex(sha256("a photograph")));
}

TEST_CASE("KoboToolbox's CSV with semicolons and groups comes in", "[import]") {
  const FormVault vault;
  const fs::path csv = vault.file(
      "kobo.csv",
      "start;end;consent;person/pseudonym;person/name;site;_site_latitude;account;photo;_id;_uuid;"
      "_submission_time;_validation_status;_notes;_status;_submitted_by;__version__;_tags;_index\n"
      "\"a\";\"b\";\"yes\";\"Azalea\";\"김하나\";\"37.5 127.1 0 4.9\";;\"One; two.\";;\"1\";"
      "\"11111111-a\";\"2026-05-01T10:00:00\";;;\"submitted_via_web\";;\"v1\";;\"1\"\n");
  CHECK(vault.import(csv).at("imported") == 1);
  CHECK(vault.only("Azalea").at("fields").at("account").at("text") == "One; two.");
}

TEST_CASE("A point fills the place of an incident", "[import]") {
  const FormVault vault;
  const fs::path map = vault.file("point.map", R"({"what": "title", "site": "place"})");
  const fs::path csv = vault.file(
      "odk.csv",
      "SubmissionDate,what,site-Latitude,site-Longitude,site-Altitude,site-Accuracy,KEY\n"
      "2026-05-01T10:00:00.000Z,Raid,37.5,-127.1,0,4.9,uuid:a\n");
  vault.json({"import", csv, "--kind", "incident", "--map", map});
  const auto found = vault.json_lines({"list"});
  REQUIRE(found.size() == 1);
  const Json place =
      vault.json({"show", found[0].at("id").get<std::string>()}).at("fields").at("place");
  CHECK(place.at("latitude") == 37.5);
  CHECK(place.at("longitude") == -127.1);
  CHECK(place.at("precision") == "± 4.9 m");
}

TEST_CASE("The same export once more adds nothing, whatever shape it comes in", "[import]") {
  const FormVault vault;
  CHECK(vault.import(vault.odk()).at("imported") == 2);
  const Json again = vault.import(vault.odk());
  CHECK(again.at("imported") == 0);
  CHECK(again.at("skipped") == 2);
  CHECK(names_in(vault.dir / "attachments").size() == 1);
}

TEST_CASE("A submission that was changed since names its record and adds nothing", "[import]") {
  const FormVault vault;
  vault.import(vault.odk());
  std::string edited = kOdkMain;
  edited.replace(edited.find("Second."), 7, "Edited.");
  const Json report = vault.import(vault.zip({{"interview.csv", edited},
                                              {"interview-event.csv", kOdkRepeat},
                                              {"media/1717000000001.jpg", "a photograph"}}));
  CHECK(report.at("imported") == 0);
  REQUIRE(report.at("errors").size() == 1);
  CHECK(report.at("errors").at(0).at("submission") == "uuid:22222222-b");
  CHECK_THAT(report.at("errors").at(0).at("message").get<std::string>(),
             ContainsSubstring("imported before"));
}

TEST_CASE("A dry run says what would come in and changes nothing", "[import]") {
  const FormVault vault;
  const Json report = vault.import(vault.odk(), {"--dry-run"});
  CHECK(report.at("imported") == 2);
  CHECK(report.at("attachments") == 1);
  CHECK(report.at("dry_run") == true);
  CHECK(vault.json_lines({"list"}).empty());
  CHECK(fs::is_empty(vault.dir / "attachments"));
  CHECK(vault.import(vault.odk()).at("imported") == 2);
}

TEST_CASE("Rows that can't be read and repeats of nobody leave the rest", "[import]") {
  const FormVault vault;
  const Json report = vault.import(
      vault.zip({{"interview.csv", std::string(kOdkMain) + "2026,ragged\n"},
                 {"interview-event.csv",
                  std::string(kOdkRepeat) + "lost,2025,uuid:none,uuid:none/event[1]\n"},
                 {"media/1717000000001.jpg", "a photograph"}}));
  CHECK(report.at("imported") == 2);
  REQUIRE(report.at("errors").size() == 2);
  CHECK(report.at("errors").at(0).at("line") == 6);
  CHECK(report.at("errors").at(1).at("submission") == "uuid:none/event[1]");
}

TEST_CASE("A file that is not in the export is said, and the record comes in", "[import]") {
  const FormVault vault;
  const Json report =
      vault.import(vault.zip({{"interview.csv", kOdkMain}, {"interview-event.csv", kOdkRepeat}}));
  CHECK(report.at("imported") == 2);
  CHECK(report.at("attachments") == 0);
  CHECK(report.at("warnings").at(0).at("submission") == "uuid:11111111-a");
}

TEST_CASE("A file in another submission's directory is not taken for want of one's own",
          "[import]") {
  const FormVault vault;
  const fs::path media = vault.zip(
      {{"team/attachments/d98f/7c1f3f0e-0000-4000-8000-000000000000/my_photo.jpg", "another's"}},
      "media.zip");
  const Json report = vault.import(vault.file("kobo.json", kKoboJson), {"--media", media});
  CHECK(report.at("imported") == 1);
  CHECK(report.at("attachments") == 0);
}

TEST_CASE("A table whose name is not UTF-8 is refused, and nothing comes in", "[import]") {
  const FormVault vault;
  const fs::path from = vault.temp / "odk";
  fs::create_directory(from);
  write_file(from / "interview.csv", kOdkMain);
  write_file(from / "interview-\xff.csv", kOdkRepeat);
  const ProcessResult result = vault.run(vault.arguments(from));
  CHECK(result.status == 1);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, Catch::Matchers::ContainsSubstring("not UTF-8"));
}

TEST_CASE("Questions that the map does not name are listed, and nothing comes in", "[import]") {
  const FormVault vault;
  const fs::path map =
      vault.file("short.map", R"({"account": "account.text", "": {"title": "x"}})");
  const ProcessResult ran = vault.run({"import", vault.odk(), "--kind", "testimony", "--map", map});
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("person/pseudonym") && ContainsSubstring("event/what"));
  CHECK(vault.json_lines({"list"}).empty());
}

TEST_CASE("Without a map a form's export lists its questions", "[import]") {
  const FormVault vault;
  const ProcessResult ran = vault.run({"import", vault.odk(), "--kind", "testimony"});
  CHECK(ran.status == 2);
  CHECK_THAT(ran.err, ContainsSubstring("consent, person/pseudonym"));
}

TEST_CASE("A ZIP made to fill the disk is refused, and nothing comes in", "[import]") {
  const FormVault vault;
  const fs::path bomb = vault.zip({{"interview.csv", kOdkMain},
                                   {"interview-event.csv", kOdkRepeat},
                                   {"media/1717000000001.jpg", std::string(100u << 20, '\0')}});
  const ProcessResult ran = vault.run(vault.arguments(bomb));
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("50 times"));
  CHECK(vault.json_lines({"list"}).empty());
  CHECK(fs::is_empty(vault.dir / "attachments"));
}

TEST_CASE("Names in a ZIP that lead elsewhere are passed over, and nothing is written there",
          "[import]") {
  const FormVault vault;
  const Json report = vault.import(vault.zip({{"interview.csv", kOdkMain},
                                              {"interview-event.csv", kOdkRepeat},
                                              {"../1717000000001.jpg", "out"},
                                              {"->media/1717000000001.jpg", "/etc/passwd"}}));
  CHECK(report.at("imported") == 2);
  CHECK(report.at("attachments") == 0);
  CHECK_FALSE(fs::exists(vault.temp / "1717000000001.jpg"));
}

TEST_CASE("A ZIP that was cut off leaves the vault as it was", "[import]") {
  const FormVault vault;
  const fs::path zip = vault.odk();
  fs::resize_file(zip, fs::file_size(zip) / 2);
  CHECK(vault.run(vault.arguments(zip)).status == 1);
  CHECK(vault.json_lines({"list"}).empty());
}

TEST_CASE("JSON that is too deep is refused", "[import]") {
  const FormVault vault;
  const fs::path deep =
      vault.file("deep.json", R"({"value": [{"__id": "a", "x": )" + std::string(100, '[') +
                                  std::string(100, ']') + "}]}");
  const ProcessResult ran = vault.run(vault.arguments(deep));
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("16 levels"));
}

TEST_CASE("Where a record came from is part of its custody", "[import]") {
  const FormVault at;
  at.import(at.odk());
  const std::string id = at.only("Azalea").at("id").get<std::string>();
  Vault vault = at.open();
  const CustodyEvent event = custody_of(vault, id).at(0).at(0);
  CHECK(event.action == "imported");
  CHECK(event.detail.at("from") == "odk");
  CHECK(event.detail.at("submission") == "uuid:11111111-a");
}

}  // namespace
}  // namespace depone::testing
