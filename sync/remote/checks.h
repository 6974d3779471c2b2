#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace depone {

// What was checked and how it came out, in the order of checking: "ok", "failed: …", "not checked"
// or "not checked: …". "Verified" always says which checks ran, and which did not.
class Checks {
 public:
  void ok(std::string_view name) { set(name, "ok"); }
  // The first failure of a check stands; later ones are counted.
  void fail(std::string_view name, const std::string& why);
  void skip(std::string_view name, const std::string& why = {});  // never over an outcome

  bool failed() const;  // any
  bool is_ok(std::string_view name) const { return of(name) == "ok"; }
  std::string of(std::string_view name) const;  // "" where it was never named
  std::vector<std::pair<std::string, std::string>> list() const;

 private:
  struct Item {
    std::string name;
    std::string outcome;
    std::size_t failures = 0;
  };
  std::vector<Item> items_;
  Item& item(std::string_view name);
  void set(std::string_view name, const std::string& outcome);
};

}  // namespace depone
