// SPDX-License-Identifier: Apache-2.0
// results.csv, results.json and the terminal table.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "report/environment.h"
#include "report/row.h"

namespace quantbench {

// Hashes of all that the figures depend on.
struct InputHashes {
  std::string scenario;
  std::string model;
  std::string calibration_images;  // image list, bytes and geometry
  std::string evaluation_images;
};

// How long a stage took that was really done, not taken from a cache.
struct StageTime {
  std::string stage;  // "crop evaluation images"
  int64_t items = 0;
  std::string unit;  // of the items: "images"
  double seconds = 0;

  double PerSecond() const { return seconds > 0 ? static_cast<double>(items) / seconds : 0; }
};

// The version of results.json's structure. Keys may be added without a new one.
constexpr int kResultsSchema = 1;

struct Results {
  std::vector<Row> rows;
  Environment environment;
  InputHashes inputs;
  std::vector<std::string> warnings;
  std::vector<StageTime> stages;
};

// RFC 4180: header, one row a case, CRLF line ends, text quoted where it must be.
void WriteCsv(std::span<const Row> rows, std::ostream& stream);
// The same rows with the samples of each latency, and the environment.
void WriteJson(const Results& results, std::ostream& stream);

// The short table for people: fits 100 columns while names do. `color` marks with ANSI escapes.
// Where an emulator is named (Environment::emulator), every title over a time says so, and a line
// below says what that means.
void WriteTable(std::span<const Row> rows, std::ostream& stream, bool color,
                const std::string& emulator = {});

}  // namespace quantbench
