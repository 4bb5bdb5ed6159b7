// SPDX-License-Identifier: Apache-2.0
// Which cases a matrix stands for, their order, and globs over them.
#include "scenario/matrix.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "recipe/names.h"
#include "support/error.h"

namespace quantbench {
namespace {

using Ids = std::vector<std::string>;

Ids Expand(const Matrix& matrix) {
  Ids ids;
  for (const Case& item : ExpandMatrix(matrix)) {
    CHECK(item.id == CaseId(item.key));
    ids.push_back(item.id);
  }
  return ids;
}

Matrix Small() {
  Matrix matrix;
  matrix.backend = {"r"};
  return matrix;
}

std::vector<ObserverSpec> Observers(std::initializer_list<const char*> texts) {
  std::vector<ObserverSpec> observers;
  for (const char* const text : texts) observers.push_back(ParseObserverSpec(text));
  return observers;
}

CasePattern Pattern(void (*set)(CasePattern&)) {
  CasePattern pattern;
  set(pattern);
  return pattern;
}

}  // namespace

TEST_CASE("dimensions without meaning for fp32 collapse to one case") {
  Matrix matrix = Small();
  matrix.observer = Observers({"minmax", "histogram"});
  matrix.granularity = {Granularity::kPerTensor, Granularity::kPerChannel};
  CHECK(Expand(matrix) == Ids{"r/fp32/b1/t1", "r/int8/static/minmax/per_tensor/b1/t1",
                              "r/int8/static/minmax/per_channel/b1/t1",
                              "r/int8/static/histogram/per_tensor/b1/t1",
                              "r/int8/static/histogram/per_channel/b1/t1"});
  CHECK(ExpandMatrix(matrix)[0].key.recipe == FloatRecipe{});
}

TEST_CASE("a qconfig sets observer and granularity, and is what the case is called") {
  Matrix matrix = Small();
  matrix.qconfig = {QConfig::kDefault, QConfig::kFbgemm, QConfig::kX86, QConfig::kQnnpack,
                    QConfig::kOnednn};
  CHECK(Expand(matrix) == Ids{"r/fp32/b1/t1", "r/int8/static/default/b1/t1",
                              "r/int8/static/fbgemm/b1/t1", "r/int8/static/x86/b1/t1",
                              "r/int8/static/qnnpack/b1/t1", "r/int8/static/onednn/b1/t1"});
  const struct {
    size_t index;
    std::string observer, granularity;
  } cases[] = {
      {1, "minmax+quant_min=0+quant_max=127", "per_tensor"},
      {2, "histogram+reduce_range", "per_channel"},
      {3, "histogram+reduce_range", "per_channel"},
      {4, "histogram", "per_tensor"},
      {5, "histogram", "per_channel"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.index);
    const CaseTexts texts = TextsOf(ExpandMatrix(matrix)[one.index].key);
    CHECK(texts.observer == one.observer);
    CHECK(texts.granularity == one.granularity);
  }
}

TEST_CASE("included cases may name a qconfig beside observers, and observers beside qconfigs") {
  Matrix observers = Small();
  observers.precision = {Precision::kInt8};
  observers.include = {Pattern([](CasePattern& p) { p.qconfig = QConfig::kFbgemm; })};
  CHECK(Expand(observers) ==
        Ids{"r/int8/static/minmax/per_channel/b1/t1", "r/int8/static/fbgemm/b1/t1"});
  Matrix qconfigs = Small();
  qconfigs.precision = {Precision::kInt8};
  qconfigs.qconfig = {QConfig::kFbgemm};
  qconfigs.include = {Pattern([](CasePattern& p) { p.granularity = Granularity::kPerTensor; })};
  CHECK(Expand(qconfigs) ==
        Ids{"r/int8/static/fbgemm/b1/t1", "r/int8/static/minmax/per_tensor/b1/t1"});
}

TEST_CASE("lists of a zip group advance together, where their first dimension stands") {
  Matrix matrix = Small();
  matrix.precision = {Precision::kFp32};
  matrix.backend = {"a", "b"};
  matrix.batch_size = {1, 8};
  matrix.threads = {2, 4};
  matrix.zip = {{Pattern([](CasePattern& p) {
                   p.batch_size = 1;
                   p.threads = 2;
                 }),
                 Pattern([](CasePattern& p) {
                   p.batch_size = 8;
                   p.threads = 4;
                 })}};
  CHECK(Expand(matrix) == Ids{"a/fp32/b1/t2", "a/fp32/b8/t4", "b/fp32/b1/t2", "b/fp32/b8/t4"});
}

TEST_CASE("included cases take what they leave open from the defaults first") {
  Matrix matrix = Small();
  matrix.precision = {Precision::kFp32};
  matrix.defaults.threads = 2;
  matrix.defaults.granularity = Granularity::kPerTensor;
  matrix.include = {Pattern([](CasePattern& p) { p.precision = Precision::kInt8; }),
                    Pattern([](CasePattern& p) { p.threads = 4; })};
  CHECK(Expand(matrix) ==
        Ids{"r/fp32/b1/t1", "r/int8/static/minmax/per_tensor/b1/t2", "r/fp32/b1/t4"});
}

TEST_CASE("dynamic quantization calibrates nothing: its cases have no observer") {
  Matrix matrix = Small();
  matrix.precision = {Precision::kInt8};
  matrix.quantization = {Quantization::kStatic, Quantization::kDynamic};
  matrix.observer = Observers({"minmax", "histogram"});
  matrix.granularity = {Granularity::kPerTensor, Granularity::kPerChannel};
  CHECK(Expand(matrix) ==
        Ids{"r/int8/static/minmax/per_tensor/b1/t1", "r/int8/static/minmax/per_channel/b1/t1",
            "r/int8/static/histogram/per_tensor/b1/t1", "r/int8/static/histogram/per_channel/b1/t1",
            "r/int8/dynamic/per_tensor/b1/t1", "r/int8/dynamic/per_channel/b1/t1"});
}

TEST_CASE("the order is that of the dimensions, each in the order of its list") {
  Matrix matrix = Small();
  matrix.backend = {"b", "a"};
  matrix.precision = {Precision::kFp32};
  matrix.batch_size = {4, 1};
  matrix.threads = {2, 1};
  CHECK(Expand(matrix) == Ids{"b/fp32/b4/t2", "b/fp32/b4/t1", "b/fp32/b1/t2", "b/fp32/b1/t1",
                              "a/fp32/b4/t2", "a/fp32/b4/t1", "a/fp32/b1/t2", "a/fp32/b1/t1"});
}

TEST_CASE("exclude removes what it matches in part") {
  Matrix matrix = Small();
  matrix.backend = {"r", "x"};
  matrix.batch_size = {1, 4};
  SUBCASE("one dimension") {
    matrix.exclude = {Pattern([](CasePattern& p) { p.backend = "r"; })};
    CHECK(Expand(matrix) == Ids{"x/fp32/b1/t1", "x/fp32/b4/t1",
                                "x/int8/static/minmax/per_channel/b1/t1",
                                "x/int8/static/minmax/per_channel/b4/t1"});
  }
  SUBCASE("two dimensions must both match") {
    matrix.precision = {Precision::kFp32};
    matrix.exclude = {Pattern([](CasePattern& p) {
      p.backend = "r";
      p.batch_size = 4;
    })};
    CHECK(Expand(matrix) == Ids{"r/fp32/b1/t1", "x/fp32/b1/t1", "x/fp32/b4/t1"});
  }
  SUBCASE("an observer never matches fp32, which has none") {
    matrix.batch_size = {1};
    matrix.exclude = {Pattern([](CasePattern& p) { p.observer = ObserverSpec{}; })};
    CHECK(Expand(matrix) == Ids{"r/fp32/b1/t1", "x/fp32/b1/t1"});
  }
  SUBCASE("several entries add up") {
    matrix.exclude = {Pattern([](CasePattern& p) { p.backend = "r"; }),
                      Pattern([](CasePattern& p) { p.batch_size = 4; }),
                      Pattern([](CasePattern& p) { p.precision = Precision::kInt8; })};
    CHECK(Expand(matrix) == Ids{"x/fp32/b1/t1"});
  }
}

TEST_CASE("include comes after exclude") {
  Matrix matrix = Small();
  matrix.precision = {Precision::kFp32};
  SUBCASE("open dimensions take the first value of the matrix") {
    matrix.batch_size = {4, 1};
    matrix.include = {Pattern([](CasePattern& p) { p.threads = 8; })};
    CHECK(Expand(matrix) == Ids{"r/fp32/b4/t1", "r/fp32/b1/t1", "r/fp32/b4/t8"});
  }
  SUBCASE("it brings back what exclude removed") {
    matrix.batch_size = {1, 4};
    matrix.exclude = {Pattern([](CasePattern& p) { p.backend = "r"; })};
    matrix.include = {Pattern([](CasePattern& p) { p.batch_size = 4; })};
    CHECK(Expand(matrix) == Ids{"r/fp32/b4/t1"});
  }
  SUBCASE("a case that is there already stays one") {
    matrix.include = {Pattern([](CasePattern& p) { p.backend = "r"; }),
                      Pattern([](CasePattern& p) { p.threads = 1; })};
    CHECK(Expand(matrix) == Ids{"r/fp32/b1/t1"});
  }
  SUBCASE("an open precision with an int8 dimension is int8") {
    matrix.include = {Pattern([](CasePattern& p) { p.granularity = Granularity::kPerTensor; })};
    CHECK(Expand(matrix) == Ids{"r/fp32/b1/t1", "r/int8/static/minmax/per_tensor/b1/t1"});
  }
  SUBCASE("fp32 drops what it hasn't") {
    matrix.include = {Pattern([](CasePattern& p) {
      p.precision = Precision::kFp32;
      p.observer = ObserverSpec{};
      p.threads = 2;
    })};
    CHECK(Expand(matrix) == Ids{"r/fp32/b1/t1", "r/fp32/b1/t2"});
  }
  SUBCASE("backends that the matrix doesn't have") {
    matrix.include = {Pattern([](CasePattern& p) { p.backend = "x"; })};
    CHECK(Expand(matrix) == Ids{"r/fp32/b1/t1", "x/fp32/b1/t1"});
  }
}

TEST_CASE("a matrix without a case is an error") {
  Matrix matrix = Small();
  matrix.exclude = {Pattern([](CasePattern& p) { p.backend = "r"; })};
  CHECK_THROWS_AS(ExpandMatrix(matrix), Error);
  matrix.exclude.clear();
  matrix.backend.clear();
  CHECK_THROWS_AS(ExpandMatrix(matrix), Error);
  matrix.include = {Pattern([](CasePattern& p) { p.threads = 2; })};
  CHECK_THROWS_AS(ExpandMatrix(matrix), Error);
}

TEST_CASE("globs match whole ids") {
  struct Row {
    std::string pattern;
    std::string text;
    bool matches;
  };
  const Row rows[] = {
      // literal text
      {"a/b", "a/b", true},
      {"a/b", "a/bc", false},
      {"a/bc", "a/b", false},
      {"", "", true},
      {"", "a", false},
      // '*' is any text, '/' and nothing included
      {"*", "", true},
      {"*", "a/b/c", true},
      {"a*", "a", true},
      {"*b1*", "r/fp32/b1/t1", true},
      {"*/int8/*", "r/int8/static/minmax/per_tensor/b1/t1", true},
      {"*/int8/*", "r/fp32/b1/t1", false},
      {"*t1", "r/fp32/b1/t16", false},
      // backing up to an earlier '*'
      {"*ab", "aab", true},
      {"a*b*c", "abbbcbc", true},
      {"a*b*c", "abbbcbd", false},
      {"**a**", "bab", true},
      // '?' is exactly one character
      {"?", "a", true},
      {"?", "", false},
      {"b?/t1", "b4/t1", true},
      {"b?/t1", "b16/t1", false},
      // nothing else is special
      {"[ab]", "a", false},
      {"a.b", "axb", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.text);
    CHECK(MatchesGlob(row.pattern, row.text) == row.matches);
  }
  // Would take ages by recursion.
  CHECK_FALSE(MatchesGlob("*a*a*a*a*a*a*a*a*a*a*b", std::string(200, 'a')));
}

TEST_CASE("--only keeps what any glob matches, --skip then leaves out") {
  Matrix matrix = Small();
  matrix.granularity = {Granularity::kPerTensor, Granularity::kPerChannel};
  const std::vector<Case> cases = ExpandMatrix(matrix);
  const struct {
    CaseFilter filter;
    Ids left;
  } good[] = {
      {{},
       {"r/fp32/b1/t1", "r/int8/static/minmax/per_tensor/b1/t1",
        "r/int8/static/minmax/per_channel/b1/t1"}},
      {{.only = {"*/int8/*"}, .skip = {}},
       {"r/int8/static/minmax/per_tensor/b1/t1", "r/int8/static/minmax/per_channel/b1/t1"}},
      {{.only = {"*fp32*", "*per_channel*"}, .skip = {}},
       {"r/fp32/b1/t1", "r/int8/static/minmax/per_channel/b1/t1"}},
      {{.only = {}, .skip = {"*per_tensor*"}},
       {"r/fp32/b1/t1", "r/int8/static/minmax/per_channel/b1/t1"}},
      {{.only = {"*/int8/*"}, .skip = {"*per_tensor*"}},
       {"r/int8/static/minmax/per_channel/b1/t1"}},
  };
  for (const auto& one : good) {
    Ids left;
    for (const Case& item : Filtered(cases, one.filter)) left.push_back(item.id);
    CHECK(left == one.left);
  }
  const struct {
    CaseFilter filter;
    std::string message;
  } bad[] = {
      {{.only = {"*/int4/*"}, .skip = {}},
       "--only '*/int4/*' matches no case; `quantbench plan` lists them"},
      {{.only = {}, .skip = {"x"}}, "--skip 'x' matches no case; `quantbench plan` lists them"},
      {{.only = {"r/*"}, .skip = {"*"}},
       "--only and --skip leave no case; `quantbench plan` lists them"},
  };
  for (const auto& one : bad) {
    CHECK_THROWS_WITH_AS(Filtered(cases, one.filter), one.message.c_str(), Error);
  }
}

}  // namespace quantbench
