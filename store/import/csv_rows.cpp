#include "store/import/csv_rows.h"

#include <csv.h>

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "crypto/error.h"
#include "store/import/text_lines.h"

namespace depone {

namespace {

constexpr std::size_t kMaxColumns = 20'000;

constexpr std::string_view kBroken =
    "the row breaks the rules of quoting: a quote is missing, or one is too many";

// libcsv takes a file apart. It is given one line at a time, so that a row's line is known.
class Rows {
 public:
  Rows() { start(); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows() { csv_free(&parser_); }

  using Take = std::function<void(std::uint64_t line, std::vector<std::string>& values)>;

  void separate_by(char separator) {
    separator_ = separator;
    csv_set_delim(&parser_, static_cast<unsigned char>(separator));
  }

  // False where the line breaks the rules of quoting; what came before in its row is forgotten
  // then.
  bool feed(std::string_view line, std::uint64_t number, const Take& take) {
    if (!inside_) {
      if (line.find_first_not_of(" \t\r\n") == std::string_view::npos) return true;
      begin_ = number;
      inside_ = true;
    }
    size_ += line.size();
    if (size_ > kMaxTextLine) {
      throw Error(
          Code::invalid,
          "a row is larger than 32 MiB, perhaps because a quote is missing; nothing was imported",
          "line " + std::to_string(begin_));
    }
    take_ = &take;
    const std::size_t done = csv_parse(&parser_, line.data(), line.size(), on_value, on_row, this);
    throw_what_was_thrown();
    return done == line.size();
  }
  bool finish(const Take& take) {
    take_ = &take;
    const int result = csv_fini(&parser_, on_value, on_row, this);
    throw_what_was_thrown();
    return result == 0;
  }
  std::uint64_t begin() const { return begin_; }
  void restart() {
    csv_free(&parser_);
    start();
  }

 private:
  void start() {
    if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI) != 0) throw std::bad_alloc();
    separate_by(separator_);
    values_.clear();
    inside_ = false;
    size_ = 0;
  }
  // A C library in between: what the callbacks threw is thrown on here.
  void throw_what_was_thrown() {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    if (csv_error(&parser_) == CSV_ENOMEM) throw std::bad_alloc();
  }
  static void on_value(void* bytes, std::size_t size, void* self) {
    auto& rows = *static_cast<Rows*>(self);
    if (rows.thrown_) return;
    try {
      if (rows.values_.size() <= kMaxColumns)
        rows.values_.emplace_back(static_cast<const char*>(bytes), size);
    } catch (...) {
      rows.thrown_ = std::current_exception();
    }
  }
  static void on_row(int, void* self) {
    auto& rows = *static_cast<Rows*>(self);
    if (!rows.thrown_) {
      try {
        (*rows.take_)(rows.begin_, rows.values_);
      } catch (...) {
        rows.thrown_ = std::current_exception();
      }
    }
    rows.values_.clear();
    rows.inside_ = false;
    rows.size_ = 0;
  }

  csv_parser parser_{};
  char separator_ = ',';
  std::vector<std::string> values_;
  bool inside_ = false;
  std::size_t size_ = 0;
  std::uint64_t begin_ = 1;
  const Take* take_ = nullptr;
  std::exception_ptr thrown_;
};

char separator_of(std::string_view header) {
  bool quoted = false;
  std::size_t commas = 0, semicolons = 0, tabs = 0;
  for (const char c : header) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    commas += c == ',';
    semicolons += c == ';';
    tabs += c == '\t';
  }
  if (commas > 0 || semicolons + tabs == 0) return ',';
  return semicolons >= tabs ? ';' : '\t';
}

}  // namespace

void read_csv_rows(Source& source, const CsvTaker& taker) {
  Rows rows;
  bool has_header = false;
  const Rows::Take take = [&](std::uint64_t line, std::vector<std::string>& values) {
    const auto has_nul = [](const std::string& value) {
      return value.find('\0') != std::string::npos;
    };
    if (std::any_of(values.begin(), values.end(), has_nul)) {
      if (has_header) return taker.broken(line, "the row holds a NUL character");
      throw Error(Code::invalid, "the header holds a NUL character; nothing was imported",
                  "line " + std::to_string(line));
    }
    if (!has_header && values.size() > kMaxColumns) {
      throw Error(Code::invalid, "there are more than 20,000 columns; nothing was imported",
                  "line " + std::to_string(line));
    }
    has_header = true;
    taker.row(line, values);
  };
  TextLines lines(source);
  const auto broken = [&] {
    if (!has_header) {
      throw Error(Code::invalid, "the header breaks the rules of quoting; nothing was imported",
                  "line 1");
    }
    std::string what(kBroken);
    if (lines.number() > rows.begin()) {
      what += "; lines " + std::to_string(rows.begin()) + " to " + std::to_string(lines.number()) +
              " were read as one row, and nothing of them came in";
    }
    taker.broken(rows.begin(), std::move(what));
    rows.restart();
  };
  bool separated = false;
  for (std::string_view line; lines.next(line);) {
    if (!separated && line.find_first_not_of(" \t\r\n") != std::string_view::npos) {
      rows.separate_by(separator_of(line));
      separated = true;
    }
    if (!rows.feed(line, lines.number(), take)) broken();
  }
  if (!rows.finish(take)) broken();
  if (!has_header) throw Error(Code::invalid, "there is no header line; nothing was imported");
}

}  // namespace depone
