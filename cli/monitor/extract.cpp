#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "cli/clean_end.h"
#include "cli/monitor/attachment_list.h"
#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "crypto/error.h"
#include "store/records/attachments.h"
#include "store/records/custody.h"
#include "store/records/records.h"

namespace depone::cli {

namespace {

struct Options {
  std::string id;
  std::optional<std::size_t> number;
  std::string to;
};

class StandardOutput : public Sink {
 public:
  explicit StandardOutput(std::ostream& out) : out_(out) {}
  void write(ByteView bytes) override { out_ << as_text(bytes); }
  void finish() override { out_.flush(); }

 private:
  std::ostream& out_;
};

std::size_t chosen(const std::vector<ListedAttachment>& attachments, const Options& options,
                   const std::string& record) {
  if (attachments.empty()) throw Error(Code::not_found, "this record has no attachment", record);
  if (!options.number && attachments.size() > 1) {
    throw Error(Code::usage, "this record has " + std::to_string(attachments.size()) +
                                 " attachments: say which, as `depone show` numbers them");
  }
  const std::size_t number = options.number.value_or(1);
  if (number < 1 || number > attachments.size()) {
    throw Error(Code::not_found,
                "this record has no attachment of that number: it has " +
                    std::to_string(attachments.size()),
                record);
  }
  return number;
}

int extract(Context& context, const Options& options) {
  Vault vault = open_vault(context);
  const std::string record = resolve_record(vault, options.id);
  const RevisionContent revision = get_record(vault, record).content;
  const auto attachments = attachments_of(revision.fields());
  const std::size_t number = chosen(attachments, options, record);
  const ListedAttachment& attachment = attachments[number - 1];
  if (attachment.sha256.empty() || !has_content(vault, attachment.sha256)) {
    throw Error(Code::not_found, "the content of this attachment is not in this vault",
                record + ", attachment " + std::to_string(number));
  }
  note_viewed(vault, record, attachment.sha256, {{"revision", revision.id()}}, context.now());
  const bool to_output = options.to == "-";
  fs::path path = options.to;
  if (!to_output && fs::is_directory(path)) path /= safe_file_name(attachment.name, number);

  const Stopwatch watch;
  std::uint64_t size = 0;
  {
    const CleanEnd clean_end;
    ProgressLine progress(context);
    const std::unique_ptr<Source> content = open_content(vault, attachment.sha256);
    WatchedSource source(*content, progress, "writing", content_size(vault, attachment.sha256));
    std::unique_ptr<Sink> sink;
    if (to_output) {
      sink = std::make_unique<StandardOutput>(context.out);
    } else {
      sink = std::make_unique<FileSink>(path, false);
    }
    size = copy(source, *sink);  // throws where the hash is not the one that the record names
    sink->finish();
  }
  if (to_output) return 0;
  if (context.json) {
    print_json(context, {{"path", path.string()},
                         {"name", attachment.name},
                         {"size", size},
                         {"sha256", attachment.sha256},
                         {"seconds", watch.seconds()}});
  } else {
    context.out << printable(path.string()) << "  " << human_bytes(size) << "  "
                << attachment.sha256 << '\n';
  }
  return 0;
}

}  // namespace

Runner install_extract(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("id", options->id, "The record")->required()->type_name("ID");
  app.add_option("number", options->number,
                 "Which attachment, from 1; may be left out where there is one")
      ->type_name("N");
  app.add_option("--to", options->to, "A new file, a directory, or - for standard output")
      ->required()
      ->type_name("PATH");
  return [&context, options] { return extract(context, *options); };
}

}  // namespace depone::cli
