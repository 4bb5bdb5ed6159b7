// SPDX-License-Identifier: Apache-2.0
// What a network says about images, or about inputs as they are.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "dataset/class_names.h"
#include "run/options.h"
#include "scenario/scenario.h"

namespace quantbench {

struct Questions {
  std::vector<std::filesystem::path> images;
  std::filesystem::path input;  // in place of images: a .npy file, float32 [n,c,h,w] or [c,h,w]
  std::filesystem::path calibration;  // folder of images in place of the scenario's, or empty
  ClassNames classes;                 // none: classes are numbers
  int label_offset = 0;               // output of the first class
};

struct Answers {
  std::string backend, isa, recipe;
  std::vector<std::string> names;  // of images; of inputs "x.npy[0]"
  std::vector<int64_t> shape;      // [n,classes]
  std::vector<float> scores;       // as the network gives them
  bool are_probabilities = false;  // the network ends in a softmax
  ClassNames classes;
  int label_offset = 0;
};

// Asks the first case of the scenario that the filter passes, in its backend's process. Models and
// statistics come from the cache or go there. Throws Error: what is wrong with model, images or
// inputs, names of classes that aren't as many as the outputs, scores that aren't finite.
Answers Predict(const Scenario& scenario, const Questions& questions, const RunOptions& options);

// The scores as probabilities, [classes]: a softmax unless they are.
std::vector<double> ProbabilitiesOf(const Answers& answers, size_t i);

// The best `count` classes of each, for people or as one JSON document.
void PrintAnswers(const Answers& answers, size_t count, std::ostream& stream);
void PrintAnswersJson(const Answers& answers, size_t count, std::ostream& stream);

}  // namespace quantbench
