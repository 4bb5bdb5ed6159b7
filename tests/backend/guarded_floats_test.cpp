// SPDX-License-Identifier: Apache-2.0
// What is written past memory, or isn't written, shows.
#include "backend/guarded_floats.h"

#include <doctest/doctest.h>

#include "support/error.h"

namespace quantbench {
namespace {

TEST_CASE("damage on both sides is counted and named") {
  const struct {
    const char* reason;
    void (*write)(float* values);
    const char* message;  // empty: intact
  } cases[] = {
      {"all of it and no more",
       [](float* v) {
         for (int i = 0; i < 3; ++i) v[i] = 7;
       },
       ""},
      {"one value behind", [](float* v) { v[3] = 7; },
       "it wrote 4 bytes behind the end of its output"},
      {"one byte behind", [](float* v) { reinterpret_cast<char*>(v)[12] = 7; },
       "it wrote 1 byte behind the end of its output"},
      {"one value before", [](float* v) { v[-1] = 7; },
       "it wrote 4 bytes before the beginning of its output"},
      {"zeros, as by a loop that is rounded up",
       [](float* v) {
         for (int i = 3; i < 8; ++i) v[i] = 0;
       },
       "it wrote 20 bytes behind the end of its output"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const GuardedFloats values(3);
    one.write(values.data());
    if (std::string(one.message).empty()) {
      CHECK_NOTHROW(values.RequireIntact("it", "output"));
    } else {
      CHECK_THROWS_WITH_AS(values.RequireIntact("it", "output"), one.message, Error);
    }
  }
}

TEST_CASE("what isn't written is found, all or every n-th") {
  GuardedFloats values(6);
  CHECK(!values.FirstUnwritten());  // zeros are written
  values.MarkUnwritten();
  for (const size_t written : {0u, 1u, 2u, 4u}) values.values()[written] = 0;
  CHECK(values.FirstUnwritten() == 3);
  CHECK(values.FirstUnwritten(3) == 3);
  CHECK(!values.FirstUnwritten(4));  // 0 and 4
}

}  // namespace
}  // namespace quantbench
