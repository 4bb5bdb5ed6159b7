// SPDX-License-Identifier: Apache-2.0
// Tensors as people type them.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "support/error.h"
#include "tensor/tensor.h"

namespace quantbench {
namespace {

TEST_CASE("typed-in tensors") {
  const struct {
    const char* reason;
    std::string text;
    Shape shape;
    std::vector<float> values;
  } cases[] = {
      {"one row is one dimension", "1.5,-2", {2}, {1.5f, -2}},
      {"a single value", "7", {1}, {7}},
      {"rows by semicolons", "1,2;3,4;5,6", {3, 2}, {1, 2, 3, 4, 5, 6}},
      {"a column", "1;2", {2, 1}, {1, 2}},
      {"blanks separate too", " 1 2 ; 3\t4 ", {2, 2}, {1, 2, 3, 4}},
      {"nested, as Python prints it", "[[1, 2], [3, 4]]", {2, 2}, {1, 2, 3, 4}},
      {"nested, as NumPy prints it", "[[1. 2.]\n [3. 4.]]", {2, 2}, {1, 2, 3, 4}},
      {"four dimensions", "[[[[1]]],[[[2]]]]", {2, 1, 1, 1}, {1, 2}},
      {"signs and exponents", "+1e-3,-2E2", {2}, {1e-3f, -200}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    const FloatTensor tensor = ParseTensor(c.text);
    CHECK(tensor.shape == c.shape);
    CHECK(tensor.values == c.values);
  }
}

TEST_CASE("typed-in tensors that aren't any") {
  std::string many = "1";
  for (int64_t i = 0; i < kMaxTensorElements; ++i) many += ",1";
  const struct {
    const char* reason;
    std::string text, message;
  } cases[] = {
      {"nothing", "", "character 1: an empty row"},
      {"an empty list", "[]", "an empty row"},
      {"a word", "1,two", "character 3: expected a number, found 'two'"},
      {"rows of unequal length", "1,2;3", "this row holds 1 where an earlier one holds 2"},
      {"nested rows of unequal length", "[[1],[2,3]]", "holds 2 where an earlier one holds 1"},
      {"a number beside a row", "[[1],2]", "a number where a row was before"},
      {"a row beside a number", "[1,[2]]", "a row where a number was before"},
      {"an open bracket", "[1,2", "a ']' is missing"},
      {"text behind the end", "[1]2", "unexpected '2'"},
      {"a comma too many", "1,,2", "a number is missing"},
      {"a comma at the end", "1,2,", "a number is missing"},
      {"five dimensions", "[[[[[1]]]]]", "more than 4 nested brackets"},
      {"brackets without end", std::string(100000, '['), "more than 4 nested brackets"},
      {"NaN, and where", "1,2;3,nan", "the value at [1,1] is NaN"},
      {"infinity", "[inf]", "the value at [0] is infinite"},
      {"more than float32 holds", "1e99", "isn't a float32"},
      {"more than tables show", many, "more than 4096 values"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    CHECK_THROWS_WITH_AS(ParseTensor(c.text), doctest::Contains(c.message.c_str()), Error);
  }
}

TEST_CASE("shapes") {
  CHECK(ParseShape("6") == Shape{6});
  CHECK(ParseShape("2x3x4x5") == Shape{2, 3, 4, 5});
  const struct {
    const char* reason;
    const char* text;
    const char* message;
  } cases[] = {
      {"nothing", "", "can't be read"},
      {"no number", "2xy", "can't be read"},
      {"a comma", "2,3", "write sizes with 'x' between them"},
      {"a size that is missing", "2x", "can't be read"},
      {"an empty dimension", "2x0", "it is empty"},
      {"a negative size", "-2x3", "it is empty"},
      {"too many dimensions", "1x1x1x1x1", "has 5 dimensions"},
      {"too many values", "64x65", "more than the 4096 values"},
      {"a product beyond 64 bits", "4294967296x4294967296", "more than the 4096 values"},
      {"a size beyond 64 bits", "99999999999999999999", "can't be read"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.reason);
    CHECK_THROWS_WITH_AS(ParseShape(c.text), doctest::Contains(c.message), Error);
  }
}

TEST_CASE("lists of numbers name their option") {
  CHECK(ParseNumbers("0.3, 0.5", "--scale") == std::vector<double>{0.3, 0.5});
  for (const char* text : {"", "a", "1,", "1,,2", "1 2", "0.3x"}) {
    CAPTURE(text);
    CHECK_THROWS_WITH_AS(ParseNumbers(text, "--scale"), doctest::Contains("--scale: '"), Error);
  }
}

TEST_CASE("random tensors depend on their seed alone and follow their distribution") {
  const Shape shape{64, 64};
  const FloatTensor normal = RandomTensor(shape, Distribution::kNormal, 7);
  CHECK(normal.values == RandomTensor(shape, Distribution::kNormal, 7).values);
  CHECK(normal.values != RandomTensor(shape, Distribution::kNormal, 8).values);
  double sum = 0, squares = 0;
  for (const float value : normal.values) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  CHECK(std::abs(sum / 4096) < 0.1);  // six standard errors
  CHECK(squares / 4096 == doctest::Approx(1).epsilon(0.15));
  for (const float value : RandomTensor(shape, Distribution::kUniform, 7).values) {
    REQUIRE(value >= -1);
    REQUIRE(value <= 1);  // 1 by rounding to float32
  }
}

}  // namespace
}  // namespace quantbench
