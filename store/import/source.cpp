#include "store/import/source.h"

#include <poll.h>

#include <algorithm>

#include "crypto/error.h"
#include "store/import/text_encoding.h"
#include "store/import/zip.h"

namespace depone {

namespace {

constexpr std::size_t kPeek = 64u << 10;
constexpr int kLookMs = 200;

bool begins_document(std::string_view line, bool is_whole_line) {
  if (line.starts_with('[')) return true;
  for (const char* key : {"@odata.context", "value", "count", "next", "previous", "results"}) {
    const std::string quoted = "\"" + std::string(key) + "\"";
    if (line.starts_with("{" + quoted) || line.starts_with("{ " + quoted)) return true;
  }
  // A line that goes on is no line of JSON lines.
  return is_whole_line && !line.ends_with('}');
}

}  // namespace

ImportSource::ImportSource(const std::string& name, const ImportProgress& progress)
    : file_(name == "-" ? "/dev/stdin" : name, true),
      progress_(progress),
      size_(file_.size()),
      beginning_(kPeek) {
  beginning_.resize(read_full(file_, beginning_));
  rest_ = beginning_;
}

std::string_view ImportSource::first_line() const {
  std::string_view text = as_text(beginning_);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return "";
  text.remove_prefix(start);
  return text.substr(0, text.find_first_of("\r\n"));
}

ImportSource::Form ImportSource::form() const {
  if (is_zip(beginning_)) return Form::zip;
  const std::string_view begins = as_text(beginning_);
  if (begins.starts_with("\xff\xfe") || begins.starts_with("\xfe\xff"))
    throw_not_utf8(beginning_, "line 1");
  const std::string_view line = first_line();
  if (!line.starts_with('{') && !line.starts_with('[')) return Form::table;
  const bool is_whole_line = line.size() + 8 < beginning_.size() || beginning_.size() < kPeek;
  return begins_document(line, is_whole_line) ? Form::document : Form::lines;
}

std::size_t ImportSource::read(std::span<std::uint8_t> into) {
  std::size_t got = std::min(into.size(), rest_.size());
  if (got > 0) {
    std::copy_n(rest_.begin(), got, into.begin());
    rest_ = rest_.subspan(got);
  } else if (wait()) {
    got = file_.read(into);
  }
  done_ += got;
  if (std::this_thread::get_id() == owner_) report();
  return got;
}

// Until a pipe has something, or its end; false where nobody wants it any more.
bool ImportSource::wait() const {
  pollfd at{file_.fd(), POLLIN, 0};
  while (!stopped_) {
    if (is_regular() || ::poll(&at, 1, kLookMs) != 0) return true;
  }
  return false;
}

void ImportSource::report() {
  const std::uint64_t done = done_;
  if (!progress_ || done == reported_) return;
  reported_ = done;
  progress_("reading", done, size_, true);
}

std::size_t BoundedSource::read(std::span<std::uint8_t> into) {
  const std::size_t got = source_.read(into);
  if (got > left_) {
    throw Error(Code::invalid,
                "the tables of the export are larger than 128 MiB: export fewer submissions at a "
                "time; nothing was imported");
  }
  left_ -= got;
  return got;
}

}  // namespace depone
