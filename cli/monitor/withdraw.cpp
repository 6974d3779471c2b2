#include "store/records/withdraw.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "crypto/bytes.h"
#include "crypto/error.h"
#include "store/file.h"
#include "store/records/records.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxReason = 64u << 10;

struct Options {
  std::string id;
  std::string where;
  std::string reason;
};

// "-": standard input, so that it need not stand among the arguments.
std::string reason_of(Context& context, const std::string& given) {
  std::string text = given;
  if (given == "-") {
    text.clear();
    char buffer[4096];
    while (context.in.read(buffer, sizeof buffer) || context.in.gcount() > 0) {
      text.append(buffer, static_cast<std::size_t>(context.in.gcount()));
      if (text.size() > kMaxReason)
        throw Error(Code::invalid, "the reason is longer than 64 KiB; nothing was changed");
    }
    while (text.ends_with('\n')) text.pop_back();
  }
  if (!is_utf8(as_bytes(text)))
    throw Error(Code::invalid, "the reason is not UTF-8; nothing was changed");
  return text;
}

void print(Context& context, const Withdrawal& withdrawal) {
  std::ostream& out = context.out;
  if (withdrawal.revisions.empty()) {
    out << "Consent was withdrawn before; nothing was changed.\n";
  } else {
    out << "Consent is withdrawn. Nothing of this record is sealed, exported or disclosed from now "
           "on.\n";
  }
  if (withdrawal.sent_to.empty()) return;
  out << "Bundles with it were made for:";
  for (const std::string& member : withdrawal.sent_to) out << ' ' << printable(member);
  out << "\nThat can't be recalled. This version does not send the withdrawal to them either: tell "
         "them.\n";
}

int withdraw(Context& context, const Options& options) {
  const std::string reason = reason_of(context, options.reason);
  if (!is_utf8(as_bytes(options.where)))
    throw Error(Code::invalid, "--where takes UTF-8; nothing was changed");
  Vault vault = open_vault(context);
  const std::string record = resolve_record(vault, options.id);
  Tx tx(vault.db());
  const Withdrawal withdrawal =
      withdraw_consent(vault, record, options.where, reason, context.now());
  tx.commit();
  if (context.json) {
    print_json(
        context,
        {{"id", record}, {"revisions", withdrawal.revisions}, {"sent_to", withdrawal.sent_to}});
  } else {
    print(context, withdrawal);
  }
  return 0;
}

}  // namespace

Runner install_withdraw(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("id", options->id, "The testimony")->required()->type_name("ID");
  app.add_option("--reason", options->reason,
                 "Why, as far as the source said (-: read from standard input; other programs on "
                 "this machine can see arguments while this runs)")
      ->type_name("TEXT");
  app.add_option("--where", options->where, "Where it was withdrawn")->type_name("TEXT");
  return [&context, options] { return withdraw(context, *options); };
}

}  // namespace depone::cli
