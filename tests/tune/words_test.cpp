// SPDX-License-Identifier: Apache-2.0
// The paragraph that a tuning ends with, for each of its ends.
#include "tune/words.h"

#include <doctest/doctest.h>

#include "support/contains.h"
#include "tune/proof.h"

namespace quantbench {
namespace {

using testing::Contains;

TunedModel Tried(const std::string& recipe, double drop_pp, double ms, int64_t bytes, bool within) {
  TunedModel model{.case_id = "id " + recipe, .recipe = recipe, .origin = "search", .detail = {}};
  model.top1_drop_pp = drop_pp;
  model.latency_ms_median = ms;
  model.model_bytes = bytes;
  model.size_ratio = 0.25;
  model.within = within;
  return model;
}

// A quick one that loses much, and a slower one that was chosen after this look.
Tuning TuningWith(PairedCounts counts) {
  Tuning tuning;
  tuning.backend = "fast";
  tuning.objective = "latency";
  tuning.max_drop_pp = 1;
  tuning.confidence = 0.95;
  tuning.latency_ms_median = 2.5;
  tuning.speedup_vs_fp32 = 3.2;
  tuning.models = {Tried("quick", 12.5, 2, 900, false), Tried("good", 0.5, 2.5, 1000, true)};
  tuning.looks = {Judge(counts, 1, 0.96)};
  tuning.looks[0].case_id = tuning.chosen = "id good";
  tuning.looks[0].recipe = "good";
  return tuning;
}

TEST_CASE("words say what was chosen, what was seen, and how sure it is") {
  struct Case {
    PairedCounts counts;
    std::vector<std::string> said;
  };
  for (const auto& [counts, said] :
       {Case{{5000, 4000, 3990, 40, 30},
             {"The choice is good on fast: 2.5 ms, 3.20 times as fast as fp32",
              "Top-1 is 79.80%, fp32's 80.00%: 0.2 points less (40 only fp32 gets right, 30 only",
              "With 95% confidence the drop is below 0.5 points, inside the limit of 1 point.",
              "The limit has a price: quick takes 2 ms in place of 2.5, but lost 12.5 points"}},
        Case{{225, 180, 180, 3, 3},
             {": the same (3 only fp32",
              "too few images to show that it is below 1 point; about 920 "
              "unseen ones like these would, twice as many in all."}},
        Case{{5000, 4000, 4100, 0, 100}, {": 2 points more (0 only", "confidence nothing is lost"}},
        Case{{400, 300, 296, 8, 4}, {"1 point less", "and it lies right at that."}}}) {
    const std::string words = WordsOf(TuningWith(counts));
    for (const std::string& part : said) CHECK_MESSAGE(Contains(words, part), words);
  }
}

TEST_CASE("many layers in float are counted") {
  CHECK(ShortName("int8 minmax cle") == "int8 minmax cle");
  CHECK(ShortName("int8 minmax a.0=fp32") == "int8 minmax a.0=fp32");
  CHECK(ShortName("int8 minmax a.0=fp32+b=fp32+c=4") == "int8 minmax, 2 layers fp32");
}

TEST_CASE("words name the nearest where no model keeps the limit") {
  Tuning tuning = TuningWith({100, 80, 70, 12, 2});
  tuning.chosen.clear();
  CHECK(Contains(WordsOf(tuning), "never saw good loses 10 points."));
  tuning.looks.clear();
  CHECK(Contains(WordsOf(tuning),
                 "No model keeps the limit of 1 point; the nearest is good, which "
                 "loses 0.5 points."));
}

}  // namespace
}  // namespace quantbench
