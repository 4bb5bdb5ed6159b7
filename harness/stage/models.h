// SPDX-License-Identifier: Apache-2.0
// Stage: a model for each recipe, float or quantised: a flat file for workers, and the ONNX file
// whose size is the size column.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "quantize/techniques.h"
#include "stage/crops.h"
#include "stage/float_graph.h"
#include "stage/run_context.h"
#include "stage/stage.h"
#include "stage/statistics.h"
#include "support/files.h"

namespace quantbench {

extern const Kind kModels;
constexpr std::string_view kFlatExtension = ".model", kOnnxExtension = ".onnx";

// Mapped, so that the bytes stay with the run whatever becomes of the cache.
struct HeldFiles {
  MappedFile flat, onnx;
};

struct BuiltModel {
  std::filesystem::path flat;  // of FlattenModel, in the cache: what workers map
  std::filesystem::path onnx;  // the ONNX file in the cache: what some engines import
  std::string hash;            // of the flat file
  std::filesystem::path file;  // the ONNX file
  int64_t bytes = 0;           // of that file
};

class ModelsStage : public Stage {
 public:
  ModelsStage(RunContext& context, const Network& network, const CropsStage& crops,
              FloatGraph& graph, StatisticsStage& statistics)
      : context_(context),
        network_(network),
        crops_(crops),
        graph_(graph),
        statistics_(statistics),
        normalize_(network.preprocess),
        techniques_(context.pool, &context.store) {}

  // In the order of the cases, float first. Call after Key.
  const std::vector<Recipe>& recipes() const { return recipes_; }
  bool IsMissing(const Recipe& recipe) const;
  // Of the flat file, of a model that is there. Call after Key.
  const std::string& HashOf(const Recipe& recipe);
  // Of the ONNX file, likewise.
  const std::string& FileHashOf(const Recipe& recipe);
  // Where the ONNX files are written: the run's folder of models, of several networks one in it.
  std::filesystem::path Folder() const { return context_.models / network_.id; }
  // How many classes the network tells apart. Imports it where a model is missing. Call after Key.
  int64_t Outputs();
  // The graph behind a model. Of one that was cached, call StatisticsStage::Need before its Make.
  QuantizedGraph Quantized(const Recipe& recipe);
  // Call after Make. Its files are there: one that was removed from the cache is written again.
  const BuiltModel& Built(const Recipe& recipe) const;

  std::string_view name() const override { return "model"; }
  void Key() override;
  CaseState StateOf(const Case& one) override;
  std::vector<Work> WorkLeft() override;
  void Check() override;
  void Make() override;

 private:
  std::string KeyOf(const Recipe& recipe) const;
  std::filesystem::path FileOf(const Recipe& recipe, std::string_view extension) const;
  std::string KindOfWork(bool learns) const;
  std::vector<Recipe> Missing(bool learns) const;
  bool FindCached(const Recipe& recipe);
  void Hold(const Recipe& recipe);
  void Build(const Recipe& recipe);
  void BuildMissing(bool learns);

  RunContext& context_;
  const Network& network_;
  const CropsStage& crops_;
  FloatGraph& graph_;
  StatisticsStage& statistics_;
  Normalizer normalize_;
  IntegerTechniques techniques_;
  std::vector<Recipe> recipes_, missing_;
  std::map<Recipe, std::string> keys_, hashes_, file_hashes_;
  std::map<Recipe, HeldFiles> held_;  // of those that are cached, then of all
  std::map<Recipe, BuiltModel> built_;
};

}  // namespace quantbench
