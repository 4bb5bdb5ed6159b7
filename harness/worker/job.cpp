// SPDX-License-Identifier: Apache-2.0
// Load the plugin, map the model, map the crops, run.
#include "worker/job.h"

#include <algorithm>
#include <utility>

#include "backend/guarded_run.h"
#include "backend/model_file.h"
#include "conformance/suite.h"
#include "evaluate/accuracy.h"
#include "evaluate/engine_layers.h"
#include "latency/fresh_code.h"
#include "latency/machine.h"
#include "latency/profile.h"
#include "latency/throughput.h"
#include "support/error.h"
#include "support/npy_file.h"
#include "support/number_text.h"
#include "support/process_state.h"
#include "worker/prepared.h"

namespace quantbench {
namespace {

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
GuardedFloats BatchOf(const ImageSource& images, int count) {
  const Crops crops = Map(images);
  GuardedFloats batch(crops.pixels(0).size() * static_cast<size_t>(count));
  NormalizeBatch(crops, NormalizerOf(images), 0, count, batch.values(), ThreadPool(1));
  batch.Seal();
  return batch;
}

// The first image by itself, on a thread of which one knows that the host hasn't started others.
void RunOnce(const Executable& executable, const ImageSource& images, ProcessWatch& watch) {
  const GuardedFloats input = BatchOf(images, 1);
  Context context = executable.CreateContext(1, 1);
  RunGuarded(executable, context, 1, input.data(), ThreadPool(1));
  watch.After("in a run");
  watch.LookForThreads(0);
}

// Where an engine's values leave those of the formulas, on the first images.
void CompareLayersOf(const Executable& engine, const ImageSource& images, int64_t count,
                     Predictions& predictions) {
  constexpr int64_t kMostCompared = 4;
  try {
    const GuardedFloats inputs = BatchOf(images, static_cast<int>(std::min(count, kMostCompared)));
    predictions.layers = CompareLayers(engine, inputs.values());
  } catch (const Error& error) {
    AddRemark(predictions.remark, std::string("its layers' values can't be had: ") + error.what());
  }
}

}  // namespace

struct KeptEvaluation::State {
  State(const EvaluateJob& job, const StepCallback& step)
      : prepared(job.target, step, watch),
        pool(job.jobs),
        evaluator(prepared.executable(), job.batch_size, pool) {}

