#include "cli/relay/roster_change.h"

#include "cli/output.h"

namespace depone::cli {

void tell_change(Context& context, const std::string& directory, const relay::RosterChange& change,
                 const std::string& what, Json fields) {
  if (context.json) {
    fields["roster"] = change.version;
    fields["published"] = change.published;
    fields["unsigned"] = change.published ? Json(nullptr) : Json(change.unsigned_roster.string());
    print_json(context, fields);
    return;
  }
  if (change.published) {
    context.out << what << "; roster version " << change.version << ".\n";
    return;
  }
  context.out << what << " in roster version " << change.version
              << ", which counts once the authority has signed it. Carry the directory "
              << printable(change.unsigned_roster.parent_path().string())
              << " to the machine that has the key, and there:\n"
                 "  depone-relay roster sign roster-unsigned/roster.json --key authority.key\n"
                 "Bring the directory back in its place, and here:\n  depone-relay roster publish "
              << printable(directory) << '\n';
}

}  // namespace depone::cli
