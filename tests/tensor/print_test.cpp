// SPDX-License-Identifier: Apache-2.0
// Tables, JSON and the stem plot of a quantised tensor.
#include "tensor/print.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tensor/stem_plot.h"

namespace quantbench {
namespace {

QuantizedTensor Sample(const Shape& shape, const TensorRecipe& recipe) {
  return QuantizeTensor(RandomTensor(shape, Distribution::kNormal, 1), recipe);
}

std::string Tables(const QuantizedTensor& tensor) {
  std::ostringstream stream;
  PrintTensorTables(tensor, "sample", stream);
  return stream.str();
}

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
  return count;
}

const TensorRecipe kArticle{.scale = {0.3}, .zero_point = {8}};

TEST_CASE("tables fit 100 columns without trailing blanks, whatever the shape") {
  for (const Shape& shape : {Shape{1}, Shape{4096}, Shape{2, 3}, Shape{1, 4096}, Shape{64, 64},
                             Shape{4096, 1}, Shape{2, 3, 4}, Shape{2, 2, 3, 30}}) {
    CAPTURE(ToString(shape));
    std::istringstream lines(Tables(Sample(shape, kArticle)));
    for (std::string line; std::getline(lines, line);) {
      REQUIRE(line.size() <= 100);
      REQUIRE(!line.ends_with(' '));
    }
  }
}

TEST_CASE("a small matrix stands side by side, a large one wraps, a vector reads downwards") {
  const std::string small = Tables(Sample({2, 3}, kArticle));
  CHECK(small.find("float") < small.find("quint8\n"));  // on one line with the three others
  CHECK(Count(small, "[1]") == 5);                      // a column in each, one row label
  CHECK(Count(Tables(Sample({2, 30}, kArticle)), "dequantised") > 1);
  CHECK(Count(Tables(Sample({5}, kArticle)), "\n[4]") == 1);
}

TEST_CASE("slices of more dimensions say where they lie") {
  const std::string text = Tables(Sample({2, 2, 2, 2}, kArticle));
  for (const char* slice : {"[0,0,:,:]", "[0,1,:,:]", "[1,0,:,:]", "[1,1,:,:]"}) {
    CHECK(Count(text, slice) == 1);
  }
}

TEST_CASE("clamped values are marked, and explained only where there are any") {
  const FloatTensor values{.shape = {2}, .values = {1, 1000}};
  CHECK(Tables(QuantizeTensor(values, {.scale = {1}})).find("255*") != std::string::npos);
  const std::string calm = Tables(QuantizeTensor(values, {.scale = {10}}));
  CHECK(calm.find('*') == std::string::npos);
}

TEST_CASE("extreme magnitudes stay readable") {
  const FloatTensor values{.shape = {2}, .values = {1e30f, -1e-30f}};
  const std::string text = Tables(QuantizeTensor(values, {.scale = {1e28}, .zero_point = {100}}));
  CHECK(text.find("1.000e+30") != std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 100);
}

TEST_CASE("JSON is nested like the tensor and reads back to the same floats") {
  const QuantizedTensor tensor =
      Sample({2, 3}, {.axis = 0, .scale = {0.3, 0.5}, .zero_point = {8, 9}});
  std::ostringstream stream;
  PrintTensorJson(tensor, "sample", stream);
  const auto json = nlohmann::json::parse(stream.str());
  CHECK(json.at("shape") == nlohmann::json({2, 3}));
  CHECK(json.at("axis") == 0);
  CHECK(json.at("observer").is_null());
  CHECK(json.at("channels").at(1).at("scale") == 0.5);
  CHECK(json.at("channels").at(1).at("zero_point") == 9);
  CHECK(json.at("integer").at(1).at(2) == tensor.integers[5]);
  CHECK(json.at("float").at(1).at(2).get<float>() == tensor.source.values[5]);
  CHECK(json.at("dequantized").at(0).at(0).get<float>() == tensor.dequantized[0]);
  CHECK(json.at("error").size() == 2);
}

TEST_CASE("JSON without any error has no SQNR") {
  std::ostringstream stream;
  PrintTensorJson(QuantizeTensor({.shape = {1}, .values = {3}}, {.scale = {1}}), "x", stream);
  CHECK(nlohmann::json::parse(stream.str()).at("error_summary").at("sqnr_db").is_null());
}

TEST_CASE("the stem plot shows each value before and after, in its channel's colour") {
  const std::string svg =
      StemPlot(Sample({3, 4}, {.axis = 0, .scale = {0.3, 0.5, 0.4}}), "<b>hostile</b>");
  CHECK(Count(svg, "class=\"before\"") == 12 + 1);  // and the legend's
  CHECK(Count(svg, "class=\"error ") == 12);
  CHECK(svg.find("channel 2: scale 0.4, zero point 0") != std::string::npos);
  CHECK(svg.find("<b>") == std::string::npos);
  CHECK(svg.find("&lt;b&gt;hostile") != std::string::npos);
}

TEST_CASE("the stem plot of any tensor has finite coordinates and a sane size") {
  const FloatTensor zeros{.shape = {3}, .values = {0, 0, 0}};
  const FloatTensor huge{.shape = {2}, .values = {3e38f, -3e38f}};
  const FloatTensor tiny{.shape = {2}, .values = {1e-40f, 0}};
  for (const auto& [tensor, scale] :
       {std::pair(zeros, 1.0), std::pair(huge, 1.0), std::pair(tiny, 1e-7)}) {
    CHECK(StemPlot(QuantizeTensor(tensor, {.scale = {scale}}), "x").size() < 100000);
  }
  CHECK(StemPlot(Sample({64, 64}, kArticle), "x").size() < 4000000);
}

}  // namespace
}  // namespace quantbench
