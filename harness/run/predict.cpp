// SPDX-License-Identifier: Apache-2.0
// Crops to an input file, a model from the stages, scores from a worker.
#include "run/predict.h"

#include <algorithm>
#include <cmath>

#include "backend/model_file.h"
#include "dataset/crops.h"
#include "dataset/decode.h"
#include "dataset/folder_content.h"
#include "dataset/resize.h"
#include "run/start.h"
#include "stage/stages.h"
#include "support/error.h"
#include "support/files.h"
#include "support/npy_file.h"
#include "support/number_text.h"
#include "support/work_folder.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

struct Inputs {
  std::vector<std::string> names;
  std::vector<int64_t> shape;  // [n,3,h,w]
  std::vector<float> values;
};

Inputs InputsOf(const std::vector<fs::path>& images, const Preprocess& preprocess) {
  const PixelSize size = preprocess.crop;
  Inputs inputs{.names = {},
                .shape = {static_cast<int64_t>(images.size()), 3, size.height, size.width},
                .values = {}};
  const Normalizer normalize(preprocess);
  for (const fs::path& image : images) {
    const RgbImage crop = CenterCropped(DecodeImage(image), preprocess);
    inputs.values.resize(inputs.values.size() + crop.pixels.size());
    normalize(crop.pixels, std::span(inputs.values).last(crop.pixels.size()));
    inputs.names.push_back(image.string());
  }
  return inputs;
}

Inputs InputsOf(const fs::path& file) {
  const NpyFile array(file);
  Inputs inputs{.names = {}, .shape = array.shape(), .values = array.Floats()};
  if (inputs.shape.size() == 3) inputs.shape.insert(inputs.shape.begin(), 1);
  if (inputs.shape.size() != 4 || inputs.values.empty())
    throw Error(file.string() + ": expected an array [n,c,h,w] or [c,h,w] of inputs");
  for (int64_t i = 0; i < inputs.shape[0]; ++i)
    inputs.names.push_back(file.string() + "[" + std::to_string(i) + "]");
  return inputs;
}

// All images in and below the folder, as a split whose labels don't matter.
void CalibrateOn(const fs::path& folder, const fs::path& list, Scenario& scenario) {
  std::string lines;
  int count = 0;
  for (auto entry = fs::recursive_directory_iterator(folder);
       entry != fs::recursive_directory_iterator(); ++entry) {
    if (IsJunk(entry->path().filename().string())) {
      entry.disable_recursion_pending();
    } else if (!entry->is_directory()) {
      lines += fs::relative(entry->path(), folder).string() + " 0\n";
      ++count;
    }
  }
  if (count == 0) throw Error("no image in '" + folder.string() + "' to calibrate with");
  WriteFileAtomically(list, lines);
  constexpr int kEnough = 512;
  scenario.dataset = {
      .root = folder, .layout = "flat", .labels = list, .max_unreadable = count - 1};
  scenario.calibration.subset = {.split = ".", .random = std::min(count, kEnough)};
}

void CheckShape(const Inputs& inputs, const qb_model& model) {
  const qb_tensor& wanted = *model.tensors[model.input];
  const Shape expected(wanted.dims + 1, wanted.dims + wanted.rank);
  const Shape given(inputs.shape.begin() + 1, inputs.shape.end());
  if (given != expected)
    throw Error("the model takes inputs " + ToString(expected) + ", not " + ToString(given));
}

// The node that the scores come from, through a dequantisation.
bool EndsInSoftmax(const qb_model& model) {
  int32_t tensor = model.output;
  for (int32_t n = model.num_nodes - 1; n >= 0; --n) {
    const qb_node& node = *model.nodes[n];
    if (node.output != tensor) continue;
    if (node.op != QB_DEQUANTIZE) return node.op == QB_SOFTMAX;
    tensor = node.inputs[0];
  }
  return false;
}

void CheckNames(const ClassNames& classes, int offset, int64_t outputs) {
  const auto named = static_cast<int64_t>(classes.size());
  if (classes.empty() || named + offset == outputs) return;
  throw Error("the model has " + CountText(outputs, "output") + ", but " + classes.source() +
              " names " + CountText(named, "class") +
              (offset == 0 && outputs == named + 1
                   ? "; where output 0 is a background class, give --label-offset 1"
                   : "; expected one line for each output"));
}

void CheckFinite(const Answers& answers) {
  const auto classes = static_cast<size_t>(answers.shape[1]);
  for (size_t i = 0; i < answers.scores.size(); ++i)
    if (!std::isfinite(answers.scores[i]))
      throw Error(answers.names[i / classes] + ": the backend's scores hold " +
                  (std::isnan(answers.scores[i]) ? "NaN" : "infinity") + ", which ranks no class");
}

}  // namespace

Answers Predict(const Scenario& asked, const Questions& questions, const RunOptions& options) {
  const WorkFolder scratch;
  Scenario scenario = asked;
  scenario.evaluation.enabled = scenario.latency.enabled = false;
  scenario.ForgetExpectations();
  if (!questions.calibration.empty())
    CalibrateOn(questions.calibration, scratch.path() / "calibration.txt", scenario);
  Network& network = scenario.networks.front();
  const Inputs inputs = questions.input.empty() ? InputsOf(questions.images, network.preprocess)
                                                : InputsOf(questions.input);
  network.model.input_height = static_cast<int>(std::min<int64_t>(inputs.shape[2], 1 << 17));
  network.model.input_width = static_cast<int>(std::min<int64_t>(inputs.shape[3], 1 << 17));

  RunContext context = ContextOf(scenario, options, Store::Access::kUse);
  FindCases(context, options);
  context.cases.resize(1);
  context.models = scratch.path();
  Stages stages(context);
  stages.Key();
  for (Stage* const stage : stages) stage->Check();
  for (Stage* const stage : stages) stage->Make();

  const CaseKey& key = context.cases.front().key;
  const BuiltModel& built = stages.Of(key).models.Built(key.recipe);
  const Target target = context.TargetOf(key.backend, built.flat, built.onnx);
  Answers answers{.backend = key.backend, .isa = target.isa, .recipe = key.recipe.Name()};
  answers.names = inputs.names;
  answers.classes = questions.classes;
  answers.label_offset = questions.label_offset;
  {
    const MappedModel model(built.flat);
    CheckShape(inputs, model.get());
    answers.are_probabilities = EndsInSoftmax(model.get());
    CheckNames(answers.classes, answers.label_offset,
               model.get().tensors[model.get().output]->dims[1]);
  }
  const fs::path input = scratch.path() / "inputs.npy", output = scratch.path() / "scores.npy";
  WriteNpy(input, inputs.shape, inputs.values);
  context.runner->Score({.target = target, .inputs = input, .scores = output});
  const NpyFile scores(output);
  answers.shape = scores.shape();
  answers.scores = scores.Floats();
  CheckFinite(answers);
  return answers;
}

}  // namespace quantbench
