// SPDX-License-Identifier: Apache-2.0
// A diagnosis to CSV and JSON, and back.
#include "record/diagnosis.h"

#include <algorithm>
#include <ostream>

#include "record/csv_table.h"
#include "record/json.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
void WriteLayersCsv(const Diagnosis& diagnosis, std::ostream& stream) {
  WriteCsvTable(diagnosis.layers, stream);
}

void WriteDiagnosisJson(const Diagnosis& diagnosis, std::ostream& stream) {
  stream << ToJson(diagnosis).dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

Diagnosis ReadDiagnosis(const std::filesystem::path& file) {
  try {
    return FromText<Diagnosis>(ReadTextFile(file), Strictness::kResults);
  } catch (const Error& error) {
    throw Error("'" + file.string() + "' isn't a diagnosis: " + error.what());
  }
}

std::vector<Diagnosis> ReadDiagnoses(const std::filesystem::path& out) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(out / kDiagnosesFolder, ignored)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Diagnosis> diagnoses;
  for (const std::filesystem::path& file : files) diagnoses.push_back(ReadDiagnosis(file));
  return diagnoses;
}

}  // namespace quantbench
