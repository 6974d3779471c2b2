#include <stdexcept>

#include "store/search/search.h"
#include "tests/bench/archive.h"

namespace depone::bench {

namespace {

constexpr std::size_t kQueries = 40;  // of each kind; 200 in all
constexpr std::size_t kPage = 20;

enum class Kind { common, rare, two, phrase, prefix };

// What a person types; the peer's own language says the same with the same words.
std::string query_of(const Corpus& corpus, Kind kind, std::size_t number) {
  const std::size_t script = number % kScripts;
  const std::size_t base = corpus.base(script);
  const auto common = [&](std::size_t i) { return corpus.word(script, i % 12); };
  // A pair of words that few testimonies have.
  const auto rare = [&](std::size_t i) {
    return corpus.word(script, base + (base - 1 - i % 10) * base + base - 1 - i % 7);
  };
  switch (kind) {
    case Kind::common:
      return common(number / kScripts);
    case Kind::rare:
      return rare(number / kScripts);
    case Kind::two:
      return common(number / kScripts) + " " + corpus.word(script, 12 + number % 30);
    case Kind::phrase:
      return "\"" + common(number / kScripts) + Corpus::between(script) +
             corpus.word(script, 12 + number % 30) + "\"";
    case Kind::prefix: {
      // Its first three characters, or what there is.
      const std::string& word = corpus.word(script, number % base);
      std::size_t end = 0;
      for (int characters = 0; end < word.size() && characters < 3; ++characters) {
        do {
          ++end;
        } while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xc0) == 0x80);
      }
      return word.substr(0, end) + "*";
    }
  }
  throw std::runtime_error("no such kind of query");
}

std::string for_plain(const std::string& query) {
  std::string out;
  std::string word;
  const auto finish = [&] {
    const bool prefix = word.ends_with('*');
    if (prefix) word.pop_back();
    if (!word.empty()) out += (out.empty() ? "\"" : " \"") + word + (prefix ? "\"*" : "\"");
    word.clear();
  };
  const bool phrase = query.starts_with('"');
  for (const char c : query) {
    if (c == '"') continue;
    if (c == ' ' && !phrase) {
      finish();
    } else {
      word += c;
    }
  }
  finish();
  return out;
}

Result run(const Options& options, Kind kind, const std::string& name) {
  const Archive archive(options);
  Vault vault = archive.open();
  PlainDatabase plain(archive.plain_path);
  std::vector<double> ours;
  std::vector<double> theirs;
  std::size_t found = 0;
  std::size_t newest_only = 0;
  PeakMemory memory;
  memory.reset();
  // Once unmeasured, as in `shell`: statements are prepared, pages cached.
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < kQueries; ++i) {
      const std::string typed = query_of(archive.corpus, kind, i);
      SearchOptions wanted;
      wanted.filter.limit = kPage;
      const double took = seconds_of([&] {
        const SearchQuery query = parse_query(typed);
        const SearchResult result = search_records(vault, query, wanted);
        for (const SearchMatch& match : result.matches) {
          if (hit_of(vault, match, query, wanted).matched.empty())
            throw std::runtime_error("a match does not say why");
        }
        if (round == 1) found += result.matches.empty() ? 0 : 1;
        if (round == 1) newest_only += result.newest_only ? 1 : 0;
      });
      if (round == 1) ours.push_back(took);
    }
  }
  const double peak = memory.mib();
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < kQueries; ++i) {
      const std::string match = for_plain(query_of(archive.corpus, kind, i));
      const double took = seconds_of([&] {
        plain.query(
            "SELECT d.title FROM words w JOIN docs d ON d.id = w.rowid WHERE words MATCH ? "
            "ORDER BY rank LIMIT 20",
            match);
      });
      if (round == 1) theirs.push_back(took);
    }
  }
  Result result = finish(name, ours, theirs, peak, "");
  result.rate = "median " + number(median(ours) * 1000, 1) + " ms, peer " +
                number(median(theirs) * 1000, 1) + " ms; " + std::to_string(found) + " of " +
                std::to_string(kQueries) + " found, " + std::to_string(newest_only) +
                " ranked the newest only";
  result.ours_s = p95(ours);
  result.peer_s = p95(theirs);
  return result;
}

}  // namespace

Result search_common_job(const Options& options) {
  return run(options, Kind::common, "search-common");
}
Result search_rare_job(const Options& options) { return run(options, Kind::rare, "search-rare"); }
Result search_two_job(const Options& options) { return run(options, Kind::two, "search-two"); }
Result search_phrase_job(const Options& options) {
  return run(options, Kind::phrase, "search-phrase");
}
Result search_prefix_job(const Options& options) {
  return run(options, Kind::prefix, "search-prefix");
}

}  // namespace depone::bench
