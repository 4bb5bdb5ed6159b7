// SPDX-License-Identifier: Apache-2.0
// What names the artefacts of a run: the only place that a run and a plan derive it from.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "pipeline/backends.h"
#include "pipeline/evaluation_unit.h"
#include "pipeline/journal.h"
#include "quantize/calibrate.h"

namespace quantbench {

// Hashes that keys are made of, known before anything is decoded, imported or run.
struct InputKeys {
  std::string graph;        // HashModel
  std::string calibration;  // CropsName::key; empty where nothing is calibrated
  std::string evaluation;   // CropsName::key; empty where nothing is evaluated
};

// Of an entry of kModels: all that decides a model's bytes. The hash of this very program
// stands for the code of quantisation and export: no version number that somebody forgets to raise.
std::string ModelKey(const Scenario& scenario, const InputKeys& inputs, const Recipe& recipe);

// Of an entry of kPredictions: all that decides predictions. `model_hash` is the flat file's,
// so that predictions outlive a rebuild that gives the same model.
std::string PredictionsKey(const EvaluationUnit& unit, const ChosenBackend& backend,
                           const std::string& model_hash, const std::string& evaluation,
                           const Preprocess& preprocess);

// What names statistics of the calibration images; `normalize` must outlive it.
StatisticsSource StatisticsOf(const Scenario& scenario, const InputKeys& inputs,
                              const Normalizer& normalize);

// All that results depend on. Names are for people: they read which of them differs.
RunIdentity IdentityOf(const Scenario& scenario, const std::vector<Case>& cases,
                       const InputKeys& inputs,
                       const std::map<std::string, ChosenBackend>& backends);

}  // namespace quantbench
