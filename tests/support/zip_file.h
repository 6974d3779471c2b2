#pragma once

#include <archive.h>
#include <archive_entry.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace depone::testing {

// A ZIP with these files, as other programs write one. A name that begins with "->" makes a
// symbolic link of that name, to its content.
inline void write_zip(const std::filesystem::path& path,
                      const std::vector<std::pair<std::string, std::string>>& files) {
  archive* const zip = archive_write_new();
  archive_write_set_format_zip(zip);
  if (archive_write_open_filename(zip, path.c_str()) != ARCHIVE_OK)
    throw std::runtime_error("the test's ZIP could not be written");
  for (const auto& [name, content] : files) {
    archive_entry* const entry = archive_entry_new();
    const bool link = name.starts_with("->");
    archive_entry_set_pathname(entry, link ? name.c_str() + 2 : name.c_str());
    archive_entry_set_filetype(entry, link ? AE_IFLNK : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    if (link)
      archive_entry_set_symlink(entry, content.c_str());
    else
      archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_write_header(zip, entry);
    if (!link) archive_write_data(zip, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(zip);
  archive_write_free(zip);
}

}  // namespace depone::testing
