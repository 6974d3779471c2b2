#include "store/records/custody.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/revision_names.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/run.h"
#include "crypto/error.h"
#include "store/records/custody_check.h"
#include "store/records/custody_order.h"
#include "store/records/records.h"

namespace depone::cli {

namespace {

struct Options {
  std::string id;
  std::string viewed;
};

Json event_json(const PlacedEvent& placed) {
  const CustodyEvent& event = placed.event;
  Json json = {{"chain", placed.chain + 1}, {"hash", event.hash}, {"hidden", event.hidden}};
  if (event.hidden) return json;
  json["time"] = event.time.text();
  json["member"] = event.member;
  json["action"] = event.action;
  json["object"] = event.object ? Json(*event.object) : Json(nullptr);
  json["detail"] = event.detail;
  json["previous"] = event.previous;
  json["early"] = placed.early;
  return json;
}

std::string listed(const Json& values, bool ids) {
  std::string text;
  for (const Json& value : values) {
    if (!value.is_string()) continue;
    const auto one = value.get<std::string>();
    text += (text.empty() ? "" : ", ") + (ids ? short_id(one) : one);
  }
  return text;
}

std::string text_in(const Json& detail, const char* key) {
  const auto found = detail.find(key);
  return found != detail.end() && found->is_string() ? found->get<std::string>() : "";
}

// What the event is about, in words; what comes from others is made printable where it is printed.
std::string about(const CustodyEvent& event) {
  const std::string object = event.object ? short_id(*event.object) : "";
  const std::string revision = text_in(event.detail, "revision");
  if (event.action == "attached" || (event.object && !revision.empty())) {
    return "file " + object + (revision.empty() ? "" : ", revision " + short_id(revision));
  }
  if (event.action == "sealed") {
    const Json none = Json::array();
    const auto part = [&](const char* key) -> const Json& {
      const auto found = event.detail.find(key);
      return found != event.detail.end() && found->is_array() ? *found : none;
    };
    return "to " + listed(part("to"), false) + ", revision " + listed(part("revisions"), true);
  }
  if (event.action == "delivered") return "bundle " + object;
  if (event.action == "received") {
    const std::string from = text_in(event.detail, "from");
    return "bundle " + object + (from.empty() ? "" : ", from " + from);
  }
  std::string text = object.empty() ? "" : "revision " + object;
  if (event.action == "imported") {
    if (const std::string from = text_in(event.detail, "from"); !from.empty()) {
      text += ", from " + from;
      if (const auto line = event.detail.find("line"); line != event.detail.end())
        text += " line " + dump_json(*line);
    }
  } else if (!event.detail.empty()) {
    text += (text.empty() ? "" : ", ") + dump_json(event.detail);
  }
  return text;
}

void print_for_people(Context& context, const CustodyOrder& custody) {
  for (const PlacedEvent& placed : custody.events) {
    const CustodyEvent& event = placed.event;
    if (event.hidden) {
      context.out << "an event that this vault was not shown: " << short_id(event.hash);
    } else {
      const std::string member =
          event.member == "-" ? (custody.chains[placed.chain].own ? "you" : "not yet a member")
                              : event.member;
      context.out << event.time.text() << "  " << padded_to(printable(member), 12) << "  "
                  << padded_to(event.action, 9) << "  " << printable(about(event));
    }
    if (custody.chains.size() > 1) context.out << "  [" << placed.chain + 1 << ']';
    if (placed.early) context.out << "  (dated before the event it follows: a clock was wrong)";
    context.out << '\n';
  }
}

void print_chains(Context& context, const CustodyOrder& custody, bool intact) {
  if (custody.chains.size() > 1) {
    for (std::size_t i = 0; i < custody.chains.size(); ++i) {
      const CustodyChain& chain = custody.chains[i];
      context.out << '[' << i + 1 << "]  held by "
                  << (chain.own ? "this vault" : printable(chain.holder)) << ", " << chain.events
                  << (chain.events == 1 ? " event" : " events") << '\n';
    }
  }
  if (intact) context.out << "Every event names the one before it; none is missing.\n";
}

int print_custody(Context& context, const std::string& id) {
  Vault vault = open_vault(context);
  const std::string record = resolve_record(vault, id);
  const CustodyReport report = check_chains(vault, record);
  CustodyOrder custody;
  try {
    custody = in_order(vault, record);
  } catch (const Error&) {
    if (report.damage.empty()) throw;
    throw Error(Code::damaged, "the chain of custody is damaged: " + report.damage.front(), record);
  }
  if (context.json) {
    Json events = Json::array();
    for (const PlacedEvent& placed : custody.events) events.push_back(event_json(placed));
    Json chains = Json::array();
    for (const CustodyChain& chain : custody.chains) {
      chains.push_back({{"holder", chain.holder},
                        {"own", chain.own},
                        {"events", chain.events},
                        {"last", chain.last}});
    }
    print_json(context, {{"id", record},
                         {"events", std::move(events)},
                         {"chains", std::move(chains)},
                         {"damage", report.damage},
                         {"notes", report.notes}});
  } else {
    print_for_people(context, custody);
    print_chains(context, custody, report.damage.empty());
  }
  for (const std::string& damage : report.damage)
    context.err << "depone: " << printable(damage) << '\n';
  return report.damage.empty() ? 0 : exit_status(Code::damaged);
}

int set_viewed(Context& context, const std::string& value) {
  Vault vault = open_vault(context);
  keep_viewed(vault, value == "on");
  if (context.json) {
    print_json(context, {{"viewed", value == "on"}});
  } else {
    context.out << (value == "on"
                        ? "From now on, each `show` and `extract` is an event of the record's "
                          "custody, which goes along when it is sealed.\n"
                        : "Looking at a record is no event of its custody.\n");
  }
  return 0;
}

}  // namespace

Runner install_custody(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("id", options->id, "The record")->type_name("ID");
  app.add_option("--viewed", options->viewed,
                 "Without a record: whether looking at one is an event of its custody (at first: "
                 "off)")
      ->check(CLI::IsMember({"on", "off"}))
      ->type_name("on|off");
  return [&context, options] {
    if (options->id.empty() == options->viewed.empty())
      throw Error(Code::usage, "say which record, or --viewed on or off for the whole vault");
    return options->viewed.empty() ? print_custody(context, options->id)
                                   : set_viewed(context, options->viewed);
  };
}

}  // namespace depone::cli
