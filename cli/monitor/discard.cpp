#include "store/records/discard.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/prompt.h"
#include "crypto/error.h"
#include "store/records/drafts.h"
#include "store/records/records.h"
#include "store/records/tags.h"

namespace depone::cli {

namespace {

constexpr std::size_t kShortId = 8;

std::string question(Vault& vault, const std::string& record) {
  const RecordView view = get_record(vault, record);
  const std::size_t revisions = revisions_of(vault, record).size();
  std::string text = "Remove the " + view.summary.kind + " " + record.substr(0, kShortId);
  if (!view.summary.title.empty()) text += " \"" + view.summary.title + "\"";
  text += " with " +
          std::string(revisions == 1 ? "its one revision"
                                     : "all its " + std::to_string(revisions) + " revisions") +
          " and its attachments for good?";
  if (const std::size_t links = linked_from(vault, record).size(); links > 0) {
    text += links == 1 ? " Another record links to it."
                       : " " + std::to_string(links) + " records link to it.";
  }
  return text + " Nothing but a backup brings it back.";
}

// What an interview began: a record to be, or changes to one, which itself stays then.
// It need not be readable any more.
int discard_begun(Context& context, Vault& vault, const Named& draft) {
  const std::string& id = draft.id;
  const std::string what = draft.draft_kind + " " + id.substr(0, kShortId);
  if (!confirm(context,
               draft.draft_is_edit
                   ? "Throw away the changes begun to " + what + "? The record itself stays."
                   : "Remove the draft of a " + what +
                         " for good? Nothing but a backup brings it back.")) {
    context.err << "Nothing was removed.\n";
    return 1;
  }
  discard_draft(vault, id);
  vault.db().execute("PRAGMA wal_checkpoint(TRUNCATE)");
  if (context.json) {
    print_json(context, {{"id", id}, {"draft", true}, {"revisions", 0}, {"contents", 0}});
  } else {
    context.out << (draft.draft_is_edit ? "The changes begun are gone; the record stays.\n"
                                        : "Removed the draft " + id + ".\n");
  }
  return 0;
}

int discard(Context& context, const std::string& id) {
  Vault vault = open_vault(context);
  const Named named = find_record_or_draft(vault, id);
  if (named.draft) return discard_begun(context, vault, named);
  const std::string& record = named.id;
  // Nobody is asked about what can't be done.
  if (const std::string why = discard_refusal(vault, record); !why.empty()) {
    throw Error(Code::refused,
                "only a record that was never sealed can be removed for good. This one can't: " +
                    why + "; nothing was changed",
                record);
  }
  if (!confirm(context, question(vault, record))) {
    context.err << "Nothing was removed.\n";
    return 1;
  }
  Discarded discarded;
  {
    ProgressLine progress(context);
    progress.update("removing", 0, 1);
    discarded = discard_record(vault, record);
  }
  if (context.json) {
    print_json(context, {{"id", record},
                         {"draft", false},
                         {"revisions", discarded.revisions},
                         {"contents", discarded.contents}});
    return 0;
  }
  context.out << "Removed " << record << ". Backups that were made before still hold it.\n";
  return 0;
}

}  // namespace

Runner install_discard(CLI::App& app, Context& context) {
  auto id = std::make_shared<std::string>();
  app.add_option("id", *id, "A record that was never sealed, or a draft")
      ->required()
      ->type_name("ID");
  return [&context, id] { return discard(context, *id); };
}

}  // namespace depone::cli
