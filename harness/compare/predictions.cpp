// SPDX-License-Identifier: Apache-2.0
// Reads predictions/*.csv.
#include "compare/predictions.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "record/csv.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"

namespace quantbench {
namespace {

constexpr size_t kFirstClass = 2;  // after image and label

int ClassNumber(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    throw Error("'" + text + "' isn't a class number");
  }
  return number;
}

PredictionsByImage ReadRecords(const std::vector<std::vector<std::string>>& records) {
  if (records.empty() || records[0].size() <= kFirstClass || records[0][0] != "image" ||
      records[0][1] != "label") {
    throw Error("expected the columns image,label,top1,...; quantbench run writes such files");
  }
  PredictionsByImage predictions;
  for (size_t line = 1; line < records.size(); ++line) {
    const std::vector<std::string>& record = records[line];
    const std::string place = "line " + std::to_string(line + 1) + ": ";
    if (record.size() != records[0].size()) {
      throw Error(place + std::to_string(record.size()) + " fields; the header has " +
                  std::to_string(records[0].size()));
    }
    try {
      Prediction one{.label = ClassNumber(record[1])};
      for (size_t i = kFirstClass; i < record.size() && !record[i].empty(); ++i) {
        one.top.push_back(ClassNumber(record[i]));
      }
      if (!predictions.emplace(WithoutGuard(record[0]), std::move(one)).second) {
        throw Error("image '" + record[0] + "' is there twice");
      }
    } catch (const Error& error) {
      throw Error(place + error.what());
    }
  }
  return predictions;
}

}  // namespace

bool Prediction::IsRightInTop5() const {
  return std::find(top.begin(), top.end(), label) != top.end();
}

namespace {

PredictionsByImage ParsePredictions(const std::string& text, const std::filesystem::path& file) {
  try {
    return ReadRecords(ParseCsv(text));
  } catch (const Error& error) {
    throw Error(file.string() + ": " + error.what());
  }
}

}  // namespace

PredictionsByImage ReadPredictions(const std::filesystem::path& file) {
  return ParsePredictions(ReadTextFile(file), file);
}

const PredictionsByImage* PredictionsFolder::Find(const Row& row) {
  const std::string& name = row.predictions_file;
  if (name.empty()) return nullptr;
  const auto there = [](const auto& known) { return known ? &*known : nullptr; };
  if (const auto known = known_.find(name); known != known_.end()) return there(known->second);
  const std::filesystem::path relative = std::filesystem::path(name).lexically_normal();
  if (relative.is_absolute() || relative.begin()->string() == "..") {
    throw Error("predictions_file '" + name + "' leaves the results' folder");
  }
  const std::filesystem::path file = folder_ / relative;
  if (!std::filesystem::exists(file)) return nullptr;
  const std::string text = ReadTextFile(file);
  std::optional<PredictionsByImage> predictions = ParsePredictions(text, file);
  if (!row.predictions_hash.empty() &&
      HashBytes(std::as_bytes(std::span(text))) != row.predictions_hash) {
    predictions.reset();
    edited_.push_back(name);
  }
  return there(known_.emplace(name, std::move(predictions)).first->second);
}

}  // namespace quantbench
