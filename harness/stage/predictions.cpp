// SPDX-License-Identifier: Apache-2.0
// Where an outcome comes from: this run, the journal, the cache, or the backend.
#include "stage/predictions.h"

#include <algorithm>
#include <span>
#include <utility>

#include "code_version/evaluation.h"
#include "dataset/class_check.h"
#include "stage/cached_predictions.h"
#include "stage/keys.h"
#include "stage/plausible.h"
#include "stage/predictions_file.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/progress.h"
#include "support/work_folder.h"

namespace quantbench {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

// All that decides predictions. A model stands here by its content, so that predictions outlive a
// rebuild of this program that gives the same model.
std::string PredictionsStage::KeyOf(const EvaluationUnit& unit) const {
  const bool takes_file = context_.backends.at(unit.backend).info.takes_file;
  return KeyOf(unit.backend, models_.HashOf(unit.recipe),
               takes_file ? models_.FileHashOf(unit.recipe) : std::string(), unit.batch_size);
}

std::string PredictionsStage::KeyOf(const std::string& backend, const std::string& model_hash,
                                    const std::string& file_hash, int batch_size) const {
  const ChosenBackend& chosen = context_.backends.at(backend);
  Hasher hasher;
  hasher.Add("evaluation").Add(code_of_evaluation::kCodeVersion).Add(model_hash);
  hasher.Add(CropsStage::KeyOf(crops_.evaluation())).Add(batch_size);
  hasher.Add(chosen.Hash());
  if (chosen.info.takes_file) hasher.Add(file_hash);
  AddTo(hasher, network_.preprocess);
  return hasher.Hex();
}

// How observers chose their qparams doesn't matter to the time of backends.
std::string PredictionsStage::KindOfWork(const EvaluationUnit& unit) const {
  return WorkKind({"evaluate", Machine(context_.jobs), graph_.key(), CropSize(network_.preprocess),
                   unit.backend, context_.backends.at(unit.backend).isa,
                   TextOf(unit.recipe.precision()), TextOf(unit.recipe.quantization()),
                   "batch " + std::to_string(unit.batch_size)});
}

std::vector<EvaluationUnit> PredictionsStage::Units() const {
  std::vector<EvaluationUnit> units;
  const auto add = [&](const EvaluationUnit& unit) {
    if (std::find(units.begin(), units.end(), unit) == units.end()) units.push_back(unit);
  };
  const std::vector<Case> cases = CasesOf(network_, context_.cases);
  const std::vector<std::string> backends = BackendsOf(cases);
  if (network_.expect)
    add({.backend = backends.front(), .recipe = Recipe(), .network = network_.id});
  for (const Recipe& recipe : models_.recipes()) {
    for (const std::string& backend : backends) {
      for (const Case& one : cases) {
        if (one.key.backend == backend && one.key.recipe == recipe) add(UnitOf(one.key));
      }
    }
  }
  return units;
}

void PredictionsStage::Recall(const std::vector<JournalEntry>& entries) {
  for (const JournalEntry& entry : entries) {
    const auto* evaluation = std::get_if<EvaluationEntry>(&entry);
    if (evaluation == nullptr) continue;
    if (!network_.id.empty() && !evaluation->name.starts_with(network_.id + "/")) continue;
    known_.insert_or_assign(evaluation->name, evaluation->outcome);
    written_.insert_or_assign(evaluation->name, evaluation->predictions_hash);
    AddTime(*evaluation);
  }
}

bool PredictionsStage::IsFinished(const EvaluationUnit& unit) const {
  const auto known = known_.find(unit.Name());
  return known != known_.end() &&
         (std::holds_alternative<Failure>(known->second) || IsAsWritten(unit));
}

bool PredictionsStage::IsAsWritten(const EvaluationUnit& unit) const {
  try {
    return HashFile(context_.out / unit.PredictionsFile()) == written_.at(unit.Name());
  } catch (const Error&) {
    return false;  // it is gone
  }
}

ArtefactState PredictionsStage::StateOf(const EvaluationUnit& unit) {
  const auto [looked, is_new] = looked_.try_emplace(unit.Name());
  if (is_new) looked->second = Look(unit);
  return looked->second;
}

ArtefactState PredictionsStage::Look(const EvaluationUnit& unit) {
  if (IsFinished(unit)) return ArtefactState::kFinished;
  if (!context_.backends.contains(unit.backend)) return ArtefactState::kUnknown;
  // A model that is made anew may turn out to be one that was evaluated before.
  if (models_.IsMissing(unit.recipe)) {
    const Kind* const kind = &kPredictions;
    const bool none = context_.store.List({&kind, 1}).empty();
    return none ? ArtefactState::kToDo : ArtefactState::kUnknown;
  }
  std::string problem;
  const bool cached = context_.store.Find(kPredictions, KeyOf(unit), problem);
  return cached ? ArtefactState::kCached : ArtefactState::kToDo;
}

CaseState PredictionsStage::StateOf(const Case& one) {
  if (!context_.Evaluates()) return {ArtefactState::kNotNeeded};
  if (!context_.WhyUnsupported(one.key.backend, one.key.recipe).empty())
    return {ArtefactState::kUnsupported};
  return {StateOf(UnitOf(one.key))};
}

std::vector<Work> PredictionsStage::WorkLeft() {
  std::vector<Work> left;
  if (!context_.Evaluates()) return left;
  const auto images = static_cast<int64_t>(crops_.evaluation()->request.index.images.size());
  for (const EvaluationUnit& unit : Units()) {
    if (!context_.backends.contains(unit.backend) ||
        !context_.WhyUnsupported(unit.backend, unit.recipe).empty())
      continue;
    const ArtefactState state = StateOf(unit);
    if (state != ArtefactState::kToDo && state != ArtefactState::kUnknown) continue;
    left.push_back(
        context_.speeds.WorkOf(KindOfWork(unit), "evaluate " + unit.Name(), images, "images"));
  }
  return left;
}

void PredictionsStage::Check() {
  if (!context_.Evaluates()) return;
  CheckClasses(crops_.ImagesOfRun(), context_.scenario.dataset, models_.Outputs());
}

void PredictionsStage::Make() {
  if (!context_.Evaluates()) return;
  RequireWholeBatches();
  const Crops& crops = *crops_.evaluation()->crops;
  images_.clear();
  for (int64_t i = 0; i < crops.count(); ++i)
    images_.push_back({.path = crops.path(i), .label = crops.label(i)});
  DoubtInputs();
  if (network_.expect) CheckExpectation();
  for (const EvaluationUnit& unit : Units()) {
    Join(OutcomeOf(unit), unit);
    if (std::exchange(evaluated_, false)) context_.Save();
  }
  CompareEngines();
  DoubtRows();
  if (from_cache_ > 0) {
    Log("evaluate" + OfNetwork(network_) + ": " + std::to_string(from_cache_) + " of " +
        std::to_string(known_.size()) + " cached");
  }
}

void PredictionsStage::Forget() {
  known_.clear();
  written_.clear();
  looked_.clear();
  from_cache_ = 0;
}

bool PredictionsStage::HasResult(const EvaluationUnit& unit) const {
  const auto known = known_.find(unit.Name());
  return known != known_.end() && std::holds_alternative<Evaluation>(known->second);
}

bool PredictionsStage::IsExact(const EvaluationUnit& unit) const {
  return context_.backends.at(unit.backend).info.numerics.exact;
}

Predictions PredictionsStage::PredictionsOf(const EvaluationUnit& unit) {
  const std::string key = KeyOf(unit);
  std::string problem;
  if (auto cached = context_.store.Read(
          kPredictions, key, problem,
          [&](const std::filesystem::path& file) { return ReadCachedPredictions(file, key); }))
    return std::move(*cached);
  Predictions predictions = RunBackend(unit);
  context_.store.Put(kPredictions, key, SerializePredictions(key, predictions));
  return predictions;
}

void PredictionsStage::Join(const Outcome& outcome, const EvaluationUnit& unit) {
  std::string doubt;
  // A part's few images may well be of one class.
  if (const auto* accuracy = std::get_if<Evaluation>(&outcome);
      accuracy != nullptr && context_.part.IsWhole() && CanBeDoubted(unit))
    doubt = DoubtOf(*accuracy, images_, models_.Outputs());
  if (!doubt.empty()) context_.AddWarning("evaluate " + unit.Name() + ": " + doubt);
  for (size_t i = 0; i < context_.cases.size(); ++i) {
    if (!(UnitOf(context_.cases[i].key) == unit)) continue;
    Row& row = context_.results.rows[i];
    if (const auto* failure = std::get_if<Failure>(&outcome)) {
      SetFailure(*failure, row);
      continue;
    }
    const auto& evaluation = std::get<Evaluation>(outcome);
    row.accuracy = evaluation;
    row.preparation = evaluation.preparation;
    AddRemark(row.detail, evaluation.remark.value_or(""));
    row.predictions_file = unit.PredictionsFile();
    row.predictions_hash = written_.at(unit.Name());
    row.doubt = doubt;
    AddRemark(row.detail, doubt);
  }
}

const PredictionsStage::Outcome& PredictionsStage::OutcomeOf(const EvaluationUnit& unit) {
  const std::string name = unit.Name();
  if (IsFinished(unit) && HasPartFile(unit)) return known_.at(name);
  const std::string key = KeyOf(unit);
  context_.store.Hold(kPredictions, key);
  std::string problem;
  if (const auto cached = context_.store.Read(
          kPredictions, key, problem,
          [&](const std::filesystem::path& file) { return ReadCachedPredictions(file, key); })) {
    ++from_cache_;
    LogDetail("evaluate " + name + ": predictions " + key + " from the cache");
    return Keep(unit, *cached, {.name = name, .outcome = Failure{}, .from_cache = true});
  }
  if (!problem.empty()) context_.AddWarning("evaluate " + name + ": made anew: " + problem);
  return Evaluate(unit, key);
}

const PredictionsStage::Outcome& PredictionsStage::Evaluate(const EvaluationUnit& unit,
                                                            const std::string& key) {
  EvaluationEntry entry{.name = unit.Name(), .outcome = Failure{}};
  const std::string why_not = context_.WhyUnsupported(unit.backend, unit.recipe);
  if (!why_not.empty()) {
    entry.outcome = Failure{.status = Status::kUnsupported, .detail = why_not};
    context_.journal->Append(entry);
    return known_.insert_or_assign(entry.name, entry.outcome).first->second;
  }
  evaluated_ = true;
  context_.Note(StartedEntry{.name = entry.name});
  const Clock::time_point start = Clock::now();
  try {
    const Predictions predictions = RunBackend(unit);
    entry.seconds = SecondsSince(start);
    context_.speeds.Add(KindOfWork(unit), predictions.images, entry.seconds);
    context_.store.Put(kPredictions, key, SerializePredictions(key, predictions));
    return Keep(unit, predictions, std::move(entry));
  } catch (const WriteError&) {
    throw;
  } catch (const Error& error) {
    entry.outcome = FailureOf(error);
    context_.Note(entry);
    return known_.insert_or_assign(entry.name, entry.outcome).first->second;
  }
}

const PredictionsStage::Outcome& PredictionsStage::Keep(const EvaluationUnit& unit,
                                                        const Predictions& predictions,
                                                        EvaluationEntry entry) {
  if (!context_.part.IsWhole())
    WriteFileAtomically(PartFileOf(unit), SerializePredictions(KeyOf(unit), predictions));
  entry.predictions_hash =
      WritePredictions(predictions, images_, context_.out / unit.PredictionsFile());
  entry.outcome = Evaluation(predictions);
  context_.Note(entry);
  written_.insert_or_assign(entry.name, entry.predictions_hash);
  AddTime(entry);
  return known_.insert_or_assign(entry.name, entry.outcome).first->second;
}

Predictions PredictionsStage::RunBackend(const EvaluationUnit& unit) const {
  Progress progress("evaluate " + unit.Name(), "images");
  return RunOnCachedFiles(
      [&] {
        const BuiltModel& model = models_.Built(unit.recipe);
        return EvaluateJob{.target = context_.TargetOf(unit.backend, model.flat, model.onnx),
                           .images = *crops_.Images(network_.preprocess),
                           .batch_size = unit.batch_size,
                           .jobs = context_.jobs};
      },
      [&](const EvaluateJob& job) {
        return context_.runner->Evaluate(
            job, [&](int64_t done, int64_t total) { progress.Update(done, total); });
      });
}

Predictions PredictionsStage::PredictionsOf(const std::string& backend, const std::string& flat,
                                            const WriteModel& write_onnx) {
  const std::string hash = HashBytes(std::as_bytes(std::span(flat)));
  const std::string key = KeyOf(backend, hash, hash, 1);  // one decides the other
  context_.store.Hold(kPredictions, key);
  std::string problem;
  if (auto cached = context_.store.Read(
          kPredictions, key, problem,
          [&](const std::filesystem::path& file) { return ReadCachedPredictions(file, key); }))
    return std::move(*cached);
  const WorkFolder folder;
  const std::filesystem::path model = folder.path() / "trial.model";
  const std::filesystem::path onnx = folder.path() / "trial.onnx";
  WriteFileAtomically(model, flat);
  if (context_.backends.at(backend).info.takes_file) write_onnx(onnx);
  Predictions predictions = RunOnCachedFiles(
      [&] {
        return EvaluateJob{.target = context_.TargetOf(backend, model, onnx),
                           .images = *crops_.Images(network_.preprocess),
                           .batch_size = 1,
                           .jobs = context_.jobs};
      },
      [&](const EvaluateJob& job) {
        return context_.runner->Evaluate(job, [](int64_t, int64_t) {});
      });
  context_.store.Put(kPredictions, key, SerializePredictions(key, predictions));
  return predictions;
}

void PredictionsStage::AddTime(const EvaluationEntry& entry) {
  const auto* accuracy = std::get_if<Evaluation>(&entry.outcome);
  if (accuracy == nullptr || entry.from_cache) return;
  context_.results.stages.push_back({.stage = "evaluate " + entry.name,
                                     .items = accuracy->images,
                                     .unit = "images",
                                     .seconds = entry.seconds});
}

}  // namespace quantbench
