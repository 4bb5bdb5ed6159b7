// SPDX-License-Identifier: Apache-2.0
// Saving results in the middle of a run.
#include "stage/run_context.h"

#include "support/files.h"
#include "support/progress.h"

namespace quantbench {
namespace {

constexpr char kNotMeasuredYet[] =
    "not measured when the run stopped; the same command goes on from there";

}  // namespace

Target RunContext::TargetOf(const std::string& backend, const std::filesystem::path& flat,
                            const std::filesystem::path& onnx) const {
  const ChosenBackend& chosen = backends.at(backend);
  return {.backend = backend,
          .library = chosen.library,
          .isa = chosen.isa,
          .model = flat,
          .onnx = onnx,
          .options = chosen.options};
}

std::string RunContext::WhyUnsupported(const std::string& backend, const Recipe& recipe) const {
  const auto chosen = backends.find(backend);
  if (chosen == backends.end()) return {};
  const PluginInfo& info = chosen->second.info;
  if (recipe.Asks16Bits() && !info.takes_16_bits) return No16Bits(backend);
  return recipe.AsksFewerBits() && !info.takes_limits ? NoLimits(backend) : "";
}

void RunContext::AddWarning(const std::string& text) {
  Warn(text);
  results.warnings.push_back(text);
}

void RunContext::Restore(const std::filesystem::path& file, const MappedFile& mapped) {
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) return;
  AddWarning("cache: '" + file.string() + "' was removed under the run; it is written again");
  WriteFileAtomically(file, mapped.text());
}

void RunContext::AddTime(const StageTime& time, const std::string& work) {
  results.stages.push_back(time);
  speeds.Add(work, time.items, time.seconds);
}

bool RunContext::IsComplete(const Row& row) const {
  if (row.status != Status::kOk) return true;
  if (Evaluates() && !row.accuracy) return false;
  return !Measures() ||
         static_cast<int>(row.latency.repetitions.size()) == scenario.latency.repetitions;
}

std::vector<Row> RunContext::RowsAsTheyAre() const {
  std::vector<Row> rows = results.rows;
  for (Row& row : rows) {
    if (!IsComplete(row)) {
      row.status = Status::kSkipped;
      row.detail = kNotMeasuredYet;
    } else if (!part.IsWhole() && row.status == Status::kOk) {
      row.status = Status::kPartial;
      AddRemark(row.detail, ToString(part) + " of a run; `quantbench merge` joins them");
    }
  }
  return rows;
}

void RunContext::Note(const JournalEntry& entry) {
  if (journal) journal->Append(entry);
}

void RunContext::Save() {
  if (!saves_results) return;
  Derive(results.rows);
  Results written = results;
  written.rows = RowsAsTheyAre();
  WriteResults(written, out);
}

bool FilesAreThere(const Target& target, const std::optional<ImageSource>& images) {
  std::error_code ignored;
  return std::filesystem::exists(target.model, ignored) &&
         std::filesystem::exists(target.onnx, ignored) &&
         (!images || std::filesystem::exists(images->crops, ignored));
}

std::string OfNetwork(const Network& network) {
  return network.id.empty() ? "" : " of " + network.id;
}

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Failure FailureOf(const Error& error) {
  Failure failure{.status = Status::kFailed, .detail = error.what()};
  if (dynamic_cast<const Unsupported*>(&error) != nullptr) failure.status = Status::kUnsupported;
  if (dynamic_cast<const Crashed*>(&error) != nullptr) failure.status = Status::kCrashed;
  if (dynamic_cast<const TimedOut*>(&error) != nullptr) failure.status = Status::kTimeout;
  return failure;
}

void SetFailure(const Failure& failure, Row& row) {
  row.status = failure.status;
  row.detail = failure.detail;
}

}  // namespace quantbench
