// SPDX-License-Identifier: Apache-2.0
// A diagnosis to CSV and JSON, and back.
#include "record/diagnosis.h"

#include <algorithm>
#include <ostream>

#include "record/csv.h"
#include "record/json.h"
#include "support/error.h"
#include "support/files.h"
#include "support/number_text.h"
#include "support/printable.h"

namespace quantbench {
namespace {

std::string LayerCell(const std::string& text, int) { return CsvText(PrintableLines(text)); }
std::string LayerCell(bool value, int) { return value ? "true" : "false"; }
std::string LayerCell(int value, int) { return std::to_string(value); }
std::string LayerCell(int64_t value, int) { return std::to_string(value); }
std::string LayerCell(double value, int decimals) { return FixedText(value, decimals); }
template <class T>
std::string LayerCell(const std::optional<T>& value, int decimals) {
  return value ? LayerCell(*value, decimals) : std::string();
}

// Calls visit(name, cell) for each column.
template <class Visit>
void EachColumn(const LayerDiagnosis& layer, const Visit& visit) {
  ForEachField<LayerDiagnosis>([&](const auto& field, const auto& get) {
    if constexpr (requires { LayerCell(*get(layer), 0); })
      visit(field.key, LayerCell(*get(layer), field.traits.decimals));
  });
}

}  // namespace

void WriteLayersCsv(const Diagnosis& diagnosis, std::ostream& stream) {
  const auto write = [&](const LayerDiagnosis& layer, bool names) {
    const char* separator = "";
    EachColumn(layer, [&](std::string_view name, const std::string& cell) {
      stream << separator << (names ? std::string(name) : cell);
      separator = ",";
    });
    stream << "\r\n";
  };
  write({}, true);
  for (const LayerDiagnosis& layer : diagnosis.layers) write(layer, false);
}

void WriteDiagnosisJson(const Diagnosis& diagnosis, std::ostream& stream) {
  stream << ToJson(diagnosis).dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

Diagnosis ReadDiagnosis(const std::filesystem::path& file) {
  try {
    return FromText<Diagnosis>(ReadTextFile(file), Strictness::kResults);
  } catch (const Error& error) {
    throw Error("'" + file.string() + "' is no diagnosis: " + error.what());
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
