// SPDX-License-Identifier: Apache-2.0
// One model prepared by one plugin, through the C ABI alone.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "quantbench/plugin.h"
#include "support/error.h"
#include "support/thread_pool.h"

namespace quantbench::conformance {

// The values that a tap saw, by node.
using TappedValues = std::map<int32_t, std::vector<std::byte>>;

// A tap that fills `values`, which must outlive it.
qb_tap RecordingTap(TappedValues& values);

// The plugin answered QB_UNSUPPORTED.
class Unsupported : public Error {
 public:
  using Error::Error;
};

class PluginRunner {
 public:
  // Throws Unsupported or Error with the plugin's own text where it refuses. The model must outlive
  // the runner.
  PluginRunner(const qb_plugin& plugin, const std::string& isa, const qb_model& model,
               int32_t max_batch_size, int32_t threads);
  ~PluginRunner();
  PluginRunner(const PluginRunner&) = delete;
  PluginRunner& operator=(const PluginRunner&) = delete;

  std::string isa() const { return plugin_.executable_isa(executable_); }

  // input [batch, ...], output [batch, classes]; tap: NULL for none. Throws Error.
  void Run(int32_t batch, const float* input, float* output, const ThreadPool& pool,
           const qb_tap* tap = nullptr);

  // The same on a context of its own, for several at once.
  void RunOnNewContext(int32_t batch, const float* input, float* output,
                       const ThreadPool& pool) const;

 private:
  void RunOn(qb_context* context, const qb_run& request) const;

  const qb_plugin& plugin_;
  int32_t max_batch_size_, threads_;
  qb_executable* executable_ = nullptr;
  qb_context* context_ = nullptr;
};

// The SDK's naive operators as a plugin: what others are compared with.
const qb_plugin& ReferencePlugin();

}  // namespace quantbench::conformance
