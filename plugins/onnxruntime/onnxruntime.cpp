// SPDX-License-Identifier: Apache-2.0
// The backend onnxruntime: the plugin table over sessions of whatever libonnxruntime is there.
#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

#include "library.h"
#include "quantbench/ext/limits.h"
#include "quantbench/ext/model_file.h"
#include "quantbench/ext/numerics.h"
#include "quantbench/ext/options.h"
#include "quantbench/ext/u16.h"
#include "quantbench/guard.hpp"
#include "session.h"
#include "values.h"

namespace quantbench::onnxruntime {
namespace {

using plugin::Failure;
using plugin::Guarded;

// Its CPU provider computes with MLAS, whatever the processor.
constexpr char kIsa[] = "mlas";
constexpr const char* kIsas[] = {kIsa, nullptr};

constexpr const char* kPrecisions[] = {"default", "exact", nullptr};
constexpr const char* kLevels[] = {"all", "extended", "basic", "off", nullptr};
constexpr int kLevelNumbers[] = {99, 2, 1, 0};
constexpr qb_option kPrecision{
    .struct_size = sizeof(qb_option),
    .name = "precision",
    .description = "exact: no 8-bit sum saturates on x86 without VNNI (session.x64quantprecision)",
    .values = kPrecisions};
constexpr qb_option kOptimization{.struct_size = sizeof(qb_option),
                                  .name = "graph_optimization",
                                  .description = "how far the graph is rewritten and fused",
                                  .values = kLevels};
constexpr const qb_option* kOptionList[] = {&kPrecision, &kOptimization, nullptr};
constexpr qb_options kOptions{.struct_size = sizeof(qb_options), .options = kOptionList};
constexpr qb_model_file kModelFile{.struct_size = sizeof(qb_model_file)};
constexpr qb_u16 kU16{.struct_size = sizeof(qb_u16)};
constexpr qb_limits kLimits{.struct_size = sizeof(qb_limits)};

constexpr qb_deviation kNoRange{
    .struct_size = sizeof(qb_deviation),
    .cases = "dynamic/*/range_nan/*",
    .reason =
        "ONNX doesn't say what DynamicQuantizeLinear makes of NaN, and ONNX Runtime's "
        "kernels leave it out of the range or not, by layer",
    .min_sqnr_db = QB_ANY_VALUES,
    .min_top1_agreement_percent = 0};
constexpr qb_deviation kEndlessRange{
    .struct_size = sizeof(qb_deviation),
    .cases = "dynamic/*/range_infinity/*",
    .reason =
        "ONNX doesn't say what DynamicQuantizeLinear makes of infinity; ONNX Runtime gives "
        "numbers, infinity or NaN, by layer",
    .min_sqnr_db = QB_ANY_VALUES,
    .min_top1_agreement_percent = 0};
constexpr const qb_deviation* kDeviations[] = {&kNoRange, &kEndlessRange, nullptr};

// It rounds and accumulates in its own way. The limits are for the networks of `quantbench check`.
constexpr qb_numerics kNumerics{.struct_size = sizeof(qb_numerics),
                                .kind = QB_TOLERANCE,
                                .min_sqnr_db = 30,
                                .min_top1_agreement_percent = 90,
                                .deviations = kDeviations};

// Filled in once the library was asked, as it is unknown before.
std::array<char, 64> version_text{"not loaded"};

void NoteVersion(const Library& library) {
  static std::once_flag once;
  std::call_once(once, [&] {
    version_text.fill('\0');
    library.version.copy(version_text.data(), version_text.size() - 1);
  });
}

void RequireIsa(std::string_view isa) {
  if (isa != kIsa)
    throw Failure(QB_UNSUPPORTED, "there is no ISA path '" + std::string(isa) + "'; there is mlas");
}

std::string_view OptionOf(const qb_prepare& request, const qb_option& option) {
  constexpr size_t kEnd = offsetof(qb_prepare, options) + sizeof(request.options);
  if (request.struct_size >= kEnd && request.options != nullptr) {
    for (const char* const* o = request.options; o[0] != nullptr; o += 2)
      if (std::strcmp(o[0], option.name) == 0) return o[1];
  }
  return option.values[0];
}

SessionChoice ChoiceOf(const qb_prepare& request) {
  SessionChoice choice;
  choice.exact = OptionOf(request, kPrecision) == "exact";
  const std::string_view level = OptionOf(request, kOptimization);
  const auto* const found = std::find(std::begin(kLevels), std::end(kLevels) - 1, level);
  if (found == std::end(kLevels) - 1)
    throw Failure(QB_INVALID, "graph_optimization can't be '" + std::string(level) + "'");
  choice.optimization_level = kLevelNumbers[found - std::begin(kLevels)];
  return choice;
}

std::string FileOf(const qb_prepare& request) {
  constexpr size_t kEnd = offsetof(qb_prepare, model_file) + sizeof(request.model_file);
  if (request.struct_size < kEnd || request.model_file == nullptr)
    throw Failure(QB_UNSUPPORTED, "ONNX Runtime needs the model as a file, and there is none");
  return request.model_file;
}

std::vector<int64_t> ShapeOf(const qb_tensor& tensor) {
  return {tensor.dims, tensor.dims + tensor.rank};
}

}  // namespace
}  // namespace quantbench::onnxruntime

