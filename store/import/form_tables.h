#pragma once

#include <string>
#include <vector>

#include "crypto/io.h"
#include "store/import/form.h"

namespace depone {

// A form's submissions from tables: ODK Central's export (the form's own table, and one for each
// repeat, linked by KEY and PARENT_KEY) or KoboToolbox's (one table).

struct FormTable {
  std::string name;  // of the file
  std::vector<std::string> header;
  struct Row {
    std::uint64_t line;
    std::vector<std::string> values;
  };
  std::vector<Row> rows;
  std::vector<ImportIssue> errors;  // rows that can't be read

  bool has(std::string_view column) const;
};
// What the tables of an export may take of memory together: a cell takes more there than in the
// file, an empty one too.
inline constexpr std::uint64_t kMaxTableMemory = 512u << 20;
// `memory`: what is left of it. Code::invalid, with the table's name, for what read_csv_rows
// refuses and for more than that.
FormTable read_form_table(Source& source, const std::string& name, std::uint64_t& memory);

bool is_form_header(const std::vector<std::string>& header);  // of ODK's or Kobo's main table

struct FormExport {
  std::string from;  // odk, kobo, json
  std::vector<FormSubmission> submissions;
  std::vector<ImportIssue> errors;
  std::vector<ImportIssue> warnings;
};
// Code::invalid where no table, or more than one, is the form's own.
FormExport submissions_of_tables(std::vector<FormTable> tables);

}  // namespace depone
