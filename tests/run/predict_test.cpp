// SPDX-License-Identifier: Apache-2.0
// Scores of images and of inputs, as predictions of a run have them.
#include "run/predict.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <sstream>

#include "run/small_scenario.h"
#include "support/npy.h"

namespace quantbench {
namespace {

using testing::OptionsIn;
using testing::SmallScenario;

const std::filesystem::path kGolden =
    quantbench::testing::SourceDir() / "datasets" / "default" / "golden";

TEST_CASE("scores of images are PyTorch's") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const auto expected = testing::ReadNpy<float>(kGolden / "logits.npy");
  Questions questions;
  std::istringstream names(ReadTextFile(kGolden / "images.txt"));
  for (std::string name; questions.images.size() < 6 && std::getline(names, name);)
    questions.images.push_back(testing::DefaultImages() / "val" / name);
  const Answers answers =
      Predict(SmallScenario({{"matrix.precision", "fp32"}}), questions, OptionsIn(scratch));
  CHECK(answers.shape == std::vector<int64_t>{6, 24});
  CHECK(answers.recipe == "fp32");
  CHECK_FALSE(answers.are_probabilities);
  for (size_t i = 0; i < answers.scores.size(); ++i)
    CHECK(answers.scores[i] == doctest::Approx(expected.values[i]).epsilon(1e-3));
  const std::vector<double> probabilities = ProbabilitiesOf(answers, 0);
  CHECK(std::accumulate(probabilities.begin(), probabilities.end(), 0.0) == doctest::Approx(1));
}

TEST_CASE("every recipe answers; static ones calibrate on a folder") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  Questions questions{
      .images = {testing::DefaultImages() / "val" / "q00000001" / "q00000001_0.JPEG"}};
  for (const char* quantization : {"static", "dynamic"}) {
    questions.calibration =
        quantization == std::string("static") ? testing::DefaultImages() / "train" : "";
    const Answers answers = Predict(SmallScenario({{"matrix.precision", "int8"},
                                                   {"matrix.granularity", "per_channel"},
                                                   {"matrix.quantization", quantization}}),
                                    questions, OptionsIn(scratch));
    CAPTURE(quantization);
    CHECK(answers.recipe.find("int8") != std::string::npos);
    CHECK(answers.scores.size() == 24);
  }
}

TEST_CASE("text and JSON rank equal scores by class, and name classes behind a background") {
  const testing::ScratchFolder scratch;
  WriteFileAtomically(scratch.path() / "synsets.txt", "n1 cat\nn2 dog\n");
  Answers answers{.backend = "reference", .isa = "generic", .recipe = "fp32"};
  answers.names = {"a.jpg"};
  answers.shape = {1, 3};
  answers.scores = {0.25f, 0.5f, 0.25f};
  answers.are_probabilities = true;
  answers.classes = ClassNames::OfFile(scratch.path() / "synsets.txt");
  answers.label_offset = 1;
  std::ostringstream text, json;
  PrintAnswers(answers, 5, text);
  CHECK(text.str() ==
        "a.jpg\n   50.00%      0.5000  1  n1 cat\n   25.00%      0.2500  0\n"
        "   25.00%      0.2500  2  n2 dog\n");
  PrintAnswersJson(answers, 1, json);
  CHECK(json.str().find("\"class\": 1") != std::string::npos);
  CHECK(json.str().find("\"class\": 0") == std::string::npos);
}

}  // namespace
}  // namespace quantbench
