#include "store/records/custody_check.h"

#include <map>
#include <optional>

#include "crypto/error.h"
#include "crypto/formats/custody.h"
#include "store/records/rows.h"

namespace depone {

namespace {

constexpr std::size_t kRandomPrevious = 32;

struct Row {
  std::int64_t position;
  std::string hash;
  std::string line;
};

struct Chain {
  bool known = false;  // custody_chains names it
  bool own = false;
  std::int64_t events = 0;
  std::string last;
  std::vector<Row> rows;
};

std::map<std::int64_t, Chain> read_chains(Vault& vault, std::int64_t record) {
  std::map<std::int64_t, Chain> chains;
  Statement& ends = vault.db()
                        .cached(
                            "SELECT chain, own, events, last FROM custody_chains WHERE record = ? "
                            "ORDER BY chain")
                        .with(record);
  while (ends.step()) {
    chains[ends.integer(0)] = {true, ends.integer(1) != 0, ends.integer(2), ends.text(3), {}};
  }
  Statement& rows =
      vault.db()
          .cached(
              "SELECT chain, position, hash, line FROM custody WHERE record = ? ORDER BY chain, "
              "position")
          .with(record);
  while (rows.step())
    chains[rows.integer(0)].rows.push_back({rows.integer(1), rows.text(2), rows.text(3)});
  return chains;
}

class ChainCheck {
 public:
  ChainCheck(CustodyReport& report, std::int64_t number) : report_(report), number_(number) {}

  void check(const Chain& chain) {
    if (!chain.known) damage("its end is not known");
    for (std::size_t i = 0; i < chain.rows.size(); ++i) {
      ++report_.events;
      if (chain.rows[i].position != static_cast<std::int64_t>(i)) {
        damage("an event before event " + std::to_string(chain.rows[i].position + 1) +
               " is missing");
      }
      check_event(chain.rows[i], i);
    }
    if (chain.known && (static_cast<std::int64_t>(chain.rows.size()) != chain.events ||
                        chain.rows.empty() || chain.rows.back().hash != chain.last)) {
      damage("events are missing, or were added, at its end");
    }
  }

 private:
  void check_event(const Row& row, std::size_t i) {
    const std::string which = "event " + std::to_string(i + 1);
    CustodyEvent event;
    try {
      event = CustodyEvent::parse(row.line);
    } catch (const Error& error) {
      damage(which + " can't be read: " + error.message());
      before_ = row.hash;
      return;
    }
    if (event.hash != row.hash) damage(which + " does not have its hash");
    if (!event.hidden) {
      const bool starts = event.previous.size() == kRandomPrevious;
      if (starts != (i == 0)) {
        damage(i == 0 ? "its beginning is missing"
                      : which + " begins a chain in the middle of one");
      } else if (i > 0 && event.previous != before_) {
        damage(which +
               " does not follow the one before it: an event was changed, removed or moved");
      }
      if (time_ && event.time < *time_) {
        report_.notes.push_back(name() + which + " (" + event.time.text() +
                                ") is dated before the one before it (" + time_->text() +
                                "): a clock was wrong");
      }
      time_ = event.time;
    }
    before_ = row.hash;
  }

  std::string name() const { return "chain " + std::to_string(number_ + 1) + ": "; }
  void damage(const std::string& what) { report_.damage.push_back(name() + what); }

  CustodyReport& report_;
  std::int64_t number_;
  std::string before_;
  std::optional<Time> time_;
};

}  // namespace

CustodyReport check_chains(Vault& vault, std::string_view record) {
  CustodyReport report;
  std::size_t own = 0;
  for (const auto& [number, chain] : read_chains(vault, record_number(vault, record))) {
    own += chain.own;
    ChainCheck(report, number).check(chain);
  }
  // After a restoration a record's next event starts it (store/restore.cpp).
  const bool may_be_missing = vault.setting("restored").has_value();
  if (own != 1 && (own != 0 || !may_be_missing))
    report.damage.emplace_back("this vault's own chain is missing");
  return report;
}

}  // namespace depone
