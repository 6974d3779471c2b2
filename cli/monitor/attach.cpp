#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/attachment_list.h"
#include "cli/monitor/collected_file.h"
#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/records/custody.h"
#include "store/records/media_types.h"
#include "store/records/records.h"

namespace depone::cli {

namespace {

struct Options {
  std::string id;
  std::vector<std::string> files;
  bool not_identifying = false;
  std::string name;
  std::string captured, known_by, device, collector, place;
  bool working_copy = false;
  std::string transformation;
  std::optional<std::size_t> of;
};

void check_options(const Options& options) {
  if (!options.name.empty() && options.files.size() > 1)
    throw Error(Code::usage, "--name is for one file");
  const bool of_a_copy = !options.transformation.empty() || options.of;
  if (of_a_copy && !options.working_copy) {
    throw Error(Code::usage,
                "--transformation and --of are for a copy: say --working-copy as well. An original "
                "is as it was collected");
  }
  if (options.working_copy && options.transformation.empty()) {
    throw Error(Code::usage,
                "--working-copy needs --transformation: what was done to it, and by what");
  }
}

Json captured_on(const Options& options) {
  if (const auto date = parse_written_date(options.captured)) return *date;
  throw Error(Code::usage,
              "--captured takes a day, a month or a year: 2026-11-24, 2026-11, \"about 2026\"");
}

// What all files of the call are said to be; under the attachment's path.
FieldMap said_of_all(const Options& options, const std::vector<ListedAttachment>& already) {
  FieldMap said;
  const auto text = [&](const char* path, const std::string& value) {
    if (value.empty()) return;
    if (!is_utf8(as_bytes(value)))
      throw Error(Code::invalid, "the value is not UTF-8; nothing was attached", path);
    said.emplace(path, value);
  };
  if (!options.captured.empty()) said.emplace("captured.date", captured_on(options));
  text("captured.known_by", options.known_by);
  text("device", options.device);
  text("collector", options.collector);
  text("place", options.place);
  std::string done = options.transformation;
  if (options.of) {
    if (*options.of < 1 || *options.of > already.size()) {
      throw Error(Code::not_found, "this record has no attachment of that number: it has " +
                                       std::to_string(already.size()));
    }
    done += " (from " + already[*options.of - 1].sha256 + ")";
  }
  text("transformation", done);
  said.emplace("status", options.working_copy ? "working copy" : "evidentiary original");
  if (options.not_identifying) said.emplace("identifies", false);
  return said;
}

void add_fields(FieldMap& fields, std::uint64_t index, const CollectedFile& file,
                const FieldMap& said) {
  const std::string path = "attachments." + std::to_string(index) + ".";
  fields.emplace(path + "name", file.name);
  fields.emplace(path + "type", media_type_of(file.name));
  fields.emplace(path + "size", file.content.content().size);
  fields.emplace(path + "sha256", file.content.content().sha256);
  for (const auto& [name, value] : said) fields.emplace(path + name, value);
}

// All files or none of them: one revision, and an event of custody for each.
int attach(Context& context, const Options& options) {
  check_options(options);
  Vault vault = open_vault(context);
  const std::string record = resolve_record(vault, options.id);
  said_of_all(options, attachments_of(get_record(vault, record).content.fields()));
  const Stopwatch watch;
  std::vector<CollectedFile> files;
  {
    ProgressLine progress(context);
    for (const std::string& path : options.files)
      files.push_back(collect_file(vault, path, progress));
  }
  if (!options.name.empty()) files.front().name = options.name;
  std::string revision;
  Json listed = Json::array();
  {
    Tx tx(vault.db());
    const RevisionContent content = get_record(vault, record).content;
    FieldMap fields = content.fields();
    const auto already = attachments_of(fields);
    const FieldMap said = said_of_all(options, already);
    for (CollectedFile& file : files) {
      file.content.keep(vault);
      const std::uint64_t index = next_index(content, fields, "attachments");
      add_fields(fields, index, file, said);
      const StoredContent& stored = file.content.content();
      listed.push_back({{"number", already.size() + listed.size() + 1},
                        {"name", file.name},
                        {"size", stored.size},
                        {"sha256", stored.sha256}});
    }
    const Time now = context.now();
    revision = revise_record(vault, record, fields, "attached", Json::object(), now,
                             files[0].content.content().sha256);
    for (std::size_t i = 1; i < files.size(); ++i) {
      add_custody(vault, record, "attached", files[i].content.content().sha256,
                  {{"revision", revision}}, now);
    }
    tx.commit();
  }
  for (CollectedFile& file : files) file.content.done();

  if (context.json) {
    print_json(context, {{"id", record},
                         {"revision", revision},
                         {"attachments", listed},
                         {"seconds", watch.seconds()}});
    return 0;
  }
  for (const Json& one : listed) {
    context.out << one.at("number").get<std::uint64_t>() << "  "
                << one.at("sha256").get<std::string>() << "  "
                << human_bytes(one.at("size").get<std::uint64_t>()) << "  "
                << printable(one.at("name").get<std::string>()) << '\n';
  }
  return 0;
}

}  // namespace

Runner install_attach(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("id", options->id, "The record")->required()->type_name("ID");
  app.add_option("files", options->files, "The files, of any size (-: standard input)")
      ->required()
      ->type_name("FILE");
  app.add_flag("--not-identifying", options->not_identifying,
               "Say that these files cannot tell who the source is; otherwise they count as the "
               "source's identity");
  app.add_option("--name", options->name, "Its name, where the file's own is not the one to keep")
      ->type_name("NAME");
  app.add_option("--captured", options->captured,
                 "When it was taken or recorded: a day, a month, a year, \"about 2026\"")
      ->type_name("DATE");
  app.add_option("--known-by", options->known_by, "By what that date is known")->type_name("TEXT");
  app.add_option("--device", options->device, "What it was taken with")->type_name("TEXT");
  app.add_option("--collector", options->collector, "Who collected it")->type_name("TEXT");
  app.add_option("--place", options->place, "Where it was taken or collected")->type_name("TEXT");
  app.add_flag("--working-copy", options->working_copy,
               "Say that this is no original as collected but a copy that something was done to");
  app.add_option("--transformation", options->transformation,
                 "What was done to the copy, and by what")
      ->type_name("TEXT");
  app.add_option("--of", options->of, "Which attachment of the record it is a copy of")
      ->type_name("N");
  return [&context, options] { return attach(context, *options); };
}

}  // namespace depone::cli
