// SPDX-License-Identifier: Apache-2.0
// Import, quantise, export.
#include "stage/models.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "backend/abi_model.h"
#include "backend/model_file.h"
#include "model/onnx_export.h"
#include "quantize/quantize_recipe.h"
#include "stage/keys.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"
#include "support/interrupt.h"
#include "support/progress.h"

namespace quantbench {
namespace {

template <typename Model>
void Write(const Model& model, const Store::Files& files) {
  ExportOnnx(model, files[kOnnxExtension]);
  WriteFileAtomically(files[kFlatExtension], FlattenModel(AbiModel(model).get()));
}

// Writes unless the same bytes are there already.
void WriteWhereItDiffers(const MappedFile& from, const std::filesystem::path& to) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(to, ignored) && MappedFile(to).text() == from.text()) return;
  WriteFileAtomically(to, from.text());
}

// Learning takes a thousand times as long as the rest: times are kept apart.
bool Learns(const Recipe& recipe) {
  return recipe.AsStatic() != nullptr && recipe.AsStatic()->techniques.Has(Technique::kAdaround);
}
const char* TitleOfWork(bool learns) { return learns ? "learn rounding" : "quantize"; }

// Where a file holds weights in more bits than they need, its size isn't theirs. ONNX's dynamic
// products take 8 bits, and there are no tensors of 5.
std::string StorageRemark(const Recipe& recipe) {
  const auto remark = [](int bits, bool has_four_bits) -> std::string {
    if (bits == kMostWeightBits || (bits == 4 && has_four_bits)) return {};
    return "weights of " + std::to_string(bits) + " bits are stored as int8";
  };
  if (const StaticRecipe* const of = recipe.AsStatic()) return remark(of->weight_bits, true);
  if (const DynamicRecipe* const of = recipe.AsDynamic()) return remark(of->weight_bits, false);
  return {};
}

}  // namespace

constinit const Kind kModels{.name = "model",
                             .folder = "models",
                             .prefix = "",
                             .file_types = {{kFlatExtension, "flat"}, {kOnnxExtension, "onnx"}},
                             .verify = nullptr};

// All that decides a model's bytes. The hash of this very program stands for the code of
// quantisation and export: no version number that somebody forgets to raise.
std::string ModelsStage::KeyOf(const Recipe& recipe) const {
  Hasher hasher;
  hasher.Add("model").Add(ThisProgram()).Add(graph_.KeyOf(recipe.GraphTechniques()));
  recipe.AddTo(hasher);
  if (recipe.NeedsCalibration()) {
    hasher.Add(CropsStage::KeyOf(crops_.calibration()));
    hasher.Add(context_.scenario.calibration.batch_size);
    AddTo(hasher, network_.preprocess);
  }
  return hasher.Hex();
}

void ModelsStage::Key() {
  recipes_ = RecipesToBuild(network_, CasesOf(network_, context_.cases));
  for (const Recipe& recipe : recipes_) {
    keys_[recipe] = KeyOf(recipe);
    context_.store.Hold(kModels, keys_[recipe]);
    if (!FindCached(recipe)) missing_.push_back(recipe);
  }
  statistics_.Need(missing_);
}

bool ModelsStage::FindCached(const Recipe& recipe) {
  std::string problem;
  if (context_.store.Find(kModels, keys_.at(recipe), problem)) {
    try {
      Hold(recipe);
      LogDetail("model " + recipe.Name() + " from " + FileOf(recipe, kOnnxExtension).string());
      return true;
    } catch (const Error& error) {  // removed at this moment
      problem = error.what();
    }
  }
  if (!problem.empty())
    Warn("models" + OfNetwork(network_) + ": " + recipe.Name() + " is made anew: " + problem);
  return false;
}

void ModelsStage::Hold(const Recipe& recipe) {
  held_.insert_or_assign(recipe, HeldFiles{.flat = MappedFile(FileOf(recipe, kFlatExtension)),
                                           .onnx = MappedFile(FileOf(recipe, kOnnxExtension))});
}

bool ModelsStage::IsMissing(const Recipe& recipe) const {
  return std::find(missing_.begin(), missing_.end(), recipe) != missing_.end();
}

std::filesystem::path ModelsStage::FileOf(const Recipe& recipe, std::string_view extension) const {
  return context_.store.Path(kModels, keys_.at(recipe), extension);
}

const std::string& ModelsStage::HashOf(const Recipe& recipe) {
  std::string& hash = hashes_[recipe];
  if (hash.empty()) hash = HashBytes(held_.at(recipe).flat.bytes());
  return hash;
}

const std::string& ModelsStage::FileHashOf(const Recipe& recipe) {
  std::string& hash = file_hashes_[recipe];
  if (hash.empty()) hash = HashBytes(held_.at(recipe).onnx.bytes());
  return hash;
}

CaseState ModelsStage::StateOf(const Case& one) {
  return {IsMissing(one.key.recipe) ? ArtefactState::kToDo : ArtefactState::kCached};
}

std::string ModelsStage::KindOfWork(bool learns) const {
  return WorkKind({TitleOfWork(learns), Machine(context_.jobs), graph_.key()});
}

