#include "store/import_csv.h"

#include <csv.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <new>
#include <utility>

#include "crypto/error.h"
#include "store/csv_fields.h"

namespace depone {

namespace {

constexpr std::size_t kMaxRow = 32u << 20;
constexpr std::size_t kMaxColumns = 1000;
constexpr std::size_t kMaxMap = 1u << 20;

// libcsv takes a file apart. It is given one line at a time, so that a row's line is known.
class Rows {
 public:
  Rows() { start(); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows() { csv_free(&parser_); }

  using Take = std::function<void(std::uint64_t line, std::vector<std::string>& values)>;

  // False where the line breaks the rules of quoting; what came before in its row is forgotten
  // then.
  bool feed(std::string_view line, std::uint64_t number, const Take& take) {
    if (!inside_) {
      if (line.find_first_not_of(" \t\r\n") == std::string_view::npos) return true;
      begin_ = number;
      inside_ = true;
    }
    size_ += line.size();
    if (size_ > kMaxRow) {
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
  std::vector<std::string> values_;
  bool inside_ = false;
  std::size_t size_ = 0;
  std::uint64_t begin_ = 1;
  const Take* take_ = nullptr;
  std::exception_ptr thrown_;
};

// The physical lines of a source, each with its LF.
class Lines {
 public:
  explicit Lines(Source& source) : source_(source), buffer_(1u << 16) {}
  // False at the end.
  bool next(std::string& line) {
    line.clear();
    while (true) {
      if (at_ == end_) {
        end_ = source_.read(buffer_);
        at_ = 0;
        if (end_ == 0) return !line.empty();
      }
      const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
      const auto to = buffer_.begin() + static_cast<std::ptrdiff_t>(end_);
      const auto feed = std::find(from, to, std::uint8_t{'\n'});
      const auto stop = feed == to ? to : feed + 1;
      line.append(from, stop);
      at_ = static_cast<std::size_t>(stop - buffer_.begin());
      if (feed != to) return true;
      if (line.size() > kMaxRow)
        throw Error(Code::invalid, "a line is larger than 32 MiB; nothing was imported");
    }
  }

 private:
  Source& source_;
  Bytes buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
};

// Takes rows as they come: the header first, then the records.
class Importer {
 public:
  Importer(std::string_view kind, const CsvMap& map, const std::function<void(CsvRow)>& row)
      : kind_(kind), map_(map), row_(row) {}

  void take(std::uint64_t line, std::vector<std::string>& values) {
    if (!plan_) {
      plan_ = std::make_unique<ColumnPlan>(kind_, map_, values);
      return;
    }
    if (values.size() != plan_->columns()) {
      refuse(line, "the row has " + std::to_string(values.size()) +
                       " values where the header has " + std::to_string(plan_->columns()));
      return;
    }
    const auto has_nul = [](const std::string& value) {
      return value.find('\0') != std::string::npos;
    };
    if (std::any_of(values.begin(), values.end(), has_nul))
      return refuse(line, "the row holds a NUL character");
    CsvRow row{line, {}, {}};
    try {
      plan_->fill(row, values);
    } catch (const Error& error) {
      return refuse(line, error.what());
    }
    row_(std::move(row));
  }
  void refuse(std::uint64_t line, std::string message) {
    errors_.push_back({line, std::move(message)});
  }
  bool has_header() const { return plan_ != nullptr; }
  std::vector<CsvError> errors() { return std::move(errors_); }

 private:
  std::string_view kind_;
  const CsvMap& map_;
  const std::function<void(CsvRow)>& row_;
  std::unique_ptr<ColumnPlan> plan_;
  std::vector<CsvError> errors_;
};

constexpr std::string_view kBroken =
    "the row breaks the rules of quoting: a quote is missing, or one is too many";

}  // namespace

CsvMap built_in_map() {
  return {{"id", {"reference", ""}},
          {"city", {"place.name", ""}},
          {"state", {"place.name", ""}},
          {"date", {"dates.initial", ""}},
          {"title", {"title", ""}},
          {"description", {"description", ""}},
          {"tags", {"tags", ";"}},
          {"latitude", {"place.latitude", ""}},
          {"longitude", {"place.longitude", ""}},
          {"links", {"links", " "}}};
}

CsvMap parse_csv_map(std::string_view json) {
  const auto refuse = [](const std::string& column) -> Error {
    return {
        Code::invalid,
        R"(a map is {"column": "path"}, {"column": {"path": "tags", "split": ";"}} or {"column": null}; nothing was imported)",
        column.empty() ? "" : "column " + column};
  };
  Json value;
  try {
    value = parse_json(json, "map", kMaxMap);
  } catch (const Error& error) {
    throw Error(Code::invalid, error.message() + "; nothing was imported", error.context());
  }
  if (!value.is_object()) throw refuse("");
  CsvMap map;
  for (const auto& [column, target] : value.items()) {
    if (target.is_null()) {
      map.push_back({column, {}});
    } else if (target.is_string()) {
      map.push_back({column, {target.get<std::string>(), ""}});
    } else {
      const bool has_split = target.is_object() && target.contains("split");
      if (!target.is_object() || !target.contains("path") ||
          target.size() != (has_split ? 2u : 1u) || !target.at("path").is_string() ||
          (has_split && !target.at("split").is_string())) {
        throw refuse(column);
      }
      map.push_back({column,
                     {target.at("path").get<std::string>(),
                      has_split ? target.at("split").get<std::string>() : ""}});
    }
    if (!target.is_null() && map.back().second.path.empty()) throw refuse(column);
  }
  return map;
}

std::vector<CsvError> read_csv(Source& source, std::string_view kind, const CsvMap& map,
                               const std::function<void(CsvRow)>& row) {
  Importer importer(kind, map, row);
  Rows rows;
  const Rows::Take take = [&](std::uint64_t line, std::vector<std::string>& values) {
    importer.take(line, values);
  };
  const auto broken = [&] {
    if (!importer.has_header()) {
      throw Error(Code::invalid, "the header breaks the rules of quoting; nothing was imported",
                  "line 1");
    }
    importer.refuse(rows.begin(), std::string(kBroken));
    rows.restart();
  };
  Lines lines(source);
  std::string line;
  for (std::uint64_t number = 1; lines.next(line); ++number) {
    std::string_view text = line;
    if (!is_utf8(as_bytes(text))) {
      throw Error(Code::invalid,
                  "the file is not UTF-8: save it as UTF-8 and run it again; nothing was imported",
                  "line " + std::to_string(number));
    }
    if (number == 1 && text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (!rows.feed(text, number, take)) broken();
  }
  if (!rows.finish(take)) broken();
  if (!importer.has_header())
    throw Error(Code::invalid, "there is no header line; nothing was imported");
  return importer.errors();
}

}  // namespace depone
