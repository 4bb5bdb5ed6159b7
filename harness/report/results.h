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

// How the best values are marked: not at all, for programs; by stars; by ANSI colours.
enum class Marks { kNone, kStars, kColors };

// The short table for people. It fits 100 columns: where it would be wider, a column that is the
// same in all rows is said once below, names lose their middle, and then columns are left out.
// Where an emulator is named (Environment::emulator), every title over a time says so, and a line
// below says what that means. Cases without figures follow with their reasons.
void WriteTable(std::span<const Row> rows, std::ostream& stream, Marks marks,
                const std::string& emulator = {});

}  // namespace quantbench
