// SPDX-License-Identifier: Apache-2.0
// Load the plugin, map the model, map the crops, run.
#include "worker/job.h"

#include "backend/model_file.h"
#include "evaluate/accuracy.h"
#include "latency/machine.h"
#include "support/error.h"
#include "support/npy_file.h"

namespace quantbench {
namespace {

// A prepared model with all that it stands on.
class Prepared {
 public:
  Prepared(const Target& target, const StepCallback& step)
      : backend_(Load(target, step)), model_(target.model), executable_([&] {
          step("preparing the model");
          return backend_.Prepare(model_.get(), target.isa);
        }()) {}

  const Executable& executable() const { return executable_; }
  const qb_model& model() const { return model_.get(); }

 private:
  static Backend Load(const Target& target, const StepCallback& step) {
    step("loading the plugin");
    return Backend::Load(target.library);
  }
  Backend backend_;
  MappedModel model_;
  Executable executable_;
};

Crops Map(const ImageSource& images) {
  return MapCrops(images.crops, images.hash, {images.height, images.width});
}

Normalizer NormalizerOf(const ImageSource& images) {
  Preprocess preprocess;
  preprocess.mean = images.mean;
  preprocess.std = images.std;
  preprocess.channel_order = images.bgr ? ChannelOrder::kBgr : ChannelOrder::kRgb;
  preprocess.scale = images.bytes ? PixelScale::kBytes : PixelScale::kUnit;
  return Normalizer(preprocess);
}

// The first `count` crops as a network input [count,3,height,width], starting anew at the end.
std::vector<float> BatchOf(const ImageSource& images, int count) {
  const Crops crops = Map(images);
  std::vector<float> batch(crops.pixels(0).size() * static_cast<size_t>(count));
  NormalizeBatch(crops, NormalizerOf(images), 0, count, batch, ThreadPool(1));
  return batch;
}

}  // namespace

Predictions DoEvaluate(const EvaluateJob& job, const StepCallback& step,
                       const ProgressCallback& progress) {
  const Prepared prepared(job.target, step);
  const Crops crops = Map(job.images);
  ThreadPool pool(job.jobs);
  step("evaluating images");
  return Evaluate(prepared.executable(), crops, NormalizerOf(job.images), job.batch_size, pool,
                  progress);
}

RepetitionSamples DoMeasure(const MeasureJob& job, const StepCallback& step) {
  std::optional<PinnedThreads> pinned;
  if (job.pin) pinned.emplace(job.threads);
  const Prepared prepared(job.target, step);
  const auto elements = static_cast<size_t>(prepared.executable().input_elements());
  // No kernel here depends on values, so zeros serve where there is no image.
  const std::vector<float> input =
      job.images ? BatchOf(*job.images, job.batch_size)
                 : std::vector<float>(elements * static_cast<size_t>(job.batch_size), 0.0f);
  const ThreadPool pool(job.threads);
  step("measuring latency");
  return MeasureRepetition(prepared.executable(), job.batch_size, input, job.settings, pool);
}

void DoScore(const ScoreJob& job, const StepCallback& step) {
  const Prepared prepared(job.target, step);
  const Executable& executable = prepared.executable();
  const NpyFile inputs(job.inputs);
  const std::vector<float> values = inputs.Floats();
  const auto wanted = static_cast<size_t>(executable.input_elements());
  const auto classes = static_cast<size_t>(executable.output_elements());
  if (values.empty() || values.size() % wanted != 0)
    throw Error("'" + job.inputs.string() + "' holds " + std::to_string(values.size()) +
                " values, no multiple of the " + std::to_string(wanted) + " of the model's input");
  const size_t count = values.size() / wanted;
  std::vector<float> scores(count * classes);
  Context context = executable.CreateContext(1, 1);
  const ThreadPool alone(1);
  step("computing scores");
  for (size_t i = 0; i < count; ++i)
    context.Run(1, values.data() + i * wanted, scores.data() + i * classes, alone);
  WriteNpy(job.scores, {static_cast<int64_t>(count), static_cast<int64_t>(classes)}, scores);
}

void DoTrace(const TraceJob& job, const StepCallback& node) {
  const Prepared prepared(job.target, [](const std::string&) {});
  const std::vector<float> input = BatchOf(job.images, 1);
  std::vector<float> output(static_cast<size_t>(prepared.executable().output_elements()));
  struct User {
    const qb_model& model;
    const StepCallback& node;
  } user{.model = prepared.model(), .node = node};
  const qb_tap tap{.struct_size = sizeof(qb_tap),
                   .user = &user,
                   .node_done = [](void* data, int32_t done, const void*, uint64_t, int64_t) {
                     const auto& [model, report] = *static_cast<const User*>(data);
                     if (done >= 0 && done < model.num_nodes) report(model.nodes[done]->name);
                   }};
  prepared.executable().CreateContext(1, 1).Run(1, input.data(), output.data(), ThreadPool(1),
                                                &tap);
}

}  // namespace quantbench
