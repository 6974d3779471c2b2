#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cli/interview/plan.h"

namespace depone::cli {

// One question. `path` names it, and the field that it asks for: "title", "acts" (which acts there
// are), "acts.1.type", "source.identity" (whether to go through it).
struct Place {
  const Section* section = nullptr;  // null: the end, where all is looked over
  std::size_t number = 0;            // of the section, from 1
  const Step* step = nullptr;
  std::string path;
  bool inside = false;  // a question of an element or of a group
};

// The way through an interview: from question to question, forward and back. Which questions there
// are depends on the answers so far, so each step is told the fields as they are then.
class Course {
 public:
  // Without `identity`, who the source is, is not asked for.
  Course(std::string_view kind, bool identity);

  const Place& here() const { return places_[at_]; }
  bool at_end() const { return here().step == nullptr; }
  std::size_t sections() const { return plan_.size(); }

  // To a question by its path ("": the first), or the one nearest to where it would be.
  void go_to(std::string_view path, const FieldMap& fields);
  void to_end(const FieldMap& fields);
  void next(const FieldMap& fields);  // inside an element, after its last question: to its list
  void past(const FieldMap& fields);  // over what is inside this list or group
  void back(const FieldMap& fields);
  // Into an element ("acts.1") of the list, or the group, that is asked about here.
  void enter(std::string_view what, const FieldMap& fields);

 private:
  void look(const FieldMap& fields);
  void add_inside(Place place, const FieldMap& fields);
  bool find(std::string_view path);
  const std::vector<Section>& plan_;
  bool identity_;
  std::string open_;  // the element or group whose questions are in places_
  std::vector<Place> places_;
  std::size_t at_ = 0;
};

}  // namespace depone::cli
