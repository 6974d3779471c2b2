#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <thread>

#include "store/file.h"
#include "store/import/file.h"

namespace depone {

// The file of an import ("-": standard input), its beginning looked at beforehand. Tells how far it
// was read: at each piece, or, where another thread reads it (store/import/read_ahead.h), when
// report() is called.
class ImportSource : public Source {
 public:
  enum class Form { zip, document, lines, table };

  // `progress` outlives it.
  ImportSource(const std::string& name, const ImportProgress& progress);
  // By how it begins: a ZIP, one JSON document, JSON lines, or else a table. Code::invalid for
  // UTF-16.
  Form form() const;
  std::string_view first_line() const;  // as far as it lies in the beginning
  bool is_regular() const { return size_ > 0; }
  std::size_t read(std::span<std::uint8_t> into) override;
  void report();
  // For another thread: a read() that waits at a pipe ends, and every later one.
  void stop() { stopped_ = true; }

 private:
  bool wait() const;
  const std::thread::id owner_ = std::this_thread::get_id();
  FileSource file_;
  const ImportProgress& progress_;
  std::uint64_t size_;
  Bytes beginning_;
  ByteView rest_;
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<bool> stopped_ = false;
  std::uint64_t reported_ = 0;
};

// What the tables of a form's export may be together, since they are held in memory: takes what it
// reads from `left`. Code::invalid beyond.
class BoundedSource : public Source {
 public:
  BoundedSource(Source& source, std::uint64_t& left) : source_(source), left_(left) {}
  std::size_t read(std::span<std::uint8_t> into) override;

 private:
  Source& source_;
  std::uint64_t& left_;
};

}  // namespace depone
