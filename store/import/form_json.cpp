#include "store/import/form_json.h"

#include <algorithm>

#include "crypto/error.h"

namespace depone {

namespace {

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : dump_json(value);
}

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool is_geometry(const Json& value) {
  return value.contains("type") && value.contains("coordinates") &&
         value.at("coordinates").is_array();
}

bool is_list_of_objects(const Json& value) {
  return !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const Json& one) { return one.is_object(); });
}

class Answers {
 public:
  static FormAnswers of(const Json& object, const std::string& repeat = "") {
    FormAnswers answers;
    Answers(answers, repeat).group(object, "");
    return answers;
  }

 private:
  Answers(FormAnswers& into, const std::string& repeat) : into_(into), repeat_(repeat) {}

  void put(const std::string& name, std::string text) {
    if (!text.empty()) into_.values.emplace_back(name, std::move(text));
  }

  void geometry(const Json& value, const std::string& name) {
    const Json& at = value.at("coordinates");
    if (value.at("type") != "Point" || at.size() < 2) return put(name, dump_json(at));
    const auto number = [&](const char* part, const Json& one) {
      if (one.is_number()) put(name + part, dump_json(one));
    };
    number("/Latitude", at[1]);  // GeoJSON has the longitude first
    number("/Longitude", at[0]);
    if (at.size() > 2) number("/Altitude", at[2]);
    if (value.contains("properties") && value.at("properties").is_object() &&
        value.at("properties").contains("accuracy")) {
      number("/Accuracy", value.at("properties").at("accuracy"));
    }
  }

  void group(const Json& object, const std::string& prefix) {
    for (const auto& [key, value] : object.items()) {
      if (key.find("@odata.") != std::string::npos) continue;
      std::string name = prefix + form_name(key);
      // Within a repeat Kobo gives the whole path again.
      if (!repeat_.empty() && name.starts_with(repeat_ + "/")) name.erase(0, repeat_.size() + 1);
      answer(value, name);
    }
  }

  void answer(const Json& value, const std::string& name) {
    if (value.is_null()) return;
    if (value.is_object()) {
      if (is_geometry(value)) return geometry(value, name);
      return group(value, name + "/");
    }
    if (!value.is_array()) return put(name, text_of(value));
    if (is_list_of_objects(value)) {
      std::vector<FormAnswers> rows;
      const std::string whole = repeat_.empty() ? name : repeat_ + "/" + name;
      for (const Json& row : value) rows.push_back(of(row, whole));
      into_.repeats.emplace_back(name, std::move(rows));
      return;
    }
    std::string texts;
    for (const Json& one : value) {
      if (!one.is_null()) texts += (texts.empty() ? "" : " ") + text_of(one);
    }
    put(name, texts);
  }

  FormAnswers& into_;
  const std::string& repeat_;
};

std::vector<std::string> files_of(const Json& object) {
  std::vector<std::string> files;
  const auto attachments = object.find("_attachments");
  if (attachments == object.end() || !attachments->is_array()) return files;
  for (const Json& one : *attachments) {
    if (!one.is_object()) continue;
    std::string name = text_at(one, "media_file_basename");
    if (name.empty()) name = text_at(one, "filename");
    name = name.substr(name.rfind('/') + 1);
    const bool deleted = one.contains("is_deleted") && one.at("is_deleted") == true;
    if (!name.empty() && !deleted) files.push_back(std::move(name));
  }
  return files;
}

const Json& list_in(const Json& document) {
  if (document.is_array()) return document;
  for (const char* key : {"value", "results"}) {
    const auto found = document.find(key);
    if (found != document.end() && found->is_array()) return *found;
  }
  throw Error(Code::invalid,
              "this JSON is neither records nor a form's submissions (\"value\" of ODK Central, "
              "\"results\" of KoboToolbox); nothing was imported");
}

bool is_odk(const Json& document, const Json& list) {
  if (document.is_object() && document.contains("value")) return true;
  return !list.empty() && list[0].is_object() && list[0].contains("__id");
}

}  // namespace

bool is_form_json(const Json& document) {
  if (document.is_object()) {
    const bool odk = document.contains("value") && document.at("value").is_array();
    return odk || (document.contains("results") && document.at("results").is_array());
  }
  if (!document.is_array() || document.empty() || !document[0].is_object()) return false;
  return document[0].contains("__id") || document[0].contains("_uuid") ||
         document[0].contains("_submission_time");
}

FormSubmission submission_of_json(const Json& object) {
  FormSubmission submission;
  Json answers = object;
  submission.files = files_of(object);
  answers.erase("_attachments");
  submission.id = text_at(object, "__id");
  if (submission.id.empty()) submission.id = text_at(object, "meta/instanceID");
  if (submission.id.empty() && !text_at(object, "_uuid").empty())
    submission.id = "uuid:" + text_at(object, "_uuid");
  submission.answers = Answers::of(answers);
  return submission;
}

FormExport submissions_of_json(const Json& document) {
  FormExport out;
  const Json& list = list_in(document);
  out.from = is_odk(document, list) ? "odk" : is_form_json(document) ? "kobo" : "json";
  std::uint64_t number = 0;
  bool lacks_repeats = false;
  for (const Json& object : list) {
    ++number;
    if (!object.is_object()) {
      add_error(out.errors, {number, "", "this is no object"});
      continue;
    }
    for (const auto& [key, value] : object.items()) {
      constexpr std::string_view kLink = "@odata.navigationLink";
      if (key.ends_with(kLink))
        lacks_repeats |= !object.contains(key.substr(0, key.size() - kLink.size()));
    }
    out.submissions.push_back(submission_of_json(object));
    if (out.submissions.back().id.empty()) out.submissions.back().line = number;
  }
  if (lacks_repeats) {
    out.warnings.push_back({0, "",
                            "the repeats are not in this file, only links to them: ask ODK Central "
                            "for it with ?$expand=*"});
  }
  const auto more = [&](const char* key) {
    return document.is_object() && document.contains(key) && !document.at(key).is_null();
  };
  if (more("@odata.nextLink") || more("next")) {
    out.warnings.push_back({0, "", "this file is one page of several: import the others as well"});
  }
  return out;
}

}  // namespace depone
