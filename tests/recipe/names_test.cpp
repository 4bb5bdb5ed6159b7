// SPDX-License-Identifier: Apache-2.0
// One case by all its names: id, file, label, columns.
#include "recipe/names.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace quantbench {
namespace {

// What names are made from in any struct that has columns, such as the results' rows.
struct Row {
  std::string case_id, network, backend, precision, quantization, qconfig, observer, granularity,
      weight_observer, weight_bits, activation_bits, techniques, layers;
  int batch_size = 1, threads = 1;
};

struct NamedCase {
  CaseKey key;
  std::string id, name, label;
  // precision, quantization, qconfig, observer, granularity, techniques
  std::vector<std::string> columns;
};

std::vector<NamedCase> NamedCases() {
  StaticRecipe by_qconfig;
  by_qconfig.observer = {.name = "histogram", .reduce_range = true};
  by_qconfig.qconfig = QConfig::kX86;
  StaticRecipe per_tensor;
  per_tensor.observer = {.name = "percentile", .percentile = 99.9};
  per_tensor.granularity = Granularity::kPerTensor;
  StaticRecipe repaired;
  repaired.techniques = {Technique::kBiasCorrection, Technique::kCle};
  StaticRecipe narrow;
  narrow.weight_observer = WeightObserver::kMse;
  narrow.weight_bits = 4;
  narrow.activation_bits = 7;
  narrow.layers.choices = {{.names = "/a*", .in_float = true},
                           {.names = "b",
                            .granularity = Granularity::kPerTensor,
                            .weight_bits = 8,
                            .activation_bits = 16}};
  return {
      {{.backend = "x", .recipe = FloatRecipe{}, .batch_size = 4, .threads = 16},
       "x/fp32/b4/t16",
       "fp32",
       "x fp32, batch 4, 16 threads",
       {"fp32", "none", "", "", "", "none"}},
      {{.backend = "reference", .recipe = StaticRecipe{}},
       "reference/int8/static/minmax/per_channel/b1/t1",
       "int8-static-minmax-per_channel",
       "reference int8 minmax per_channel, batch 1, 1 thread",
       {"int8", "static", "", "minmax", "per_channel", "none"}},
      {{.backend = "r", .recipe = per_tensor},
       "r/int8/static/percentile+percentile=99.9/per_tensor/b1/t1",
       "int8-static-percentile+percentile=99.9-per_tensor",
       "r int8 percentile+percentile=99.9 per_tensor, batch 1, 1 thread",
       {"int8", "static", "", "percentile+percentile=99.9", "per_tensor", "none"}},
      // A qconfig's model is that of its parts: the file is named by them.
      {{.backend = "r", .recipe = by_qconfig},
       "r/int8/static/x86/b1/t1",
       "int8-static-histogram+reduce_range-per_channel",
       "r int8 qconfig x86, batch 1, 1 thread",
       {"int8", "static", "x86", "histogram+reduce_range", "per_channel", "none"}},
      {{.backend = "r", .recipe = DynamicRecipe{}},
       "r/int8/dynamic/per_channel/b1/t1",
       "int8-dynamic-per_channel",
       "r int8 dynamic per_channel, batch 1, 1 thread",
       {"int8", "dynamic", "", "", "per_channel", "none"}},
      {{.backend = "r", .recipe = GivenRecipe{}},
       "r/int8/given/b1/t1",
       "int8-given",
       "r int8 given, batch 1, 1 thread",
       {"int8", "given", "", "", "", ""}},
      {{.backend = "r", .recipe = repaired},
       "r/int8/static/minmax/per_channel/cle+bias_correction/b1/t1",
       "int8-static-minmax-per_channel-cle+bias_correction",
       "r int8 minmax per_channel cle+bias_correction, batch 1, 1 thread",
       {"int8", "static", "", "minmax", "per_channel", "cle+bias_correction"}},
      // What a file's name can't hold is told apart by a hash.
      {{.backend = "r", .recipe = narrow},
       "r/int8/static/minmax/per_channel/weights_mse/w4/a7//a*=fp32+b=per_tensor,8,a16/b1/t1",
       "int8-static-minmax-per_channel-weights_mse-w4-a7-_a_=fp32+b=per_tensor,8,a16-" +
           Hasher()
               .Add("int8-static-minmax-per_channel-weights_mse-w4-a7-/a*=fp32+b=per_tensor,8,a16")
               .Hex()
               .substr(0, 8),
       "r int8 minmax per_channel weights mse weight bits 4 activation bits 7 "
       "/a*=fp32+b=per_tensor,8,a16, batch 1, "
       "1 "
       "thread",
       {"int8", "static", "", "minmax", "per_channel", "none"}},
  };
}

}  // namespace

TEST_CASE("a backend's name says the path that it took, unless it promises that one") {
  const struct {
    std::string backend, isa, label;
  } cases[] = {{"x86_vnni", "avx2", "x86_vnni (avx2)"},
               {"x86_vnni", "avx512_vnni", "x86_vnni"},
               {"x86_vnni", "avx_vnni", "x86_vnni"},
               {"arm_neon", "neon", "arm_neon"},
               {"arm_neon", "dotprod", "arm_neon (dotprod)"},
               {"reference", "generic", "reference"},
               {"mine", "", "mine"}};
  for (const auto& one : cases) CHECK(BackendLabel(one.backend, one.isa) == one.label);
}

TEST_CASE("a case's names and columns all come from the table of dimensions") {
  for (const NamedCase& one : NamedCases()) {
    CAPTURE(one.id);
    CHECK(CaseId(one.key) == one.id);
    CHECK(one.key.recipe.Name() == one.name);
    Row row;
    SetColumns(one.key, row);
    CHECK(CaseLabel(row) == one.label);
    CHECK(std::vector{row.precision, row.quantization, row.qconfig, row.observer, row.granularity,
                      row.techniques} == one.columns);
    CHECK(row.backend == one.key.backend);
    CHECK(row.batch_size == one.key.batch_size);
    CHECK(row.threads == one.key.threads);
  }
}

TEST_CASE("rows are named by what they have, whatever wrote them") {
  const struct {
    Row row;
    std::string label;
  } cases[] = {
      {{.precision = "int8", .quantization = "dynamic"}, "int8 dynamic"},
      {{.precision = "fp32", .quantization = "none"}, "fp32"},
      {{.precision = "int4", .quantization = "static", .observer = "new"}, "int4 new"},
      {{}, ""},
  };
  for (const auto& one : cases) CHECK(RecipeLabel(one.row) == one.label);
}

TEST_CASE("texts mean values only where they are exactly a value's name") {
  CHECK(IsFloat("fp32"));
  CHECK_FALSE(IsFloat("FP32"));
  CHECK_FALSE(IsFloat(""));
  CHECK(Is("given", Quantization::kGiven));
  CHECK(ValueNamed<Granularity>("per_channel") == Granularity::kPerChannel);
  CHECK_FALSE(ValueNamed<Granularity>("per_chanel"));
}

}  // namespace quantbench
