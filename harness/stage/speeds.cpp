// SPDX-License-Identifier: Apache-2.0
// A line of JSON for each work that was done; a later line wins over an earlier one.
#include "stage/speeds.h"

#include <fcntl.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "support/cpu.h"
#include "support/descriptor.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"

namespace quantbench {
namespace {

constexpr uintmax_t kLargest = 1 << 20;  // beyond it, only the last line of each kind is kept

// Over what a line says; lines of older versions have none.
std::string CheckOf(const nlohmann::json& line) {
  std::string text;
  for (const char* const key : {"work", "items", "seconds"})
    text += line[key].dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
  return Checksum64Hex(text);
}

// Calls visit(JSON) for each line, with null for what is no speed.
template <typename Visit>
void ForEachLine(const std::filesystem::path& file, const Visit& visit) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return;
  const std::string text = ReadTextFile(file);
  for (size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    const nlohmann::json json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    const bool good = json.is_object() && json.contains("work") && json["work"].is_string() &&
                      json.contains("items") && json["items"].is_number_integer() &&
                      json["items"] > 0 && json.contains("seconds") &&
                      json["seconds"].is_number() && json["seconds"] >= 0 &&
                      (!json.contains("check") || json["check"] == CheckOf(json));
    visit(good ? json : nlohmann::json());
  }
}

std::string LineOf(const std::string& work, int64_t items, double seconds) {
  nlohmann::json json{{"work", work}, {"items", items}, {"seconds", seconds}};
  json["check"] = CheckOf(json);
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string WorkKind(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string Machine(int threads) {
  const std::string emulator = Emulator();
  return CpuModel() + (emulator.empty() ? "" : " under " + emulator) + " x" +
         std::to_string(threads);
}

std::string CropSize(const Preprocess& preprocess) { return "crop " + ToString(preprocess.crop); }

constinit const Kind kSpeeds{
    .name = "speeds",
    .folder = "",
    .prefix = "speeds",
    .file_types = {{".jsonl"}},
    .verify = [](const std::filesystem::path& file, const std::string&, ThreadPool*) {
      ForEachLine(file, [&](const nlohmann::json& line) {
        if (!line.is_object()) throw Error("'" + file.string() + "' has lines that aren't speeds");
      });
    }};

RecordedSpeeds::RecordedSpeeds(const Store& store) : file_(store.Path(kSpeeds, "")) {}

std::map<std::string, RecordedSpeeds::SecondsByItems> RecordedSpeeds::Read() const {
  std::map<std::string, SecondsByItems> known;
  try {
    ForEachLine(file_, [&](const nlohmann::json& line) {
      if (line.is_object()) known[line["work"]][line["items"]] = line["seconds"];
    });
  } catch (const Error&) {
    // Then nothing is known.
  }
  return known;
}

std::optional<double> RecordedSpeeds::Seconds(const std::string& kind, int64_t items) const {
  if (!known_) known_ = Read();
  const auto found = known_->find(kind);
  if (found == known_->end()) return std::nullopt;
  // What doesn't grow with the items, such as starting a process, is in both where they are alike.
  const auto distance = [&](int64_t known) {
    return std::abs(std::log(static_cast<double>(known) / static_cast<double>(items)));
  };
  const auto* nearest = &*found->second.begin();
  for (const auto& known : found->second) {
    if (distance(known.first) < distance(nearest->first)) nearest = &known;
  }
  return nearest->second * static_cast<double>(items) / static_cast<double>(nearest->first);
}

Work RecordedSpeeds::WorkOf(const std::string& kind, const std::string& name, int64_t items,
                            const std::string& unit) const {
  return {.name = name, .items = items, .unit = unit, .seconds = Seconds(kind, items)};
}

void RecordedSpeeds::Add(const std::string& kind, int64_t items, double seconds) const {
  if (items < 1) return;
  std::error_code ignored;
  const uintmax_t bytes = std::filesystem::file_size(file_, ignored);
  if (!ignored && bytes > kLargest) {
    std::string kept;
    for (const auto& [known, by_items] : Read()) {
      for (const auto& [count, time] : by_items) kept += LineOf(known, count, time);
    }
    try {
      WriteFileAtomically(file_, kept);
    } catch (const WriteError&) {
      return;
    }
  }
  const std::string line = LineOf(kind, items, seconds);
  try {
    const Descriptor file = OpenToWrite(file_, O_WRONLY | O_CREAT | O_APPEND);
    [[maybe_unused]] const int reason = WriteAll(file.get(), std::as_bytes(std::span(line)));
  } catch (const WriteError&) {
    return;
  }
}

}  // namespace quantbench
