// SPDX-License-Identifier: Apache-2.0
// A line of JSON for each stage that was done; a later line wins over an earlier one.
#include "pipeline/speeds.h"

#include <fcntl.h>
#include <unistd.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "report/cpu.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

using Json = nlohmann::json;

constexpr char kFile[] = "speeds.jsonl";
constexpr uintmax_t kLargest = 1 << 20;  // beyond it, only the last line of each kind is kept

std::string Joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string Machine(int threads) {
  const std::string emulator = Emulator();
  return CpuModel() + (emulator.empty() ? "" : " under " + emulator) + " x" +
         std::to_string(threads);
}

std::string CropSize(const Preprocess& preprocess) {
  return "crop " + std::to_string(preprocess.crop);
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
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    const bool good = json.is_object() && json.contains("work") && json["work"].is_string() &&
                      json.contains("items") && json["items"].is_number_integer() &&
                      json.contains("seconds") && json["seconds"].is_number();
    visit(good ? json : Json());
  }
}

std::string LineOf(const std::string& work, int64_t items, double seconds) {
  const Json json{{"work", work}, {"items", items}, {"seconds", seconds}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

std::string CropWork(const CropRequest& request, int jobs) {
  const Preprocess& preprocess = request.preprocess;
  return Joined({"crop", Machine(jobs), request.index.folder.string(),
                 "resize " + std::to_string(preprocess.resize), CropSize(preprocess),
                 "method " + std::to_string(static_cast<int>(preprocess.resize_method)),
                 "transform " + std::to_string(static_cast<int>(request.transform))});
}

std::string CalibrateWork(const Scenario& scenario, const std::string& graph,
                          const std::vector<ObserverSpec>& observers, int jobs) {
  std::vector<std::string> parts{"calibrate", Machine(jobs), graph, CropSize(scenario.preprocess)};
  for (const ObserverSpec& observer : observers) parts.push_back(ToString(observer));
  return Joined(parts);
}

std::string QuantizeWork(const std::string& graph, int jobs) {
  return Joined({"quantize", Machine(jobs), graph});
}

std::string EvaluateWork(const Scenario& scenario, const std::string& graph,
                         const ChosenBackend& backend, const EvaluationUnit& unit, int jobs) {
  return Joined({"evaluate", Machine(jobs), graph, CropSize(scenario.preprocess), unit.backend,
                 backend.isa, TextOf(unit.recipe.precision()), TextOf(unit.recipe.quantization()),
                 "batch " + std::to_string(unit.batch_size)});
}

std::string LatencyWork(const Scenario& scenario, const std::string& graph,
                        const ChosenBackend& backend, const CaseKey& key) {
  return Joined({"latency", Machine(key.threads), graph, CropSize(scenario.preprocess), key.backend,
                 backend.isa, TextOf(key.recipe.precision()), TextOf(key.recipe.quantization()),
                 "batch " + std::to_string(key.batch_size),
                 std::to_string(scenario.latency.warmup_seconds) + " s warm-up",
                 std::to_string(scenario.latency.min_seconds) + " s"});
}

RecordedSpeeds::RecordedSpeeds(const std::filesystem::path& cache) {
  try {
    ForEachLine(cache / kFile, [&](const Json& line) {
      if (line.is_object()) seconds_[line["work"]][line["items"]] = line["seconds"];
    });
  } catch (const Error&) {
    // Then nothing is known.
  }
}

std::optional<double> RecordedSpeeds::Seconds(const std::string& work, int64_t items) const {
  const auto found = seconds_.find(work);
  if (found == seconds_.end()) return std::nullopt;
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

void RecordedSpeeds::Add(const std::filesystem::path& cache, const std::string& work, int64_t items,
                         double seconds) {
  if (items < 1) return;
  const std::filesystem::path file = cache / kFile;
  std::error_code ignored;
  const uintmax_t bytes = std::filesystem::file_size(file, ignored);
  if (!ignored && bytes > kLargest) {
    std::string kept;
    for (const auto& [known, by_items] : RecordedSpeeds(cache).seconds_) {
      for (const auto& [count, time] : by_items) kept += LineOf(known, count, time);
    }
    try {
      WriteFileAtomically(file, kept);
    } catch (const WriteError&) {
      return;
    }
  }
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor < 0) return;
  const std::string line = LineOf(work, items, seconds);
  [[maybe_unused]] const auto written = ::write(descriptor, line.data(), line.size());
  ::close(descriptor);
}

std::string DamageInSpeeds(const std::filesystem::path& file) {
  bool whole = true;
  ForEachLine(file, [&](const Json& line) { whole = whole && line.is_object(); });
  return whole ? "" : "'" + file.string() + "' has lines that aren't speeds";
}

}  // namespace quantbench
