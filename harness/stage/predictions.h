// SPDX-License-Identifier: Apache-2.0
// Stage: the best classes of each image, once for each backend and quantised model.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "part/part.h"
#include "stage/crops.h"
#include "stage/evaluation_unit.h"
#include "stage/models.h"
#include "stage/run_context.h"
#include "stage/stage.h"

namespace quantbench {

class PredictionsStage : public Stage {
 public:
  PredictionsStage(RunContext& context, const Network& network, const CropsStage& crops,
                   const FloatGraph& graph, ModelsStage& models)
      : context_(context), network_(network), crops_(crops), graph_(graph), models_(models) {}

  std::string_view name() const override { return "predictions"; }
  void Recall(const std::vector<JournalEntry>& entries) override;
  bool IsJournaled() const override { return context_.scenario.evaluation.enabled; }
  CaseState StateOf(const Case& one) override;
  std::vector<Work> WorkLeft() override;
  // Classes that can't be the network's.
  void Check() override;
  // The accuracy self-test first, where the scenario expects one; then recipe after recipe, float
  // first. A backend's failure becomes the rows' status.
  void Make() override;
  // What was found, since other images come next.
  void Forget();

  // Of a model that is no case's, whose flat file (FlattenModel) is given: from the cache, or
  // evaluated now. Its ONNX file is written for backends that take one. Call after Make of crops.
  // Throws Error where the backend fails.
  using WriteModel = std::function<void(const std::filesystem::path&)>;
  Predictions PredictionsOf(const std::string& backend, const std::string& flat,
                            const WriteModel& write_onnx);

  // What Make found, for the part of a run that this is: see part/part.h.
  std::vector<PartUnit> UnitsOfPart() const;

 private:
  using Outcome = std::variant<Evaluation, Failure>;

  std::string KeyOf(const EvaluationUnit& unit) const;
  std::string KeyOf(const std::string& backend, const std::string& model_hash,
                    const std::string& file_hash, int batch_size) const;
  std::string KindOfWork(const EvaluationUnit& unit) const;
  ArtefactState StateOf(const EvaluationUnit& unit);
  ArtefactState Look(const EvaluationUnit& unit);  // what StateOf remembers
  // What Make evaluates, in its order, each once.
  std::vector<EvaluationUnit> Units() const;

  bool IsFinished(const EvaluationUnit& unit) const;
  bool IsAsWritten(const EvaluationUnit& unit) const;  // its predictions file
  const Outcome& OutcomeOf(const EvaluationUnit& unit);
  const Outcome& Evaluate(const EvaluationUnit& unit, const std::string& key);
  const Outcome& Keep(const EvaluationUnit& unit, const Predictions& predictions,
                      EvaluationEntry entry);
  Predictions RunBackend(const EvaluationUnit& unit) const;
  void AddTime(const EvaluationEntry& entry);
  void Join(const Outcome& outcome, const EvaluationUnit& unit);
  // Engines that round in their own way, against an exact backend on the same model.
  void CompareEngines();
  bool HasResult(const EvaluationUnit& unit) const;
  bool IsExact(const EvaluationUnit& unit) const;
  // Of a unit that has a result: the cache's, or made once more where they were removed.
  Predictions PredictionsOf(const EvaluationUnit& unit);
  bool CanBeDoubted(const EvaluationUnit& unit) const;
  void CheckExpectation();
  void DoubtInputs();
  void DoubtRows();
  std::filesystem::path PartFileOf(const EvaluationUnit& unit) const;
  bool HasPartFile(const EvaluationUnit& unit);
  void RequireWholeBatches() const;

  RunContext& context_;
  const Network& network_;
  const CropsStage& crops_;
  const FloatGraph& graph_;
  ModelsStage& models_;
  std::map<std::string, Outcome> known_;         // by unit's name: of this run or its journal
  std::map<std::string, std::string> written_;   // by unit's name: hash of its predictions file
  std::map<std::string, ArtefactState> looked_;  // by unit's name
  std::vector<ImageEntry> images_;               // that could be read
  size_t from_cache_ = 0;
  bool evaluated_ = false;  // since the last Save: what was known is saved with the next news
};

}  // namespace quantbench
