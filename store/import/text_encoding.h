#pragma once

#include <string>

#include "crypto/bytes.h"

namespace depone {

// What a text that should be UTF-8 is instead, as far as a sample of it tells: "UTF-16",
// "windows-1252" …, by its byte-order mark, its zero bytes, or ICU's detector; "" where nothing
// fits. A guess, for messages.
std::string encoding_of(ByteView sample);

// The refusal of a text that is not UTF-8: names what it looks like, and what to do. Code::invalid.
[[noreturn]] void throw_not_utf8(ByteView sample, const std::string& place);

}  // namespace depone
