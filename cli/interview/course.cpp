#include "cli/interview/course.h"

#include <algorithm>

#include "store/evidence/evidence.h"

namespace depone::cli {

namespace {

bool is_below(std::string_view path, std::string_view above) {
  return path.size() > above.size() && path.starts_with(above) && path[above.size()] == '.';
}

// "acts.1" of "acts.1.type".
std::string element_of(std::string_view list, std::string_view path) {
  return std::string(path.substr(0, path.find('.', list.size() + 1)));
}

}  // namespace

Course::Course(std::string_view kind, bool identity) : plan_(plan_of(kind)), identity_(identity) {
  look({});
}

void Course::look(const FieldMap& fields) {
  places_.clear();
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    for (const Step& step : plan_[i].steps) {
      if (step.wanted != nullptr && !step.wanted(fields)) continue;
      if (!identity_ && is_protected(step.path)) continue;
      Place place{&plan_[i], i + 1, &step, std::string(step.path)};
      places_.push_back(place);
      place.inside = true;
      add_inside(std::move(place), fields);
    }
  }
  places_.push_back({nullptr, plan_.size() + 1, nullptr, "review"});
  at_ = std::min(at_, places_.size() - 1);
}

void Course::add_inside(Place place, const FieldMap& fields) {
  const Step& step = *place.step;
  if (step.ask == Ask::group && open_ == step.path) {
    for (const std::string_view field : step.fields) {
      place.path = field;
      places_.push_back(place);
    }
  }
  if (step.ask != Ask::items || !is_below(open_, step.path)) return;
  if (fields.contains(open_)) {  // words alone in the place of an element
    place.path = open_;
    places_.push_back(place);
    return;
  }
  for (const std::string_view field : step.fields) {
    place.path = open_ + "." + std::string(field);
    places_.push_back(place);
  }
}

bool Course::find(std::string_view path) {
  const auto found = std::find_if(places_.begin(), places_.end(),
                                  [&](const Place& place) { return place.path == path; });
  if (found == places_.end()) return false;
  at_ = static_cast<std::size_t>(found - places_.begin());
  return true;
}

void Course::go_to(std::string_view path, const FieldMap& fields) {
  open_.clear();
  at_ = 0;
  for (const Section& section : plan_) {
    for (const Step& step : section.steps) {
      if (!is_below(path, step.path)) continue;
      if (step.ask == Ask::items) open_ = element_of(step.path, path);
      if (step.ask == Ask::group) open_ = step.path;
    }
  }
  look(fields);
  if (path.empty() || find(path)) return;
  // A list's element, a passage of a text: the question about the whole.
  while (!path.empty()) {
    path = path.substr(0, path.rfind('.') == std::string_view::npos ? 0 : path.rfind('.'));
    if (find(path)) return;
  }
}

void Course::to_end(const FieldMap& fields) {
  look(fields);
  at_ = places_.size() - 1;
}

void Course::next(const FieldMap& fields) {
  const Place from = here();
  look(fields);
  // What is asked may have changed with the answer, before this question too.
  if (!find(from.path)) return;
  if (at_end()) return;
  const bool last_inside = places_[at_ + 1].step != from.step;
  if (from.inside && from.step->ask == Ask::items && last_inside) {
    open_.clear();
    look(fields);
    find(from.step->path);
    return;
  }
  if (from.inside || from.step->ask == Ask::field || from.step->ask == Ask::text)
    ++at_;
  else
    past(fields);
}

void Course::past(const FieldMap& fields) {
  const Step* step = here().step;
  if (step == nullptr) return;
  open_.clear();
  look(fields);
  find(step->path);
  while (here().step == step) ++at_;
}

void Course::back(const FieldMap& fields) {
  const Place from = here();
  look(fields);
  find(from.path);
  if (at_ > 0) --at_;
}

void Course::enter(std::string_view what, const FieldMap& fields) {
  const Step* step = here().step;
  open_ = what;
  look(fields);
  find(step->path);
  ++at_;
}

}  // namespace depone::cli
