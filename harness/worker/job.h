// SPDX-License-Identifier: Apache-2.0
// What is asked of plugin code, as plain values that another process can be sent.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/discovery.h"
#include "conformance/check.h"
#include "dataset/dataset_spec.h"
#include "dataset/progress_callback.h"
#include "latency/latency.h"
#include "record/accuracy.h"
#include "record/profile.h"

namespace quantbench {

// A backend with a model, both as files.
struct Target {
  std::string backend;            // its name, for messages
  std::filesystem::path library;  // the plugin
  std::string isa;
  std::filesystem::path model;   // of FlattenModel
  std::filesystem::path onnx{};  // the same model
  std::vector<ChosenOption> options{};
};

template <>
struct Fields<Target> {
  static constexpr std::tuple kAll{
      Field("backend", &Target::backend), Field("library", &Target::library),
      Field("isa", &Target::isa),         Field("model", &Target::model),
      Field("onnx", &Target::onnx),       Field("options", &Target::options)};
};

// Crops that LoadCrops made, and how they become inputs.
struct ImageSource {
  std::filesystem::path crops;
  std::string hash;
  int height = 0, width = 0;  // pixels
  std::array<float, 3> mean{}, std{};
  bool bgr = false;    // ChannelOrder
  bool bytes = false;  // PixelScale
};

template <>
struct Fields<ImageSource> {
  static constexpr std::tuple kAll{
      Field("crops", &ImageSource::crops),   Field("hash", &ImageSource::hash),
      Field("height", &ImageSource::height), Field("width", &ImageSource::width),
      Field("mean", &ImageSource::mean),     Field("std", &ImageSource::std),
      Field("bgr", &ImageSource::bgr),       Field("bytes", &ImageSource::bytes)};
};

struct EvaluateJob {
  Target target;
  ImageSource images;
  int batch_size = 1;
  int jobs = 1;  // workers
  // Whether the process stays when it is done, with the model prepared, for the same with other
  // images.
  bool stay = false;
};

template <>
struct Fields<EvaluateJob> {
  static constexpr std::string_view kKind = "evaluate";
  static constexpr std::tuple kAll{
      Field("target", &EvaluateJob::target), Field("images", &EvaluateJob::images),
      Field("batch_size", &EvaluateJob::batch_size), Field("jobs", &EvaluateJob::jobs),
      Field("stay", &EvaluateJob::stay)};
};

struct MeasureJob {
  Target target;
  std::optional<ImageSource> images;  // none: a batch of zeros
  int batch_size = 1;
  int threads = 1;   // of a run
  int streams = 0;   // that run at once, for their throughput; 0: one, for its latency
  bool pin = false;  // threads stay on the processors that are least busy
  RepetitionSettings settings;
};

template <>
struct Fields<MeasureJob> {
  static constexpr std::string_view kKind = "measure";
  static constexpr std::tuple kAll{Field("target", &MeasureJob::target),
                                   Field("images", &MeasureJob::images),
                                   Field("batch_size", &MeasureJob::batch_size),
                                   Field("threads", &MeasureJob::threads),
                                   Field("streams", &MeasureJob::streams),
                                   Field("pin", &MeasureJob::pin),
                                   Embedded(&MeasureJob::settings)};
};

// Where the time of a run goes; the backend alone on the machine, one image, one thread.
struct ProfileJob {
  Target target;
  std::optional<ImageSource> images;  // none: an image of zeros
  double seconds = 0.5;
};

template <>
struct Fields<ProfileJob> {
  static constexpr std::string_view kKind = "profile";
  static constexpr std::tuple kAll{Field("target", &ProfileJob::target),
                                   Field("images", &ProfileJob::images),
                                   Field("seconds", &ProfileJob::seconds)};
};

// The first image through the network with one thread, a node at a time: where does it end?
struct TraceJob {
  Target target;
  ImageSource images;
};

template <>
struct Fields<TraceJob> {
  static constexpr std::string_view kKind = "trace";
  static constexpr std::tuple kAll{Field("target", &TraceJob::target),
                                   Field("images", &TraceJob::images)};
};

// Cases of the conformance suite, by their names.
struct CheckJob {
  std::filesystem::path library;
  std::string isa;
  std::vector<std::string> cases;
};

template <>
struct Fields<CheckJob> {
  static constexpr std::string_view kKind = "check";
  static constexpr std::tuple kAll{Field("library", &CheckJob::library),
                                   Field("isa", &CheckJob::isa), Field("cases", &CheckJob::cases)};
};

// What came of one of them; called in their order.
using CheckedCallback = std::function<void(const conformance::CheckResult& result)>;

// An array of inputs through the network, for its scores: both .npy files of float32.
struct ScoreJob {
  Target target;
  std::filesystem::path inputs;  // [n,c,h,w]
  std::filesystem::path scores;  // is written: [n,classes]
};

template <>
struct Fields<ScoreJob> {
  static constexpr std::string_view kKind = "score";
  static constexpr std::tuple kAll{Field("target", &ScoreJob::target),
                                   Field("inputs", &ScoreJob::inputs),
                                   Field("scores", &ScoreJob::scores)};
};

// What a step of a job is about to do: a process that dies can't say it afterwards.
using StepCallback = std::function<void(const std::string& step)>;

// The jobs, done in this process. They throw Error (Unsupported where the backend says so).
Predictions DoEvaluate(const EvaluateJob& job, const StepCallback& step,
                       const ProgressCallback& progress);
// The same for one set of images after another.
class KeptEvaluation {
 public:
  // Loads the plugin and prepares the model; of the job's images it takes none.
  KeptEvaluation(const EvaluateJob& job, const StepCallback& step);
  ~KeptEvaluation();
  KeptEvaluation(const KeptEvaluation&) = delete;
  KeptEvaluation& operator=(const KeptEvaluation&) = delete;

  Predictions Evaluate(const ImageSource& images, const StepCallback& step,
                       const ProgressCallback& progress);

 private:
  struct State;
  std::unique_ptr<State> state_;
};
// `memory` watches this process, which must do nothing else; without one nothing is told of it.
RepetitionSamples DoMeasure(const MeasureJob& job, const StepCallback& step,
                            MemoryWatch* memory = nullptr);
// `own_process`: this one does nothing else.
Profile DoProfile(const ProfileJob& job, const StepCallback& step, bool own_process = false);
// Input after input, so that dynamic qparams are each one's own.
void DoScore(const ScoreJob& job, const StepCallback& step);
// `node` is called with the name of each node that was finished.
void DoTrace(const TraceJob& job, const StepCallback& node);
// `step` is called with the name of each case before it is done.
void DoCheck(const CheckJob& job, const StepCallback& step, const CheckedCallback& checked);

}  // namespace quantbench
