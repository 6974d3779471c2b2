#include "store/inbox.h"

#include "crypto/error.h"
#include "crypto/hash.h"

namespace depone {

bool was_opened(Vault& vault, std::string_view sha256) {
  return incoming(vault, sha256).has_value();
}

void add_incoming(Vault& vault, const IncomingBundle& bundle,
                  const std::vector<std::string>& revisions) {
  vault.db()
      .cached(
          "INSERT INTO incoming(sha256, sender, chain, sequence, previous, number, log_index, "
          "opened) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .with(bundle.sha256, bundle.sender, bundle.chain, bundle.sequence, bundle.previous,
            bundle.number, bundle.log_index, bundle.opened.text())
      .run();
  for (const std::string& revision : revisions) {
    vault.db()
        .cached("INSERT INTO incoming_revisions(bundle, revision) VALUES (?, ?)")
        .with(bundle.sha256, revision)
        .run();
  }
}

std::optional<IncomingBundle> incoming(Vault& vault, std::string_view sha256) {
  Statement& row =
      vault.db()
          .cached(
              "SELECT sha256, sender, chain, sequence, previous, number, log_index, opened "
              "FROM incoming WHERE sha256 = ?")
          .with(sha256);
  if (!row.step()) return std::nullopt;
  IncomingBundle bundle;
  bundle.sha256 = row.text(0);
  bundle.sender = row.text(1);
  bundle.chain = row.text(2);
  bundle.sequence = static_cast<std::uint64_t>(row.integer(3));
  if (!row.is_null(4)) bundle.previous = row.text(4);
  bundle.number = static_cast<std::uint64_t>(row.integer(5));
  if (!row.is_null(6)) bundle.log_index = static_cast<std::uint64_t>(row.integer(6));
  const auto opened = Time::parse(row.text(7));
  row.reset();
  if (!opened) throw Error(Code::damaged, "the time of an opened bundle is damaged", "vault.db");
  bundle.opened = *opened;
  return bundle;
}

std::optional<std::string> sibling(Vault& vault, const IncomingBundle& bundle) {
  if (!bundle.previous) return std::nullopt;
  Statement& row = vault.db()
                       .cached(
                           "SELECT sha256 FROM incoming WHERE sender = ? AND previous = ? AND "
                           "sha256 != ? ORDER BY sha256")
                       .with(bundle.sender, *bundle.previous, bundle.sha256);
  if (!row.step()) return std::nullopt;
  std::string other = row.text(0);
  row.reset();
  return other;
}

std::uint64_t missing_numbers(Vault& vault, std::string_view sender, std::string_view chain,
                              std::uint64_t number) {
  if (number < 2) return 0;
  Statement& row =
      vault.db()
          .cached(
              "SELECT count(DISTINCT number) FROM incoming WHERE sender = ? AND chain = ? "
              "AND number BETWEEN 1 AND ?")
          .with(sender, chain, number - 1);
  row.step();
  const auto held = static_cast<std::uint64_t>(row.integer(0));
  row.reset();
  return number - 1 - held;
}

void add_failed(Vault& vault, const FailedBundle& bundle) {
  vault.db()
      .cached(
          "INSERT OR REPLACE INTO incoming_failed(sha256, log_index, entry, problem, tried) VALUES "
          "(?, ?, ?, ?, ?)")
      .with(bundle.sha256, bundle.log_index, bundle.entry, bundle.problem, bundle.tried)
      .run();
}

std::vector<FailedBundle> failed_bundles(Vault& vault) {
  std::vector<FailedBundle> bundles;
  Statement rows = vault.db().prepare(
      "SELECT sha256, log_index, entry, problem, tried FROM incoming_failed ORDER BY log_index, "
      "sha256");
  while (rows.step()) {
    bundles.push_back({rows.text(0), static_cast<std::uint64_t>(rows.integer(1)), rows.text(2),
                       rows.text(3), rows.text(4)});
  }
  return bundles;
}

void remove_failed(Vault& vault, std::string_view sha256) {
  vault.db().cached("DELETE FROM incoming_failed WHERE sha256 = ?").with(sha256).run();
}

void sweep_inbox(Vault& vault) {
  constexpr std::size_t kHashLength = 64;
  for (const std::string& name : names_in(vault.inbox_dir())) {
    const std::string_view hash = std::string_view(name).substr(0, kHashLength);
    const bool named_after_one =
        sha256_from_hex(hash) && (name.size() == kHashLength || name[kHashLength] == '.');
    if (is_partial_name(name) || (named_after_one && was_opened(vault, hash))) {
      remove_file(vault.inbox_dir() / name);
    }
  }
}

}  // namespace depone
