#include "store/records/content_reader.h"

#include <algorithm>
#include <array>

#include "crypto/age/stream.h"
#include "crypto/error.h"
#include "crypto/hash.h"
#include "store/file.h"

namespace depone {

namespace {

// Decrypts, cuts the padding off and holds the content to its hash before the last byte is given
// out.
class ContentReader : public Source {
 public:
  explicit ContentReader(ContentFile file)
      : what_(std::move(file)), file_(what_.path), payload_(what_.key, file_), left_(what_.size) {}

  std::size_t read(std::span<std::uint8_t> into) override {
    if (left_ == 0) {
      check_hash();
      return 0;
    }
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
    const std::size_t got = read_payload(into.first(wanted));
    if (got == 0 && wanted != 0) damaged("it is too short");
    hash_.update(into.first(got));
    left_ -= got;
    if (left_ == 0) check_hash();
    return got;
  }

  void check_padding() {
    std::array<std::uint8_t, 64u << 10> buffer;
    while (const std::size_t got = read_payload(buffer)) {
      if (std::any_of(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got),
                      [](std::uint8_t byte) { return byte != 0; })) {
        damaged("its padding is not zeros");
      }
    }
  }

 private:
  std::size_t read_payload(std::span<std::uint8_t> into) {
    try {
      return payload_.read(into);
    } catch (const Error& error) {
      if (error.code() != Code::malformed) throw;
      damaged("its encrypted file does not authenticate");
    }
  }

  void check_hash() {
    if (checked_) return;
    checked_ = true;
    if (hex(hash_.finish()) != what_.sha256) damaged("its hash does not hold");
  }

  [[noreturn]] void damaged(const std::string& why) const {
    throw Error(Code::damaged,
                "an attachment in the vault is damaged: " + why + "; it was left as it is",
                what_.sha256);
  }

  ContentFile what_;
  FileSource file_;
  age::PayloadReader payload_;
  Sha256Hasher hash_;
  std::uint64_t left_;
  bool checked_ = false;
};

std::unique_ptr<ContentReader> open_reader(ContentFile file) {
  const std::string sha256 = file.sha256;
  try {
    return std::make_unique<ContentReader>(std::move(file));
  } catch (const Error& error) {
    if (error.code() != Code::not_found && error.code() != Code::malformed) throw;
    throw Error(Code::damaged,
                "the file of an attachment is missing or damaged; the rest of the vault is not hit",
                sha256);
  }
}

}  // namespace

std::unique_ptr<Source> read_content(ContentFile file) { return open_reader(std::move(file)); }

void check_content(ContentFile file) {
  const auto reader = open_reader(std::move(file));
  NullSink nowhere;
  copy(*reader, nowhere);
  reader->check_padding();
}

}  // namespace depone
