// SPDX-License-Identifier: Apache-2.0
// Small results to compare, made without measuring anything.
#pragma once

#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "compare/compare.h"
#include "support/files.h"

namespace quantbench::testing {

// Nine repetitions of about `ms` on a machine whose yardstick takes `yardstick_ms`, spread by 2%.
inline std::vector<Repetition> Repetitions(double ms, double yardstick_ms = 0.1, int count = 9) {
  std::vector<Repetition> repetitions;
  for (int i = 0; i < count; ++i) {
    const double value = ms * (1 + 0.0025 * i) + 1e-9 * ms * count;
    repetitions.push_back({.samples = 100,
                           .median_ms = value,
                           .min_ms = 0.9 * value,
                           .fast_ms = value,
                           .slow_ms = 1.1 * value * (1 + 0.001 * i),
                           .fast_cpu_ms = value,
                           .yardstick_ms = yardstick_ms});
  }
  return repetitions;
}

inline void SetLatency(double ms, std::vector<Repetition> repetitions, Row& row) {
  row.summary.latency_ms_median = ms;
  row.summary.latency_cv_percent = 2;
  row.latency.repetitions = std::move(repetitions);
}

// A case with all metrics: 800 of 1,000 images right, 1 ms, 1,000,000 bytes.
inline Row SampleRow(const std::string& case_id = "r/int8/b1/t1") {
  Row row{{.scenario = "s", .case_id = case_id}};
  row.model = "m";
  row.backend = "r";
  row.isa = "generic";
  row.precision = "int8";
  row.accuracy = {.images = 1000, .top1_correct = 800, .top5_correct = 950, .outputs_hash = "0123"};
  row.summary.top1_percent = 80;
  row.summary.top5_percent = 95;
  row.model_bytes = 1000000;
  SetLatency(1.0, Repetitions(1.0), row);
  return row;
}

inline LoadedResults SampleResults(std::vector<Row> rows = {SampleRow()}) {
  LoadedResults loaded{.file = "nowhere/results.json"};
  loaded.results.rows = std::move(rows);
  loaded.results.environment = {.commit = "abc",
                                .build_type = "Release",
                                .cpu_model = "Abacus 3",
                                .cpu_flags = "beads",
                                .architecture = "x",
                                .logical_cores = 2,
                                .available_cores = 2};
  loaded.results.inputs = {.scenario = "s", .model = "m", .evaluation_images = "e"};
  return loaded;
}

// So many earlier runs of the sample, a day apart, whose latencies differ by `spread` in turn.
inline std::vector<LoadedResults> EarlierRuns(int count, double spread) {
  std::vector<LoadedResults> runs;
  for (int i = 0; i < count; ++i) {
    runs.push_back(SampleResults());
    runs.back().results.environment.started_at = "2026-01-0" + std::to_string(i + 1);
    const double ms = i % 2 == 0 ? 1 + spread : 1;
    SetLatency(ms, Repetitions(ms), runs.back().results.rows[0]);
  }
  return runs;
}

inline std::vector<const Results*> PointersTo(const std::vector<LoadedResults>& runs) {
  std::vector<const Results*> pointers;
  for (const LoadedResults& one : runs) pointers.push_back(&one.results);
  return pointers;
}

// The predictions file of `images` images of label 0, of which the images in `wrong` are given
// class 1.
inline std::string PredictionsCsv(int images, const std::vector<int>& wrong) {
  std::ostringstream text;
  text << "image,label,top1,top2\r\n";
  for (int i = 0; i < images; ++i) {
    const bool is_wrong = std::find(wrong.begin(), wrong.end(), i) != wrong.end();
    text << "i" << i << ".jpg,0," << (is_wrong ? "1,0" : "0,1") << "\r\n";
  }
  return text.str();
}

}  // namespace quantbench::testing
