#include "store/import/read_ahead.h"

#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "crypto/handoff.h"

namespace depone {

namespace {

using Chunk = std::vector<ImportItem>;

constexpr std::size_t kChunks = 4;
// A chunk goes over when it has so many records, or so many bytes of text: a large one goes alone.
constexpr std::size_t kRecords = 64;
constexpr std::size_t kBytes = 1u << 20;

// Nobody takes records any more.
struct Stopped {};

class Reader {
 public:
  explicit Reader(const ReadItems& read) : read_(read) {
    for (std::size_t i = 1; i < kChunks; ++i) empty_.put({});
    thread_ = std::thread([this] { run(); });
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() {
    filled_.close();
    empty_.close();
    thread_.join();
  }

  // nullopt once all were taken.
  std::optional<Chunk> take() { return filled_.take(); }
  void give_back(Chunk chunk) {
    chunk.clear();
    empty_.put(std::move(chunk));
  }
  // After the last take().
  std::vector<ImportIssue> issues() {
    if (failed_) std::rethrow_exception(failed_);
    return std::move(issues_);
  }

 private:
  void run() {
    try {
      issues_ = read_([this](ImportItem item) { add(std::move(item)); });
      if (!chunk_.empty()) hand_over();
    } catch (const Stopped&) {
    } catch (...) {
      failed_ = std::current_exception();
    }
    filled_.close();
  }

  void add(ImportItem item) {
    for (const auto& [path, value] : item.fields) {
      if (value.is_string()) bytes_ += value.get_ref<const std::string&>().size();
    }
    chunk_.push_back(std::move(item));
    if (chunk_.size() >= kRecords || bytes_ >= kBytes) hand_over();
  }

  void hand_over() {
    if (!filled_.put(std::exchange(chunk_, {}))) throw Stopped{};
    std::optional<Chunk> next = empty_.take();
    if (!next) throw Stopped{};
    chunk_ = *std::move(next);
    bytes_ = 0;
  }

  const ReadItems& read_;
  Handoff<Chunk> filled_;
  Handoff<Chunk> empty_;
  Chunk chunk_;  // being filled
  std::size_t bytes_ = 0;
  std::vector<ImportIssue> issues_;
  std::exception_ptr failed_;
  std::thread thread_;
};

}  // namespace

std::vector<ImportIssue> read_ahead(const ReadItems& read, const TakeItem& take) {
  Reader reader(read);
  while (auto chunk = reader.take()) {
    for (ImportItem& item : *chunk) take(std::move(item));
    reader.give_back(*std::move(chunk));
  }
  return reader.issues();
}

}  // namespace depone
