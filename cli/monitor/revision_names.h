#pragma once

#include <string>

#include "cli/context.h"
#include "store/records/history.h"

namespace depone::cli {

// The beginning of a revision's or bundle's id, enough for people.
std::string short_id(const std::string& id);

// "monitor-1 (you)", "desk-2", or what is known of a key that no roster here names.
std::string author_text(const Author& author);

// One line about a revision: id, time, author, what was done.
void print_revision_line(Context& context, const HistoryEntry& entry);

Json author_json(const Author& author);

}  // namespace depone::cli
