// SPDX-License-Identifier: Apache-2.0
// Results to CSV and JSON.
#include <algorithm>
#include <map>
#include <ostream>

#include "record/columns.h"
#include "record/csv.h"
#include "record/digest.h"
#include "record/json.h"
#include "record/results.h"
#include "support/files.h"
#include "support/printable.h"

namespace quantbench {
namespace {

Json ToJson(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* integer = std::get_if<int64_t>(&cell)) return *integer;
  if (const auto* number = std::get_if<Decimal>(&cell)) return number->value;
  return nullptr;
}

}  // namespace

// The cells of results.csv, then what is no column, by name.
template <>
Json ToJson(const Row& row) {
  Json json;
  for (const Column& column : Columns()) json[std::string(column.name)] = ToJson(column.cell(row));
  std::map<std::string_view, Json> rest;
  ForEachField<Row>([&](const auto& field, const auto& get) {
    const auto* const member = get(row);
    if (field.traits.column == 0 && member != nullptr)
      rest.emplace(field.key, quantbench::ToJson(*member));
  });
  for (auto& [key, value] : rest) json[std::string(key)] = std::move(value);
  return json;
}

InputHashes Results::InputsOf(const CaseResult& row) const {
  InputHashes own = inputs;
  if (const MeasuredNetwork* const network = measured.Find(row.network)) {
    own.model = network->model_hash;
    own.calibration_images = network->calibration_images;
    own.evaluation_images = network->evaluation_images;
  }
  return own;
}

const Row* Results::Find(std::string_view case_id) const {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& row) { return row.case_id == case_id; });
  return found == rows.end() ? nullptr : &*found;
}

void WriteCsv(std::span<const Row> rows, std::ostream& stream) {
  const char* separator = "";
  for (const Column& column : Columns()) {
    stream << separator << column.name;
    separator = ",";
  }
  stream << "\r\n";
  for (const Row& row : rows) {
    separator = "";
    for (const Column& column : Columns()) {
      const Cell cell = column.cell(row);
      const auto* const text = std::get_if<std::string>(&cell);
      stream << separator << (text == nullptr ? ToString(cell) : CsvText(PrintableLines(*text)));
      separator = ",";
    }
    stream << "\r\n";
  }
}

void WriteJson(const Results& results, std::ostream& stream) {
  Json json = ToJson(results);
  json[kDigest] = DigestOf(json);
  // Text from files and plugins may not be UTF-8; a replacement character is better than no
  // results.
  stream << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

void WriteResults(const Results& results, const std::filesystem::path& folder) {
  WriteFileAtomically(folder / "results.csv",
                      [&](std::ostream& stream) { WriteCsv(results.rows, stream); });
  WriteFileAtomically(folder / "results.json",
                      [&](std::ostream& stream) { WriteJson(results, stream); });
}

}  // namespace quantbench
