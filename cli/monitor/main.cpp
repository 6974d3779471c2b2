#include <CLI/CLI.hpp>

#include "cli/monitor/commands.h"
#include "cli/run.h"
#include "store/sql.h"

namespace {

using namespace depone::cli;

constexpr Command kCommands[] = {
    {"init", "Make a new vault on this machine", "depone init", install_init},
    {"join", "Enrol at an organisation's relay with an invite",
     "depone join 'depone:1:https://relay.example.org#…' --name monitor-1", install_join},
    {"new", "Add a testimony or an incident report", "depone new testimony", install_new},
    {"edit", "Change a record, in a new revision", "depone edit 3f2a", install_edit},
    {"schema", "Say what a record may hold", "depone schema testimony", install_schema},
    {"import", "Add many records from a file", "depone import incidents.csv --kind incident",
     install_import},
    {"export", "Write records out in the clear, as far as consent allows",
     "depone export --to for-the-court --for court --as html 3f2a", install_export},
    {"attach", "Add files to a record", "depone attach 3f2a photo.jpg statement.pdf",
     install_attach},
    {"extract", "Write an attachment to a file", "depone extract 3f2a 1 --to photo.jpg",
     install_extract},
    {"list", "List records, newest first", "depone list --kind testimony --state local",
     install_list},
    {"show", "Show one record", "depone show 3f2a", install_show},
    {"history", "List the revisions of a record and what changed", "depone history 3f2a --diff",
     install_history},
    {"resolve", "End a conflict between newest revisions",
     "depone resolve 3f2a --take 9c1d --take-field title=77ab", install_resolve},
    {"custody", "Show who held a record, when, and what was done", "depone custody 3f2a",
     install_custody},
    {"tag", "Add tags to a record, or take them off", "depone tag 3f2a detention border",
     install_tag},
    {"link", "Link a record to another", "depone link 3f2a 9c1d --as 'same night'", install_link},
    {"withdraw", "Note that a source has withdrawn consent", "depone withdraw 3f2a --reason -",
     install_withdraw},
    {"discard", "Remove a record that was never sealed for good", "depone discard 3f2a",
     install_discard},
    {"search", "Find records by words", "depone search 북송 '\"detention house\"' interrog*",
     install_search},
    {"seal", "Seal records for those who will read them", "depone seal", install_seal},
    {"sync", "Exchange bundles and receipts with the relay", "depone sync", install_sync},
    {"status", "Say what is only here, sealed, delivered or refused", "depone status",
     install_status},
    {"open", "Take one bundle into the vault by hand", "depone open /media/stick/bundles/4b7c….age",
     install_open},
    {"unseal", "Unpack one bundle into a directory", "depone unseal 4b7c….age --to unpacked",
     install_unseal},
    {"key", "Show or export this vault's keys", "depone key show", install_key},
    {"passwd", "Change the passphrase; open with the recovery sheet where it is forgotten",
     "depone passwd --recovery", install_passwd},
    {"check", "Read and check everything the vault holds", "depone check --recovery",
     install_check},
    {"backup", "Copy the whole vault, as it is, encrypted, into one file",
     "depone backup /media/stick/vault-2026-11-24.depone", install_backup},
    {"restore", "Make a vault of a backup",
     "depone --vault ~/restored restore /media/stick/vault-2026-11-24.depone", install_restore},
    {"shell", "Unlock once, then take many commands", "depone shell --idle 5", install_shell},
    {"lock", "Make an open shell lock its vault", "depone lock", install_lock},
    {"panic", "Destroy the vault's keys at once, so that nobody opens it again",
     "depone panic --yes", install_panic},
};

void add_vault_option(CLI::App& app, Context& context) {
  app.add_option("--vault", context.vault,
                 "The vault (otherwise $DEPONE_VAULT, or depone/default under $XDG_DATA_HOME)")
      ->type_name("DIR");
}

}  // namespace

int main(int argc, char** argv) {
  return run(
      {.name = "depone",
       .summary =
           "Keeps testimonies and incident reports in an encrypted vault, and delivers them sealed",
       .commands = kCommands,
       .version = version_text("depone", "SQLCipher " + depone::sqlcipher_version()),
       .add_common = add_vault_option,
       .example = "depone --vault ~/case-12 list --state local"},
      argc, argv);
}
