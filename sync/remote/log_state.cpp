#include "sync/remote/log_state.h"

#include "crypto/hash.h"
#include "crypto/json.h"
#include "crypto/note.h"

namespace depone {

namespace {
constexpr std::string_view kFormat = "depone/log-state/1";
constexpr std::size_t kMaxChains = 10'000'000;
}  // namespace

LogState LogState::parse(std::string_view json) {
  const Json value = parse_json(json, "log state");
  const JsonObject object(value, "log state", {"format", "checkpoint", "chains"});
  object.format(kFormat);
  LogState state;
  state.checkpoint = object.string("checkpoint", kMaxNoteSize);
  for (const Json& item : object.array("chains", kMaxChains)) {
    const JsonObject end(item, "log state", {"member", "key", "chain", "sequence", "bundle"});
    ChainEnd chain{end.string("member"), end.string("key"), end.string("chain"),
                   end.integer("sequence"), end.string("bundle")};
    if (!sha256_from_hex(chain.bundle)) end.fail("bundle", "a SHA-256");
    state.chains.push_back(std::move(chain));
  }
  return state;
}

std::string LogState::json() const {
  Json chains_json = Json::array();
  for (const ChainEnd& end : chains) {
    chains_json.push_back({{"member", end.member},
                           {"key", end.key},
                           {"chain", end.chain},
                           {"sequence", end.sequence},
                           {"bundle", end.bundle}});
  }
  return dump_json({{"format", kFormat},
                    {"checkpoint", checkpoint},
                    {"chains", std::move(chains_json)}}) +
         "\n";
}

}  // namespace depone
