#include "store/import/text_encoding.h"

#include <unicode/ucsdet.h>

#include <algorithm>
#include <memory>

#include "crypto/error.h"

namespace depone {

namespace {

constexpr std::int32_t kSample = 1 << 16;
constexpr std::int32_t kConfident = 20;  // of 100

bool starts_with(ByteView sample, std::initializer_list<std::uint8_t> mark) {
  return sample.size() >= mark.size() && std::equal(mark.begin(), mark.end(), sample.begin());
}

// Latin text in UTF-16 is every other byte zero.
bool is_half_zeros(ByteView sample) {
  const auto zeros = std::count(sample.begin(), sample.end(), std::uint8_t{0});
  return sample.size() >= 8 && static_cast<std::size_t>(zeros) * 3 >= sample.size();
}

std::string by_detector(ByteView sample) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)> detector(ucsdet_open(&status),
                                                                            &ucsdet_close);
  const auto size = std::min<std::size_t>(sample.size(), kSample);
  ucsdet_setText(detector.get(), reinterpret_cast<const char*>(sample.data()),
                 static_cast<std::int32_t>(size), &status);
  const UCharsetMatch* const match = ucsdet_detect(detector.get(), &status);
  if (U_FAILURE(status) || match == nullptr) return "";
  if (ucsdet_getConfidence(match, &status) < kConfident) return "";
  const char* const name = ucsdet_getName(match, &status);
  if (U_FAILURE(status) || name == nullptr || std::string_view(name) == "UTF-8") return "";
  return name;
}

}  // namespace

std::string encoding_of(ByteView sample) {
  if (starts_with(sample, {0xff, 0xfe, 0, 0}) || starts_with(sample, {0, 0, 0xfe, 0xff}))
    return "UTF-32";
  if (starts_with(sample, {0xff, 0xfe}) || starts_with(sample, {0xfe, 0xff})) return "UTF-16";
  if (is_half_zeros(sample)) return "UTF-16";
  return by_detector(sample);
}

void throw_not_utf8(ByteView sample, const std::string& place) {
  const std::string found = encoding_of(sample);
  std::string message = "the file is not UTF-8";
  if (found.empty()) {
    message += ": save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\") and run it again";
  } else {
    message += "; it looks like " + found +
               ": save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\"), or give what `iconv -f " +
               found + " -t UTF-8 FILE` writes to `depone import -`";
  }
  throw Error(Code::invalid, message + ". Nothing was imported", place);
}

}  // namespace depone
