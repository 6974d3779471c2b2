#include "store/import/source.h"

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include "crypto/error.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::TempDir;

class SourceFixture {
 protected:
  ImportSource::Form form_of(std::string_view content) {
    write_file(temp_ / "file", content);
    return ImportSource((temp_ / "file").string(), none_).form();
  }
  TempDir temp_;
  ImportProgress none_;
};

TEST_CASE_METHOD(SourceFixture, "A file is what it begins like", "[import]") {
  using Form = ImportSource::Form;
  CHECK(form_of("id,title\n1,Raid\n") == Form::table);
  CHECK(form_of("") == Form::table);
  CHECK(form_of("{\"title\": \"Raid\"}\n{\"title\": \"Arrest\"}\n") == Form::lines);
  CHECK(form_of("\xef\xbb\xbf {\"title\": \"Raid\"}\r\n") == Form::lines);
  CHECK(form_of("[\n{\"title\": \"Raid\"}\n]") == Form::document);
  CHECK(form_of("{\"value\": [],\n\"more\": 1}") == Form::document);
  CHECK(form_of("{\n  \"results\": []\n}\n") == Form::document);
  CHECK(form_of(std::string("PK\x03\x04", 4) + std::string(60, '\0')) == Form::zip);
}

TEST_CASE_METHOD(SourceFixture, "UTF-16 is refused by its first bytes", "[import]") {
  CHECK(code_of([&] { form_of(std::string("\xff\xfei\0d\0", 6)); }) == Code::invalid);
}

TEST_CASE_METHOD(SourceFixture, "What was looked at is read all the same", "[import]") {
  const std::string content(100'000, 'x');
  write_file(temp_ / "file", content);
  ImportSource source((temp_ / "file").string(), none_);
  source.form();
  CHECK(read_all(source, 200'000) == Bytes(content.begin(), content.end()));
}

TEST_CASE_METHOD(SourceFixture, "A reading that waits at a pipe ends when nobody wants it any more",
                 "[import]") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const std::string beginning(64u << 10, 'x');  // all that is looked at beforehand
  REQUIRE(::write(ends[1], beginning.data(), beginning.size()) ==
          static_cast<ssize_t>(beginning.size()));
  ImportSource source("/dev/fd/" + std::to_string(ends[0]), none_);
  std::size_t read = 0;
  std::thread reader([&] { read = read_all(source, 1u << 20).size(); });
  source.stop();
  reader.join();  // the pipe is open still
  CHECK(read == beginning.size());
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("More than the tables of an export may be together is refused", "[import]") {
  std::uint64_t left = 10;
  const Bytes bytes(8);
  MemorySource first(bytes), second(bytes);
  BoundedSource one(first, left), two(second, left);
  CHECK(read_all(one, 100).size() == 8);
  CHECK(code_of([&] { read_all(two, 100); }) == Code::invalid);
}

}  // namespace
}  // namespace depone
