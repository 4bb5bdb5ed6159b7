// SPDX-License-Identifier: Apache-2.0
// What `run`, `plan` and `quantize` are told beside the scenario.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "part/part_spec.h"
#include "scenario/matrix.h"

namespace quantbench {

struct RunOptions {
  // Of a run: results.csv, results.json, journal.jsonl, models/, predictions/. Of `quantize`: the
  // .onnx files.
  std::filesystem::path out;
  std::filesystem::path cache;
  std::vector<std::filesystem::path> plugin_folders;
  CaseFilter filter;
  int jobs = 1;             // workers of everything but latency
  bool isolate = true;      // plugin code in processes of its own
  bool restart = false;     // an unfinished run's journal isn't continued
  bool finish = true;       // else the journal stays open, and the same call goes on with it
  PartSpec part{};          // of the evaluation images
  int64_t waiting_mib = 0;  // see Isolation
  std::string remark{};     // what to know of all figures: the first of the results' warnings
  std::string label{};      // the user's word for the run
};

}  // namespace quantbench