  ProcessWatch watch;
  Prepared prepared;
  ThreadPool pool;
  Evaluator evaluator;
  bool is_first = true;
};

KeptEvaluation::KeptEvaluation(const EvaluateJob& job, const StepCallback& step)
    : state_(std::make_unique<State>(job, step)) {}

KeptEvaluation::~KeptEvaluation() = default;

Predictions KeptEvaluation::Evaluate(const ImageSource& images, const StepCallback& step,
                                     const ProgressCallback& progress) {
  auto& [watch, prepared, pool, evaluator, is_first] = *state_;
  const Executable& executable = prepared.executable();
  const Crops crops = Map(images);
  step("evaluating images");
  if (is_first) RunOnce(executable, images, watch);
  Predictions predictions = evaluator.Evaluate(crops, NormalizerOf(images), progress);
  watch.After("in a run");
  watch.LookForThreads(static_cast<size_t>(pool.threads()) - 1);
  watch.AddTo(predictions.remark);
  // Those of the first images are the run's.
  if (std::exchange(is_first, false) && !executable.exact())
    CompareLayersOf(executable, images, crops.count(), predictions);
  return predictions;
}

Predictions DoEvaluate(const EvaluateJob& job, const StepCallback& step,
                       const ProgressCallback& progress) {
  return KeptEvaluation(job, step).Evaluate(job.images, step, progress);
}

RepetitionSamples DoMeasure(const MeasureJob& job, const StepCallback& step, MemoryWatch* memory) {
  std::optional<PinnedThreads> pinned;
  const int streams = std::max(job.streams, 1);
  if (job.pin) pinned.emplace(streams * job.threads);
  ProcessWatch watch;
  const NewLibraries libraries;
  const Prepared prepared(job.target, step, watch, memory);
  // Where this process does nothing else; debuggers and profilers find code where its file has it.
  std::optional<size_t> copied;
  if (memory != nullptr) {
    step("copying its code");
    copied = libraries.CopyCode();
    memory->AfterCopyingCode(copied.value_or(0));
  }
  const auto elements = static_cast<size_t>(prepared.executable().input_elements());
  // No kernel here depends on values, so zeros serve where there is no image.
  GuardedFloats input = job.images ? BatchOf(*job.images, job.batch_size)
                                   : GuardedFloats(elements * static_cast<size_t>(job.batch_size));
  input.Seal();
  step(job.streams > 0 ? "measuring throughput" : "measuring latency");
  // Of streams, which have no first run that all share, peaks alone are told.
  if (memory != nullptr && job.streams > 0) memory->BeforeFirstRun();
  RepetitionSamples samples =
      job.streams > 0 ? MeasureThroughput(prepared.executable(), job.batch_size, input.values(),
                                          job.settings, job.streams, job.threads)
                      : MeasureRepetition(prepared.executable(), job.batch_size, input.values(),
                                          job.settings, ThreadPool(job.threads), memory);
  if (memory != nullptr) samples.memory = memory->Finish();
  watch.After("in a run");
  watch.LookForThreads(static_cast<size_t>(streams) * static_cast<size_t>(job.threads - 1));
  watch.AddTo(samples.remark);
  if (memory != nullptr && !copied) {
    AddRemark(samples.remark,
              "the system didn't let its code be copied, so its speed may be that of where the "
              "file's pages lie");
  }
  return samples;
}

Profile DoProfile(const ProfileJob& job, const StepCallback& step, bool own_process) {
  ProcessWatch watch;
  const NewLibraries libraries;
  const Prepared prepared(job.target, step, watch);
  if (own_process) libraries.CopyCode();
  const auto elements = static_cast<size_t>(prepared.executable().input_elements());
  GuardedFloats input = job.images ? BatchOf(*job.images, 1) : GuardedFloats(elements);
  input.Seal();
  step("timing its layers");
  return MeasureProfile(prepared.executable(), input.values(), job.seconds, ThreadPool(1));
}

void DoScore(const ScoreJob& job, const StepCallback& step) {
  ProcessWatch watch;
  const Prepared prepared(job.target, step, watch);
  const Executable& executable = prepared.executable();
  const NpyFile inputs(job.inputs);
  const std::vector<float> values = inputs.Floats();
  const auto wanted = static_cast<size_t>(executable.input_elements());
  const auto classes = static_cast<size_t>(executable.output_elements());
  if (values.empty() || values.size() % wanted != 0)
    throw Error("'" + job.inputs.string() + "' holds " + CountText(values.size(), "value") +
                ", no multiple of the " + std::to_string(wanted) + " of the model's input");
  const size_t count = values.size() / wanted;
  std::vector<float> scores;
  Context context = executable.CreateContext(1, 1);
  const ThreadPool alone(1);
  step("computing scores");
  GuardedFloats input(wanted);
  for (size_t i = 0; i < count; ++i) {
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(i * wanted), wanted, input.data());
    const std::vector<float> one = RunGuarded(executable, context, 1, input.data(), alone);
    scores.insert(scores.end(), one.begin(), one.end());
  }
  WriteNpy(job.scores, {static_cast<int64_t>(count), static_cast<int64_t>(classes)}, scores);
}

void DoTrace(const TraceJob& job, const StepCallback& node) {
  ProcessWatch watch;
  const Prepared prepared(
      job.target, [](const std::string&) {}, watch);
  const GuardedFloats input = BatchOf(job.images, 1);
  GuardedFloats output(static_cast<size_t>(prepared.executable().output_elements()));
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

void DoCheck(const CheckJob& job, const StepCallback& step, const CheckedCallback& checked) {
  const ProcessState state;
  const std::set<int> threads = ThreadIds();
  const Backend backend = Backend::Load(job.library);
  const conformance::Subject subject{.backend = backend,
                                     .isa = job.isa,
                                     .changed_by_loading = state.Restore(),
                                     .threads_before = threads};
  for (const std::string& name : job.cases) {
    step(name);
    const conformance::CheckResult result = conformance::RunSuiteCase(name, subject);
    state.Restore();
    checked(result);
  }
}

}  // namespace quantbench
