#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/attachment_list.h"
#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "crypto/error.h"
#include "store/attachments.h"
#include "store/custody.h"
#include "store/records.h"

namespace depone::cli {

namespace {

struct Options {
  std::string id;
  std::vector<std::string> files;
  bool not_identifying = false;
};

struct Collected {
  std::string name;
  StagedContent content;
};

struct FileState {
  struct stat of {};
  explicit FileState(int fd) {
    if (::fstat(fd, &of) != 0) throw_errno("looking at", "the file");
  }
  bool operator==(const FileState& other) const {
    return of.st_size == other.of.st_size && of.st_mtim.tv_sec == other.of.st_mtim.tv_sec &&
           of.st_mtim.tv_nsec == other.of.st_mtim.tv_nsec;
  }
};

// Whether the name still leads to the file that was opened.
bool leads_to(const std::string& path, const FileState& opened) {
  struct stat now {};
  return ::stat(path.c_str(), &now) == 0 && now.st_ino == opened.of.st_ino &&
         now.st_dev == opened.of.st_dev;
}

Collected collect(Vault& vault, const std::string& path, ProgressLine& progress) {
  const bool standard_input = path == "-";
  FileSource file(standard_input ? "/dev/stdin" : path, true);
  const FileState before(file.fd());
  if (S_ISDIR(before.of.st_mode))
    throw Error(Code::io, "this is a directory; nothing was attached", path);
  const bool regular = S_ISREG(before.of.st_mode);
  const std::string name = standard_input ? "standard input" : fs::path(path).filename().string();
  if (!is_utf8(as_bytes(name)))
    throw Error(Code::invalid, "the file's name is not UTF-8; nothing was attached", path);

  WatchedSource source(file, progress, "reading " + name, file.size());
  StagedContent content = stage_content(vault, source);
  if (regular) {
    const bool whole = source.read_so_far() == static_cast<std::uint64_t>(before.of.st_size);
    if (!whole || !(FileState(file.fd()) == before) ||
        (!standard_input && !leads_to(path, before))) {
      throw Error(Code::io,
                  "the file changed while it was read; nothing was attached. Run it again when it "
                  "is complete",
                  path);
    }
  }
  return {name, std::move(content)};
}

void add_fields(FieldMap& fields, std::uint64_t index, const Collected& file,
                bool not_identifying) {
  const std::string path = "attachments." + std::to_string(index) + ".";
  fields.emplace(path + "name", file.name);
  fields.emplace(path + "type", media_type_of(file.name));
  fields.emplace(path + "size", file.content.content().size);
  fields.emplace(path + "sha256", file.content.content().sha256);
  fields.emplace(path + "status", "evidentiary original");
  if (not_identifying) fields.emplace(path + "identifies", false);
}

// All files or none of them: one revision, and an event of custody for each.
int attach(Context& context, const Options& options) {
  Vault vault = open_vault(context);
  const std::string record = resolve_record(vault, options.id);
  const Stopwatch watch;
  std::vector<Collected> files;
  {
    ProgressLine progress(context);
    for (const std::string& path : options.files) files.push_back(collect(vault, path, progress));
  }
  std::string revision;
  Json listed = Json::array();
  {
    Tx tx(vault.db());
    const RevisionContent content = get_record(vault, record).content;
    FieldMap fields = content.fields();
    const std::size_t before = attachments_of(fields).size();
    for (Collected& file : files) {
      file.content.keep(vault);
      const std::uint64_t index = next_index(content, fields, "attachments");
      add_fields(fields, index, file, options.not_identifying);
      const StoredContent& stored = file.content.content();
      listed.push_back({{"number", before + listed.size() + 1},
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
  for (Collected& file : files) file.content.done();

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
  return [&context, options] { return attach(context, *options); };
}

}  // namespace depone::cli
