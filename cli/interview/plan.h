#pragma once

#include <string_view>
#include <vector>

#include "crypto/formats/fields.h"

namespace depone::cli {

// What an interview asks, and in which order. Labels, help and vocabularies are those of
// store/evidence/evidence.h.

enum class Ask {
  field,    // one value
  text,     // a long text, line by line
  classes,  // several of a closed vocabulary: `path` is a list
  list,     // texts, one by one: `path` is a list
  items,    // things of several fields: `path` is a list, `fields` the names below an element
  group     // questions that may be left out at once: `fields` are whole paths
};

struct Step {
  Ask ask;
  std::string_view path;
  std::string_view title = {};  // of classes, lists, items and groups
  std::string_view help = {};
  std::vector<std::string_view> fields = {};
  bool (*wanted)(const FieldMap&) = nullptr;  // null: always
};

struct Section {
  std::string_view title;
  std::vector<Step> steps;
};

// Of "testimony" or "incident".
const std::vector<Section>& plan_of(std::string_view kind);

// The pattern of one of a step's fields: "acts.#.type".
std::string pattern_of(const Step& step, std::string_view field);

}  // namespace depone::cli
