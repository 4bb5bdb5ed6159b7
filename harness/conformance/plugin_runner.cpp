// SPDX-License-Identifier: Apache-2.0
// Drives a plugin through its C table.
#include "conformance/plugin_runner.h"

#include <memory>

#include "quantbench/plugin.hpp"
#include "support/error.h"

namespace quantbench::conformance {
namespace {

class Reference : public plugin::Operators {
 public:
  static constexpr char kName[] = "reference";
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "the SDK's naive operators";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view /*isa*/) {}
  explicit Reference(std::string_view /*isa*/) {}
};

constexpr qb_plugin kReference = plugin::MakePlugin<Reference>();

// The plugin's error text, and what a status other than QB_OK becomes.
class ErrorText {
 public:
  qb_error abi() { return {text_, sizeof(text_)}; }
  void Require(qb_status status, const char* function) const {
    if (status == QB_OK) return;
    const std::string text =
        std::string(function) + " failed with status " + std::to_string(status) + ": " + text_;
    if (status == QB_UNSUPPORTED) throw Unsupported(text);
    throw Error(text);
  }

 private:
  char text_[512] = "";
};

void RecordTap(void* user, int32_t node, const void* values, uint64_t bytes,
               int64_t /*nanoseconds*/) {
  const auto* const first = static_cast<const std::byte*>(values);
  (*static_cast<TappedValues*>(user))[node].assign(first, first + bytes);
}

}  // namespace

const qb_plugin& ReferencePlugin() { return kReference; }

qb_tap RecordingTap(TappedValues& values) { return {sizeof(qb_tap), &values, RecordTap}; }

PluginRunner::PluginRunner(const qb_plugin& plugin, const std::string& isa, const qb_model& model,
                           int32_t max_batch_size, int32_t threads)
    : plugin_(plugin), max_batch_size_(max_batch_size), threads_(threads) {
  ErrorText error;
  const qb_prepare request{sizeof(qb_prepare), &model, isa.c_str()};
  error.Require(plugin.prepare(&request, &executable_, error.abi()), "prepare");
  const qb_status created =
      plugin.create_context(executable_, max_batch_size, threads, &context_, error.abi());
  if (created != QB_OK) plugin.destroy_executable(executable_);
  error.Require(created, "create_context");
}

PluginRunner::~PluginRunner() {
  plugin_.destroy_context(context_);
  plugin_.destroy_executable(executable_);
}

void PluginRunner::RunOn(qb_context* context, const qb_run& request) const {
  ErrorText error;
  error.Require(plugin_.run(executable_, context, &request, error.abi()), "run");
}

void PluginRunner::Run(int32_t batch, const float* input, float* output, const ThreadPool& pool,
                       const qb_tap* tap) {
  RunOn(context_, {sizeof(qb_run), batch, input, output, pool.abi(), tap});
}

void PluginRunner::RunOnNewContext(int32_t batch, const float* input, float* output,
                                   const ThreadPool& pool) const {
  ErrorText error;
  qb_context* context = nullptr;
  error.Require(
      plugin_.create_context(executable_, max_batch_size_, threads_, &context, error.abi()),
      "create_context");
  const auto destroy = [this](qb_context* c) { plugin_.destroy_context(c); };
  const std::unique_ptr<qb_context, decltype(destroy)> owner(context, destroy);
  RunOn(context, {sizeof(qb_run), batch, input, output, pool.abi(), nullptr});
}

}  // namespace quantbench::conformance
