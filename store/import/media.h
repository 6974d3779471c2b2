#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "crypto/io.h"

namespace depone {

// The files that belong to an import: the media/ of ODK Central's ZIP, KoboToolbox's ZIP of
// attachments, or a directory with either's content.
class ImportMediaBox {
 public:
  virtual ~ImportMediaBox() = default;

  struct Found {
    std::string path;        // "": there is none
    std::uint64_t size = 0;  // as the archive or directory says it
    bool several = false;    // there are several, and none can be told to be the one
  };
  // The file that a submission calls so: by its whole path; else by its last part, of several the
  // one in a directory named by the submission's id.
  virtual Found find(std::string_view submission, const std::string& name) = 0;
  // Files that no find() has given.
  virtual std::uint64_t not_asked_for() const { return 0; }

  // Reads these, in its own order. What `take` throws ends it.
  using Take = std::function<void(const std::string& path, Source& content)>;
  virtual void read(const std::set<std::string>& paths, const Take& take) = 0;
};

// A ZIP or a directory; symbolic links below it are not followed. Code::not_found, invalid.
std::unique_ptr<ImportMediaBox> open_media(const std::filesystem::path& path);
// A directory whose files are asked for by their paths alone: it is not listed.
std::unique_ptr<ImportMediaBox> open_media_beside(const std::filesystem::path& directory);

}  // namespace depone
