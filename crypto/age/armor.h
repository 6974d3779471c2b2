#pragma once

#include <memory>

#include "crypto/io.h"

namespace depone::age {

// ASCII armor (C2SP age, "ASCII armor"): RFC 7468 with its strict encoding, 64 columns, label "AGE
// ENCRYPTED FILE".
class ArmorReader : public Source {
 public:
  explicit ArmorReader(Source& in);
  ~ArmorReader() override;
  std::size_t read(std::span<std::uint8_t> into) override;  // Code::malformed, context "armor"

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace depone::age
