// SPDX-License-Identifier: Apache-2.0
// A parsed and validated scenario: everything the user asked for, defaults filled in.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/dataset_spec.h"
#include "model/import.h"
#include "recipe/dimensions.h"
#include "scenario/spot.h"

namespace quantbench {

// A list of values for each dimension; what the file doesn't name has the table's own.
struct Matrix : Dimensions<ListOf> {
  Matrix() {
    ForEachDimension([this](const auto& dimension) { dimension.of(*this) = dimension.standard(); });
  }

  // Dimensions whose lists advance together: each group is its steps, all naming the same
  // dimensions. Their lists above hold the values that the steps take.
  std::vector<std::vector<CasePattern>> zip;
  // What included cases take for what they leave open, before the first values of the lists.
  CasePattern defaults;
  std::vector<CasePattern> exclude;
  std::vector<CasePattern> include;
};

struct CalibrationSpec {
  SubsetSpec subset;  // split "train" unless told
  int batch_size = 32;
  uint64_t seed = 0;
  int seeds = 1;  // from `seed` on: that many runs with other images
  CropTransform transform = CropTransform::kCenterCrop;
  Spot spot;  // of the key `calibration`
};

struct EvaluationSpec {
  bool enabled = true;
  SubsetSpec subset;  // split "val" unless told
};

enum class LatencyMode {
  kLatency,     // the time of one batch after another
  kThroughput,  // images a second of several contexts at once
};

struct LatencySpec {
  bool enabled = true;
  LatencyMode mode = LatencyMode::kLatency;
  std::optional<int> streams;  // contexts at once; throughput alone
  double warmup_seconds = 0.2;
  double min_seconds = 1.0;  // of timed runs in each repetition
  int repetitions = 5;
  // More of them until the interval of the median is so tight to each side, or so many seconds of
  // runs were timed of a case.
  std::optional<double> precision_percent;
  double max_seconds = 60;
  bool pin = true;  // threads to processors, where there are more of these
};

// A plugin with some of its options chosen; only it knows which it has.
struct ConfiguredBackend {
  struct Option {
    std::string name, value;
    Spot name_spot, value_spot;
  };
  std::string plugin;
  std::vector<Option> options;  // by their names
};

// The accuracy self-test that stands before any int8 case.
struct ExpectSpec {
  double fp32_top1_percent = 0;
  double within = 0.5;  // percentage points
};

// A network, what its inputs are like, and what is known of it.
struct Network {
  std::string name;   // in tables: the scenario's word for it, else ModelName
  std::string id;     // the same in ids and files' names; empty where it is the only one
  ModelSource model;  // input size is the crop's
  Preprocess preprocess;
  std::optional<ExpectSpec> expect;
};

struct Scenario {
  std::filesystem::path file;
  std::string text_hash;  // of the file's bytes, and of the overrides where there are some
  std::string resolved;   // YAML of all that was read, overrides and variables put in
  std::string name;
  std::vector<Network> networks{1};  // at least one, all seeing the same images
  DatasetSpec dataset;
  CalibrationSpec calibration;
  EvaluationSpec evaluation;
  Matrix matrix;
  // Backends that the scenario gives as files: name in the matrix -> path of the library.
  std::map<std::string, std::filesystem::path> backend_files;
  // Those with options, by what the matrix calls them: "plugin+option=value".
  std::map<std::string, ConfiguredBackend> configured_backends;
  LatencySpec latency;
  double timeout_seconds = 600;  // that a backend may take without a sign of progress
  int64_t memory_limit_mib = 0;  // of a backend's process; 0: most of the machine's memory

  // By Network::id, that of a case.
  const Network& NetworkOf(const std::string& id) const;
  // Nothing is known of any network then.
  void ForgetExpectations();
};

}  // namespace quantbench
