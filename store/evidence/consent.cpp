#include <algorithm>

#include "store/evidence/evidence.h"

namespace depone {

namespace {

std::string_view text_at(const FieldMap& fields, std::string_view path) {
  const auto found = fields.find(path);
  if (found == fields.end() || !found->second.is_string()) return "";
  return found->second.get_ref<const std::string&>();
}

// The paths that begin with a prefix stand together: [first, last).
auto below(const FieldMap& fields, std::string_view prefix) {
  return std::find_if(fields.begin(), fields.end(),
                      [&](const auto& field) { return field.first.starts_with(prefix); });
}

bool has_below(const FieldMap& fields, std::string_view prefix) {
  return below(fields, prefix) != fields.end();
}

std::vector<std::string_view> texts_below(const FieldMap& fields, std::string_view prefix) {
  std::vector<std::string_view> texts;
  for (auto at = below(fields, prefix); at != fields.end() && at->first.starts_with(prefix); ++at) {
    if (at->second.is_string()) texts.push_back(at->second.get_ref<const std::string&>());
  }
  return texts;
}

bool names(const std::vector<std::string_view>& classes, std::string_view wanted) {
  return std::find(classes.begin(), classes.end(), wanted) != classes.end();
}

std::string in_words(const std::vector<std::string_view>& classes) {
  if (classes.empty()) return "nobody";
  std::string text;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (i > 0) text += i + 1 == classes.size() ? " and " : ", ";
    text += classes[i];
  }
  return text;
}

// Whether the whole of the day, month or year is over.
bool is_over(std::string_view until, Time now) {
  return now.text().substr(0, until.size()) > until;
}

ConsentVerdict refused(std::string reason) { return {false, false, std::move(reason)}; }

ConsentVerdict by_consent(const FieldMap& fields, std::string_view member_class, Time now) {
  const std::string_view status = text_at(fields, "consent.status");
  // As is_withdrawn() of store/records/withdraw.h has it, text in the place of the fields too.
  if (status == "withdrawn" || fields.contains("consent.withdrawn") ||
      has_below(fields, "consent.withdrawn.")) {
    return refused("the source has withdrawn consent");
  }
  if (status == "refused") return refused("the source refused consent");
  if (status == "not asked") return refused("the source was not asked for consent");
  if (status != "given") return refused("it does not say whether the source gave consent");
  if (const auto until = fields.find("consent.until"); until != fields.end()) {
    // A value that is no date is not taken for consent without an end.
    if (!is_date(until->second)) return refused("the end of the source's consent can't be read");
    const auto& date = until->second.at("date").get_ref<const std::string&>();
    if (is_over(date, now)) return refused("the source's consent ended with " + date);
  }
  const auto share = texts_below(fields, "consent.share.");
  if (!names(share, member_class)) {
    return refused("the source's consent names " + in_words(share) + ", not " +
                   std::string(member_class));
  }
  const auto identity = texts_below(fields, "consent.identity.");
  if (!names(identity, member_class)) {
    return {true, false,
            "the source's consent lets " + in_words(identity) + " read who the source is, not " +
                std::string(member_class)};
  }
  return {true, true, ""};
}

ConsentVerdict by_confidentiality(const FieldMap& fields, std::string_view member_class) {
  const std::string_view level = text_at(fields, "confidentiality");
  if (level == "public") return {true, true, ""};
  if (level == "members" || !fields.contains("confidentiality")) {
    if (member_class != "public") return {true, true, ""};
    return refused("the report is for members, not for the public");
  }
  // `desk`, and anything that is not known here.
  if (member_class == "desk") return {true, true, ""};
  return refused("the report is for desks only, not for " + std::string(member_class));
}

}  // namespace

ConsentVerdict may_read(std::string_view kind, const FieldMap& fields,
                        std::string_view member_class, Time now) {
  if (kind == "testimony") return by_consent(fields, member_class, now);
  if (kind == "incident") return by_confidentiality(fields, member_class);
  return refused("it is of a kind that this program does not know");
}

bool holds_identity(std::string_view kind, const FieldMap& fields) {
  static_cast<void>(kind);
  if (has_below(fields, "source.identity")) return true;
  for (auto at = below(fields, "attachments.");
       at != fields.end() && at->first.starts_with("attachments."); ++at) {
    const std::string attachment = at->first.substr(0, at->first.find('.', 12));
    const auto identifies = fields.find(attachment + ".identifies");
    if (identifies == fields.end() || identifies->second != false) return true;
  }
  return false;
}

}  // namespace depone
