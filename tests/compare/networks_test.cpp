// SPDX-License-Identifier: Apache-2.0
// Networks against each other: which rows are paired, and on what condition.
#include "compare/compare.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "compare/edit_case.h"
#include "compare/sample_results.h"

namespace quantbench {
namespace {

using testing::Check;
using testing::R;
using testing::Repetitions;
using testing::SampleResults;
using testing::SampleRow;
using testing::SetLatency;

// A row of a network, in results with several.
Row RowOf(const std::string& network, int64_t correct, const std::string& rest = "r/int8/b1/t1") {
  Row row = SampleRow(network + "/" + rest);
  row.network = row.model = network;
  row.accuracy->top1_correct = correct;
  return row;
}

// Says which network has which hashes; their crops differ, their images don't.
void Describe(const std::vector<std::string>& networks, LoadedResults& loaded) {
  loaded.results.measured.evaluation.content = "content";
  for (const std::string& one : networks)
    loaded.results.measured.networks.push_back(
        {.network = one, .model_hash = "of " + one, .evaluation_images = "crops of " + one});
}

TEST_CASE("another model is compared where somebody asks for it") {
  const auto edit = [](LoadedResults& base, LoadedResults& changed) {
    base.results.measured.evaluation.content = changed.results.measured.evaluation.content = "c";
    R(changed).model = "n";
    changed.results.inputs.model = "other weights";
    changed.results.inputs.evaluation_images = "other crops";
    R(changed).accuracy->top1_correct = 700;
    SetLatency(2, Repetitions(2), R(changed));
  };
  Check({"without", edit, Verdict::kIncomparable, 4, "another model: m, now n"});
  Check({"with", edit, Verdict::kWorse, 3, "-10.00 pp Top-1"}, {.across_models = true});
  Check({"latency too", edit, Verdict::kWorse, 3, "2.000 times the latency"},
        {.accuracy = false, .across_models = true});
  Check({"other images",
         [&](auto& b, auto& n) {
           edit(b, n);
           n.results.measured.evaluation.content = "others";
         },
         Verdict::kIncomparable, 4, "other evaluation images"},
        {.latency = false, .across_models = true});
  Check({"nothing tells whether they are the same",
         [&](auto& b, auto& n) {
           edit(b, n);
           b.results.measured.evaluation.content.clear();
         },
         Verdict::kIncomparable, 4, "nothing tells whether the evaluation images are the same"},
        {.latency = false, .across_models = true});
  LoadedResults base = SampleResults(), changed = SampleResults();
  edit(base, changed);
  const Comparison comparison = CompareResults(base, changed, {});
  CHECK(std::ranges::any_of(comparison.notes, [](const std::string& note) {
    return note.find("`--across models`") != std::string::npos;
  }));
}

TEST_CASE("several networks: which are paired") {
  LoadedResults two = SampleResults({RowOf("a", 800), RowOf("b", 790)});
  Describe({"a", "b"}, two);
  LoadedResults other = SampleResults({RowOf("a", 800), RowOf("c", 780)});
  other.file = "elsewhere/results.json";
  Describe({"a", "c"}, other);
  LoadedResults one = SampleResults();
  one.file = "one/results.json";
  const struct {
    const char* description;
    const LoadedResults &base, &changed;
    bool across;
    std::vector<std::string> ids;
  } tests[] = {
      {"by id", two, other, false, {"a/r/int8/b1/t1", "b/r/int8/b1/t1", "c/r/int8/b1/t1"}},
      {"each with each other",
       two,
       other,
       true,
       {"a->c/r/int8/b1/t1", "b->a/r/int8/b1/t1", "b->c/r/int8/b1/t1"}},
      {"one file", two, two, true, {"a->b/r/int8/b1/t1"}},
      {"one network with several", one, two, true, {"m->a/r/int8/b1/t1", "m->b/r/int8/b1/t1"}},
      {"one network, one network", one, one, true, {}},
  };
  for (const auto& test : tests) {
    CAPTURE(test.description);
    const Comparison comparison =
        CompareResults(test.base, test.changed, {.across_models = test.across});
    std::vector<std::string> ids;
    for (const CaseComparison& pair : comparison.cases) ids.push_back(pair.case_id);
    CHECK(ids == test.ids);
  }
  // Each by its own hashes.
  const Comparison same = CompareResults(two, two, {});
  CHECK(ExitCodeOf(same) == 0);
  LoadedResults trained = two;
  trained.results.measured.networks[1].model_hash = "trained once more";
  const Comparison changed = CompareResults(two, trained, {});
  CHECK(ToString(changed.cases[0].verdict) == ToString(Verdict::kSame));
  CHECK(ToString(changed.cases[1].verdict) == ToString(Verdict::kIncomparable));
}

}  // namespace
}  // namespace quantbench
