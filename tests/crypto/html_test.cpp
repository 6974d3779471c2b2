#include "crypto/html.h"

#include <catch2/catch_test_macros.hpp>

namespace depone {
namespace {

TEST_CASE("Text in HTML has no markup of its own") {
  CHECK(escape_html("<b a=\"1\" c='2'>&amp;</b>") ==
        "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;");
}

TEST_CASE("Text without markup stays as it is in HTML") {
  CHECK(escape_html("북송 a\n") == "북송 a\n");
}

}  // namespace
}  // namespace depone
