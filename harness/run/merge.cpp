// SPDX-License-Identifier: Apache-2.0
// Predictions joined, rows made from them, files written.
#include "run/merge.h"

#include <algorithm>
#include <map>
#include <optional>

#include "dataset/crops.h"
#include "run/found_parts.h"
#include "run/measured.h"
#include "stage/agreement.h"
#include "stage/plausible.h"
#include "stage/predictions_file.h"
#include "support/error.h"
#include "support/files.h"
#include "support/lock_file.h"
#include "support/number_text.h"
#include "support/progress.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

using JoinedOutcome = std::variant<Predictions, Failure>;

class Merge {
 public:
  explicit Merge(const FoundParts& found) : found_(found), complete_(found.missing.empty()) {
    for (const FoundPart& one : found.parts) {
      if (units_.empty()) units_ = one.part.units;
      if (one.part.measures) measured_ = &one.part;
      for (const PartImage& image : one.part.images) {
        if (image.readable) images_.push_back({.path = image.path, .label = image.label});
      }
    }
  }

  // Throws Error where the whole misses what the scenario expects.
  void RequireExpectation() const {
    const Part& first = found_.parts.front().part;
    if (!complete_ || !first.evaluates) return;
    for (const PartNetwork& network : first.networks)
      if (network.expected_top1) RequireExpectation(network);
  }

  // Writes the predictions of each unit, and gives the results that go with them.
  Results Write(const fs::path& out) {
    Results results = Heading();
    for (const PartUnit& unit : units_) Add(unit, out, results);
    for (size_t i = 0; i < found_.parts.front().part.cases.size(); ++i)
      results.rows.push_back(RowOf(i));
    if (complete_) DoubtRows(results);
    Derive(results.rows);
    for (Row& row : results.rows) {
      if (complete_ || row.status != Status::kOk) continue;
      row.status = Status::kPartial;
      AddRemark(row.detail, "not all of the run: " + MissingText());
    }
    WriteResults(results, out);
    return results;
  }

  std::string MissingText() const {
    std::string text;
    for (const std::string& missing : found_.missing) text += (text.empty() ? "" : "; ") + missing;
    return text + (text.ends_with(" is missing") ? "" : text.empty() ? "" : " missing");
  }

 private:
  // The first backend that has an accuracy is asked.
  void RequireExpectation(const PartNetwork& network) const {
    for (const PartUnit& unit : units_) {
      if (!unit.is_expected || unit.network != network.network) continue;
      const JoinedOutcome outcome = JoinedUnit(found_, unit.name);
      const auto* predictions = std::get_if<Predictions>(&outcome);
      if (predictions == nullptr) continue;
      return RequireExpected({.fp32_top1_percent = *network.expected_top1,
                              .within = network.expected_within.value_or(0)},
                             unit.backend, *predictions);
    }
  }

  // All of the results but the rows.
  Results Heading() const {
    const Part& first = measured_ != nullptr ? *measured_ : found_.parts.front().part;
    Results results{.rows = {},
                    .environment = first.environment,
                    .inputs = first.inputs,
                    .measured = first.measured};
    results.environment.hostname = Hosts();
    DescribeImages(results.measured);
    SetInputs(results);
    results.inputs.evaluation_crops.clear();  // there are those of parts
    for (const FoundPart& one : found_.parts) {
      for (const std::string& warning : one.part.warnings) AddOnce(warning, results.warnings);
      for (const StageTime& stage : one.part.stages) AddStage(stage, results.stages);
    }
    return results;
  }

  static void AddOnce(const std::string& text, std::vector<std::string>& texts) {
    if (std::ranges::find(texts, text) == texts.end()) texts.push_back(text);
  }

  // Images of a stage are those of all parts, and so is its time.
  static void AddStage(const StageTime& stage, std::vector<StageTime>& stages) {
    const auto same = std::ranges::find(stages, stage.stage, &StageTime::stage);
    if (same == stages.end()) return stages.push_back(stage);
    same->items += stage.items;
    same->seconds += stage.seconds;
  }

  std::string Hosts() const {
    std::vector<std::string> names;
    for (const FoundPart& one : found_.parts) AddOnce(one.part.environment.hostname, names);
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
  }