std::vector<Recipe> ModelsStage::Missing(bool learns) const {
  std::vector<Recipe> some;
  std::ranges::copy_if(missing_, std::back_inserter(some),
                       [&](const Recipe& recipe) { return Learns(recipe) == learns; });
  return some;
}

std::vector<Work> ModelsStage::WorkLeft() {
  std::vector<Work> left;
  for (const bool learns : {false, true}) {
    const auto models = static_cast<int64_t>(Missing(learns).size());
    if (models > 0)
      left.push_back(context_.speeds.WorkOf(
          KindOfWork(learns), TitleOfWork(learns) + OfNetwork(network_), models, "models"));
  }
  return left;
}

void ModelsStage::Check() {
  for (const Recipe& recipe : missing_) {
    CheckRecipe(recipe, *graph_.Get(), network_.model.file);
    CheckLayers(recipe, *graph_.Get(recipe.GraphTechniques()));
  }
}

int64_t ModelsStage::Outputs() {
  if (missing_.empty() && !recipes_.empty()) {
    try {
      const MappedModel model(FileOf(recipes_.front(), kFlatExtension));
      return model.get().tensors[model.get().output]->dims[1];
    } catch (const Error&) {
      // The float network tells as well; what is wrong with the file, those who run it will say.
    }
  }
  const Graph& graph = *graph_.Get();
  return NumElements(graph.values[static_cast<size_t>(graph.output)].shape);
}

QuantizedGraph ModelsStage::Quantized(const Recipe& recipe) {
  const StaticRecipe* const of = recipe.AsStatic();
  QuantizedGraph quantized =
      QuantizeByRecipe(graph_.Get(recipe.GraphTechniques()), recipe,
                       of == nullptr ? std::vector<QParams>() : statistics_.QParamsOf(recipe));
  if (of == nullptr) return quantized;
  for (const TechniqueReport& report :
       techniques_.Apply(of->techniques,
                         {.images = {*crops_.calibration()->crops, normalize_},
                         .batch_size = context_.scenario.calibration.batch_size},
                         quantized)) {
    report.did_nothing ? Warn(report.summary) : Log(report.summary);
    for (const std::string& detail : report.details) LogDetail(detail);
  }
  return quantized;
}

void ModelsStage::Build(const Recipe& recipe) {
  constexpr int kAttempts = 3;  // somebody may remove its files from the cache at once
  for (int attempt = 1;; ++attempt) {
    try {
      return context_.store.Put(kModels, keys_.at(recipe), [&](const Store::Files& files) {
        if (recipe.IsFloat()) {
          Write(*graph_.Get(recipe.GraphTechniques()), files);
        } else {
          Write(Quantized(recipe), files);
        }
        Hold(recipe);
      });
    } catch (const WriteError&) {
      throw;
    } catch (const Error&) {
      std::error_code ignored;
      const bool there = std::filesystem::exists(FileOf(recipe, kFlatExtension), ignored) &&
                         std::filesystem::exists(FileOf(recipe, kOnnxExtension), ignored);
      if (there || attempt == kAttempts) throw;
    }
  }
}

void ModelsStage::BuildMissing(bool learns) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Recipe> missing = Missing(learns);
  if (missing.empty()) return;
  for (const Recipe& recipe : missing) {
    ThrowIfInterrupted();
    Build(recipe);
  }
  context_.AddTime({.stage = TitleOfWork(learns) + OfNetwork(network_),
                    .items = static_cast<int64_t>(missing.size()),
                    .unit = "models",
                    .seconds = SecondsSince(start)},
                   KindOfWork(learns));
}

void ModelsStage::Make() {
  for (const bool learns : {false, true}) BuildMissing(learns);
  for (const auto& [recipe, key] : keys_) {
    const std::filesystem::path file = Folder() / (recipe.Name() + ".onnx");
    const MappedFile& onnx = held_.at(recipe).onnx;
    WriteWhereItDiffers(onnx, file);
    built_.emplace(recipe, BuiltModel{.flat = FileOf(recipe, kFlatExtension),
                                      .onnx = FileOf(recipe, kOnnxExtension),
                                      .hash = HashOf(recipe),
                                      .file = file,
                                      .bytes = static_cast<int64_t>(onnx.bytes().size())});
  }
  if (missing_.size() < keys_.size()) {
    Log("models" + OfNetwork(network_) + ": " + std::to_string(keys_.size() - missing_.size()) +
        " of " + std::to_string(keys_.size()) + " cached");
  }
  for (size_t i = 0; i < context_.results.rows.size(); ++i) {
    if (context_.cases[i].key.network != network_.id) continue;
    Row& row = context_.results.rows[i];
    row.model_bytes = built_.at(context_.cases[i].key.recipe).bytes;
    AddRemark(row.detail, StorageRemark(context_.cases[i].key.recipe));
  }
}

const BuiltModel& ModelsStage::Built(const Recipe& recipe) const {
  const BuiltModel& built = built_.at(recipe);
  context_.Restore(built.flat, held_.at(recipe).flat);
  context_.Restore(built.onnx, held_.at(recipe).onnx);
  return built;
}

}  // namespace quantbench
