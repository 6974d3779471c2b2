#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "crypto/io.h"

namespace depone {

// The rows of a CSV (RFC 4180, UTF-8, quoted line breaks), through libcsv. The separator is the
// comma, or a semicolon or tab where the header has no comma outside quotes but one of these:
// spreadsheets of many countries and KoboToolbox write semicolons.

struct CsvTaker {
  // The header comes first. `line`: where the row begins, from 1.
  std::function<void(std::uint64_t line, std::vector<std::string>& values)> row;
  // A row that breaks the rules of quoting, or holds a NUL; reading goes on behind it.
  std::function<void(std::uint64_t line, std::string message)> broken;
};
// Code::invalid for a text that is not UTF-8, has no header, a header of broken quoting, or a row
// larger than 32 MiB.
void read_csv_rows(Source& source, const CsvTaker& taker);

}  // namespace depone
