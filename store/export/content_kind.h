#pragma once

#include <filesystem>
#include <string>

namespace depone {

// What a file is by its content, not by its name: a photograph that is called notes.txt is a
// photograph.
struct ContentKind {
  std::string ending;          // as a tool that goes by names needs it: "jpg"; "" where not known
  bool is_plain_text = false;  // UTF-8 without anything beside the text: no metadata to remove
};
// `name`: its ending decides only between formats that begin alike (ZIP, Ogg, XML, text).
ContentKind kind_of_content(const std::filesystem::path& file, const std::string& name);

// The ending of a name as it may stand in a file name: "jpg", "tar"; "bin" where there is no usable
// one.
std::string safe_ending(const std::string& name);

}  // namespace depone
