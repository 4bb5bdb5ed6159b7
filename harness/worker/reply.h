// SPDX-License-Identifier: Apache-2.0
// What a worker's answer must be to be believed: plugin code shares its process and may have had
// its hands in it.
#pragma once

#include <cstdint>
#include <vector>

#include "backend/discovery.h"
#include "record/accuracy.h"
#include "record/repetition.h"
#include "worker/protocol.h"

namespace quantbench {

// What is known of an evaluation without asking the worker.
struct EvaluationFacts {
  std::vector<int> labels;  // of each image
  int64_t classes = 0;      // that the model tells apart
  int64_t nodes = 0;        // of the model
};
EvaluationFacts FactsOf(const EvaluateJob& job);

// All throw Error that says what can't be: a count that isn't that of the images, a class that the
// model doesn't have or an image has twice, Top-1 and Top-5 that don't follow from the classes, a
// hash that is none.
void RequirePossible(const Predictions& predictions, const EvaluationFacts& facts);
// Times that contradict each other, or are longer than the process was there.
void RequirePossible(const RepetitionSamples& samples, const MeasureJob& job,
                     double elapsed_seconds);
// Nodes that the model doesn't have, or times of more than the process was there.
void RequirePossible(const Profile& profile, int64_t nodes, double elapsed_seconds);
void RequirePossible(const ProbeResult& result);
void RequirePossible(const CheckedMessage& checked);

}  // namespace quantbench
