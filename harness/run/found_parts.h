// SPDX-License-Identifier: Apache-2.0
// The parts that a merge is given, read and compared: do they belong together, and is all there?
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "evaluate/accuracy.h"
#include "part/part.h"

namespace quantbench {

struct FoundPart {
  std::filesystem::path folder;
  Part part;
};

struct FoundParts {
  std::vector<FoundPart> parts;      // in the order of their images
  std::vector<std::string> missing;  // in words; nothing where all is there

  int64_t images() const;         // that are there
  int64_t images_of_run() const;  // that there should be
};

// What is wrong with a part's files of predictions, each named; nothing where all are whole.
std::vector<std::string> DamageIn(const FoundPart& found);

// Parts in folders of results. Throws Error with everything that forbids joining them, a line each.
FoundParts FindParts(const std::vector<std::filesystem::path>& folders);

// A unit's predictions of all parts together, or the first failure in the order of images.
std::variant<Predictions, Failure> JoinedUnit(const FoundParts& found, const std::string& unit);

}  // namespace quantbench