  // As of one run over all images; without hashes where some are missing.
  void DescribeImages(HowMeasured& measured) const {
    std::vector<ImageEntry> images;
    std::vector<std::string> contents;
    for (const FoundPart& one : found_.parts) {
      for (const PartImage& image : one.part.images) {
        images.push_back({.path = image.path, .label = image.label});
        contents.push_back(image.content);
      }
    }
    const bool all = found_.images() == found_.images_of_run() && !images.empty();
    measured.evaluation.images = static_cast<int64_t>(images.size());
    measured.evaluation.content = all ? ContentHash(images, contents) : "";
    for (MeasuredNetwork& network : measured.networks)
      network.evaluation_images =
          all ? ImagesHashOf(network.network, images, contents) : std::string();
  }

  std::string ImagesHashOf(const std::string& network, const std::vector<ImageEntry>& images,
                           const std::vector<std::string>& contents) const {
    const PartGeometry& geometry = found_.parts.front().part.NetworkOf(network).geometry;
    CropRequest request{.index = {}, .preprocess = {}};
    request.index.images = images;
    request.preprocess.resize = {geometry.resize_height, geometry.resize_width};
    request.preprocess.crop = {geometry.crop_height, geometry.crop_width};
    request.preprocess.resize_method = static_cast<ResizeMethod>(geometry.resize_method);
    request.preprocess.fit = static_cast<Fit>(geometry.fit);
    return ImagesHash(request, contents);
  }

  void Add(const PartUnit& unit, const fs::path& out, Results& results) {
    JoinedOutcome outcome = JoinedUnit(found_, unit.name);
    if (const auto* failure = std::get_if<Failure>(&outcome)) {
      failures_.emplace(unit.name, *failure);
      return;
    }
    const auto& predictions = std::get<Predictions>(outcome);
    const std::string file = "predictions/" + unit.name + ".csv";
    Evaluated evaluated{.evaluation = predictions,
                        .file = file,
                        .hash = WritePredictions(predictions, images_, out / file)};
    if (complete_ && unit.can_be_chance)
      evaluated.doubt = DoubtOf(predictions, images_, OutputsOf(unit));
    evaluated.agreement = AgreementOf(unit, predictions);
    if (complete_) {
      const Numerics promised{.exact = false,
                              .min_sqnr_db = unit.min_sqnr_db,
                              .min_top1_agreement_percent = unit.min_agreement_percent};
      evaluated.broken_promise = BrokenPromise(evaluated.agreement, promised, unit.is_float);
    }
    for (const std::string& text : {evaluated.doubt, evaluated.broken_promise}) {
      if (!text.empty()) AddOnce("evaluate " + unit.name + ": " + text, results.warnings);
    }
    evaluated_.emplace(unit.name, std::move(evaluated));
  }

  int64_t OutputsOf(const PartUnit& unit) const {
    return found_.parts.front().part.NetworkOf(unit.network).outputs;
  }

  // With the first exact backend that could run the model.
  std::optional<Agreement> AgreementOf(const PartUnit& unit, const Predictions& own) const {
    for (const std::string& name : unit.exact) {
      const JoinedOutcome outcome = JoinedUnit(found_, name);
      const auto* exact = std::get_if<Predictions>(&outcome);
      if (exact == nullptr) continue;
      const auto other = std::ranges::find(units_, name, &PartUnit::name);
      return quantbench::AgreementOf(own, *exact, other->backend);
    }
    return std::nullopt;
  }

  void DoubtRows(Results& results) const {
    const std::vector<PartCase>& cases = found_.parts.front().part.cases;
    std::vector<std::string> techniques;
    for (const PartCase& one : cases) techniques.push_back(one.techniques);
    for (const size_t i : DoubtTechniques(techniques, results.rows))
      AddOnce("evaluate " + cases[i].unit + ": " + results.rows[i].doubt, results.warnings);
  }