using namespace quantbench::onnxruntime;  // NOLINT(google-build-using-namespace): the ABI's structs

struct qb_executable {
  const Api& api;
  const qb_model& model;
  std::string file;
  SessionChoice choice;
  std::vector<int64_t> input, output;
  mutable std::mutex mutex{};
  // By number of threads: what a session has is chosen when it is made, for all of its runs.
  mutable std::map<int, std::unique_ptr<OpenSession>> sessions{};
  mutable std::unique_ptr<LayerValues> values{};  // where a tap has asked for them

  const OpenSession& SessionFor(int threads) const {
    const std::lock_guard lock(mutex);
    std::unique_ptr<OpenSession>& session = sessions[threads];
    if (!session) {
      SessionChoice mine = choice;
      mine.threads = threads;
      session = std::make_unique<OpenSession>(api, file, mine);
    }
    return *session;
  }

  const LayerValues& Values() const {
    const std::lock_guard lock(mutex);
    if (!values) values = std::make_unique<LayerValues>(api, file, choice, model);
    return *values;
  }
};

struct qb_context {
  const OpenSession& session;
  int max_batch_size;
  BoundTensors tensors;
};

namespace quantbench::onnxruntime {
namespace {

qb_status Probe(const char* isa, qb_error error) {
  return Guarded(error, [&] {
    RequireIsa(isa);
    NoteVersion(TheLibrary());
  });
}

qb_status Prepare(const qb_prepare* request, qb_executable** executable, qb_error error) {
  return Guarded(error, [&] {
    plugin::CheckPrepare(*request);
    RequireIsa(request->isa);
    const Library& library = TheLibrary();
    NoteVersion(library);
    const qb_model& model = *request->model;
    std::unique_ptr<qb_executable> made(
        new qb_executable{.api = library.api,
                          .model = model,
                          .file = FileOf(*request),
                          .choice = ChoiceOf(*request),
                          .input = ShapeOf(*model.tensors[model.input]),
                          .output = ShapeOf(*model.tensors[model.output])});
    made->SessionFor(1);  // says here what is wrong with the model
    *executable = made.release();
  });
}

const char* ExecutableIsa(const qb_executable*) { return kIsa; }

qb_status CreateContext(const qb_executable* executable, int32_t max_batch_size, int32_t threads,
                        qb_context** context, qb_error error) {
  return Guarded(error, [&] {
    plugin::CheckContext(max_batch_size);
    *context = new qb_context{.session = executable->SessionFor(std::max(threads, 1)),
                              .max_batch_size = max_batch_size,
                              .tensors = {executable->api, executable->input, executable->output}};
  });
}

// Scores come from the session that is measured; another one shows its layers.
qb_status Run(const qb_executable* executable, qb_context* context, const qb_run* request,
              qb_error error) {
  return Guarded(error, [&] {
    plugin::CheckRun(*request, context->max_batch_size);
    context->tensors.Run(context->session, request->batch_size, request->input, request->output);
    if (request->tap != nullptr) {
      executable->Values().Run(context->session.input_name(), context->tensors.input(),
                               request->batch_size, *request->tap);
    }
  });
}

void DestroyContext(qb_context* context) { delete context; }

void DestroyExecutable(qb_executable* executable) { delete executable; }

const void* Extension(const char* id) {
  const std::string_view wanted = id;
  if (wanted == QB_NUMERICS_ID) return &kNumerics;
  if (wanted == QB_MODEL_FILE_ID) return &kModelFile;
  if (wanted == QB_U16_ID) return &kU16;
  if (wanted == QB_LIMITS_ID) return &kLimits;
  return wanted == QB_OPTIONS_ID ? &kOptions : nullptr;
}

}  // namespace
}  // namespace quantbench::onnxruntime

extern "C" QB_EXPORT constexpr qb_plugin quantbench_plugin_v1{
    .struct_size = sizeof(qb_plugin),
    .name = "onnxruntime",
    .version = version_text.data(),
    .description =
        "ONNX Runtime's CPU provider, from the library that QUANTBENCH_ONNXRUNTIME names",
    .isas = kIsas,
    .probe = &Probe,
    .prepare = &Prepare,
    .executable_isa = &ExecutableIsa,
    .create_context = &CreateContext,
    .run = &Run,
    .destroy_context = &DestroyContext,
    .destroy_executable = &DestroyExecutable,
    .fallback_nodes = nullptr,
    .extension = &Extension};
