// SPDX-License-Identifier: Apache-2.0
// The backend opencv_dnn: OpenCV's DNN module on the run's ONNX file.
#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "opencv_onnx.h"
#include "quantbench/ext/model_file.h"
#include "quantbench/ext/numerics.h"
#include "quantbench/guard.hpp"

namespace {

using quantbench::plugin::Failure;
using quantbench::plugin::Guarded;

constexpr char kIsa[] = "cpu";  // it chooses among its kernels by itself, and doesn't tell
constexpr const char* kIsas[] = {kIsa, nullptr};
constexpr qb_model_file kModelFile{.struct_size = sizeof(qb_model_file)};
constexpr qb_numerics kNumerics{.struct_size = sizeof(qb_numerics),
                                .kind = QB_TOLERANCE,
                                .min_sqnr_db = 30,
                                .min_top1_agreement_percent = 90};

// OpenCV's messages without its file, line and function, in one line.
std::string TextOf(const cv::Exception& exception) {
  std::string text = exception.err;
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (text.ends_with(' ')) text.pop_back();
  return "OpenCV: " + text;
}

std::string BytesOf(const char* file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  if (!stream || !(bytes << stream.rdbuf()))
    throw Failure(QB_FAILED, "the model's file '" + std::string(file) + "' can't be read");
  return bytes.str();
}

cv::dnn::Net Import(const std::string& bytes) {
  cv::dnn::Net net = cv::dnn::readNetFromONNX(bytes.data(), bytes.size());
  net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
  net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
  return net;
}

void RequireIsa(std::string_view isa) {
  if (isa != kIsa)
    throw Failure(QB_UNSUPPORTED, "there is no ISA path '" + std::string(isa) + "'; there is cpu");
}

}  // namespace

struct qb_executable {
  std::string onnx;        // the file's bytes: each context imports them, as nets aren't shared
  std::vector<int> input;  // [n,c,h,w], n = 0
  int64_t classes = 0;
};

struct qb_context {
  cv::dnn::Net net;
  std::vector<int> input;
  int64_t classes;
  int max_batch_size;

  void Run(int batch_size, const float* from, float* to) {
    input[0] = batch_size;
    // It only reads.
    net.setInput(cv::Mat(input, CV_32F, const_cast<float*>(from)));
    const cv::Mat scores = net.forward();
    const auto wanted = static_cast<size_t>(batch_size) * static_cast<size_t>(classes);
    if (scores.total() != wanted || scores.type() != CV_32F || !scores.isContinuous()) {
      throw Failure(QB_UNSUPPORTED, "OpenCV gives " + std::to_string(scores.total()) +
                                        " values in place of " + std::to_string(wanted) +
                                        " scores");
    }
    std::memcpy(to, scores.ptr<float>(), wanted * sizeof(float));
  }
};

namespace {

qb_status Probe(const char* isa, qb_error error) {
  return Guarded(error, [&] { RequireIsa(isa); });
}

qb_context* NewContext(const qb_executable& executable, int max_batch_size) {
  return new qb_context{
      .net = Import(quantbench::opencv_dnn::InWordsOfOpenCv(executable.onnx, max_batch_size)),
      .input = executable.input,
      .classes = executable.classes,
      .max_batch_size = max_batch_size};
}

// What it can't run often shows only in a run: then the model isn't prepared.
void TryOnce(const qb_executable& executable) {
  const std::unique_ptr<qb_context> context(NewContext(executable, 1));
  size_t pixels = 1;
  for (size_t d = 1; d < executable.input.size(); ++d)
    pixels *= static_cast<size_t>(executable.input[d]);
  const std::vector<float> zeros(pixels);
  std::vector<float> scores(static_cast<size_t>(executable.classes));
  context->Run(1, zeros.data(), scores.data());
}

qb_status Prepare(const qb_prepare* request, qb_executable** executable, qb_error error) {
  return Guarded(error, [&] {
    quantbench::plugin::CheckPrepare(*request);
    RequireIsa(request->isa);
    constexpr size_t kEnd = offsetof(qb_prepare, model_file) + sizeof(request->model_file);
    if (request->struct_size < kEnd || request->model_file == nullptr)
      throw Failure(QB_UNSUPPORTED, "OpenCV needs the model as a file, and there is none");
    cv::setNumThreads(1);  // or it starts threads for what is tried below
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    const qb_tensor& input = *request->model->tensors[request->model->input];
    auto made = std::make_unique<qb_executable>();
    made->onnx = BytesOf(request->model_file);
    for (int32_t d = 0; d < input.rank; ++d) made->input.push_back(static_cast<int>(input.dims[d]));
    made->classes = request->model->tensors[request->model->output]->dims[1];
    try {
      TryOnce(*made);
    } catch (const cv::Exception& exception) {
      throw Failure(QB_UNSUPPORTED, TextOf(exception));
    }
    *executable = made.release();
  });
}

const char* ExecutableIsa(const qb_executable*) { return kIsa; }

qb_status CreateContext(const qb_executable* executable, int32_t max_batch_size, int32_t threads,
                        qb_context** context, qb_error error) {
  return Guarded(error, [&] {
    quantbench::plugin::CheckContext(max_batch_size);
    // Of the whole process: a process measures one number of threads.
    cv::setNumThreads(std::max(threads, 1));
    *context = NewContext(*executable, max_batch_size);
  });
}

qb_status Run(const qb_executable*, qb_context* context, const qb_run* request, qb_error error) {
  return Guarded(error, [&] {
    quantbench::plugin::CheckRun(*request, context->max_batch_size);
    try {
      context->Run(request->batch_size, request->input, request->output);
    } catch (const cv::Exception& exception) {
      throw Failure(QB_FAILED, TextOf(exception));
    }
  });
}

void DestroyContext(qb_context* context) { delete context; }

void DestroyExecutable(qb_executable* executable) { delete executable; }

const void* Extension(const char* id) {
  const std::string_view wanted = id;
  if (wanted == QB_NUMERICS_ID) return &kNumerics;
  return wanted == QB_MODEL_FILE_ID ? &kModelFile : nullptr;
}

}  // namespace

extern "C" QB_EXPORT constexpr qb_plugin quantbench_plugin_v1{
    .struct_size = sizeof(qb_plugin),
    .name = "opencv_dnn",
    .version = CV_VERSION,
    .description = "OpenCV's DNN module on the CPU",
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