  Row RowOf(size_t i) const {
    const PartCase& one = found_.parts.front().part.cases[i];
    Row row{one.result};
    row.status = Status::kOk;
    row.detail.clear();
    row.latency = {};
    row.agreement.reset();
    row.memory = measured_ != nullptr ? measured_->cases[i].result.memory : Memory();
    row.streams = measured_ != nullptr ? measured_->cases[i].result.streams : std::nullopt;
    if (const auto failure = failures_.find(one.unit); failure != failures_.end()) {
      row.status = failure->second.status;
      row.detail = failure->second.detail;
      return row;
    }
    if (const auto found = evaluated_.find(one.unit); found != evaluated_.end()) {
      const Evaluated& evaluated = found->second;
      row.accuracy = evaluated.evaluation;
      row.preparation = evaluated.evaluation.preparation;
      row.predictions_file = evaluated.file;
      row.predictions_hash = evaluated.hash;
      row.doubt = evaluated.doubt;
      row.agreement = evaluated.agreement;
      AddRemark(row.detail, evaluated.evaluation.remark.value_or(""));
      AddRemark(row.detail, evaluated.doubt);
      AddRemark(row.detail, evaluated.broken_promise);
    }
    if (measured_ != nullptr) {
      const CaseResult& timed = measured_->cases[i].result;
      row.latency = timed.latency;
      row.preparation = timed.preparation;
      row.status = timed.status;
      AddRemark(row.detail, timed.detail);
    }
    return row;
  }

  struct Evaluated {
    Evaluation evaluation;
    std::string file, hash, doubt, broken_promise;
    std::optional<Agreement> agreement;
  };

  const FoundParts& found_;
  bool complete_;
  std::vector<PartUnit> units_;
  std::vector<ImageEntry> images_;  // that could be read
  const Part* measured_ = nullptr;
  std::map<std::string, Evaluated> evaluated_;
  std::map<std::string, Failure> failures_;
};

// The .onnx files, which all parts have.
void CopyModels(const FoundParts& found, const fs::path& out) {
  const fs::path models = found.parts.front().folder.parent_path().parent_path() / "models";
  std::error_code none;
  for (auto entry = fs::recursive_directory_iterator(models, none);
       entry != fs::recursive_directory_iterator(); entry.increment(none)) {
    const fs::path to = out / "models" / entry->path().lexically_relative(models);
    if (entry->path().extension() == ".onnx" && !fs::equivalent(entry->path(), to, none))
      WriteFileAtomically(to, MappedFile(entry->path()).text());
  }
}

// What the classes are called.
void CopyClassNames(const FoundParts& found, const fs::path& out) {
  std::error_code ignored;
  for (const FoundPart& one : found.parts) {
    const fs::path names = one.folder / fs::path(kClassNamesFile).filename();
    if (!fs::exists(names, ignored)) continue;
    return WriteFileAtomically(out / kClassNamesFile, MappedFile(names).text());
  }
}

// So that what is there can be merged with what comes later.
void CopyParts(const FoundParts& found, const fs::path& out) {
  for (const FoundPart& one : found.parts) {
    const fs::path to = PartsFolder(out) / one.folder.filename();
    std::error_code ignored;
    if (fs::equivalent(one.folder, to, ignored)) continue;
    for (const PartUnit& unit : one.part.units) {
      if (std::holds_alternative<Failure>(unit.outcome)) continue;
      WriteFileAtomically(UnitFile(to, unit.name),
                          MappedFile(UnitFile(one.folder, unit.name)).text());
    }
    const fs::path names = one.folder / fs::path(kClassNamesFile).filename();
    if (fs::exists(names, ignored))
      WriteFileAtomically(to / names.filename(), MappedFile(names).text());
    WritePart(one.part, to);
  }
}

}  // namespace

Results MergeParts(const MergeOptions& options) {
  const FoundParts found = FindParts(options.from);
  Merge merge(found);
  if (!found.missing.empty() && !options.partial)
    throw Error("not all parts are there, nothing was written: " + merge.MissingText() +
                "; --partial joins what is there");
  merge.RequireExpectation();
  std::error_code ignored;
  if (!options.holds_lock && fs::exists(options.out / "journal.jsonl", ignored))
    throw Error("'" + options.out.string() +
                "' is the folder of a run, which would be lost; give one of its own");
  std::optional<FolderLock> lock;
  if (!options.holds_lock) lock.emplace(options.out);
  if (!found.missing.empty()) CopyParts(found, options.out);
  CopyModels(found, options.out);
  CopyClassNames(found, options.out);
  Results results = merge.Write(options.out);
  if (found.missing.empty()) {
    fs::remove_all(PartsFolder(options.out), ignored);
    Log("merged " + CountText(found.parts.size(), "part") + ", " +
        CountText(found.images(), "image"));
  } else {
    Warn("partial: " + merge.MissingText());
  }
  return results;
}

}  // namespace quantbench
