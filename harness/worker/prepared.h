// SPDX-License-Identifier: Apache-2.0
// A plugin loaded and a model prepared for a job, with an eye on what that does to the process.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "backend/backend.h"
#include "backend/model_file.h"
#include "latency/memory_watch.h"
#include "record/preparation.h"
#include "support/process_state.h"
#include "worker/job.h"

namespace quantbench {

// What the plugin does to the process that it is in, beside its work.
class ProcessWatch {
 public:
  // Notes and puts back what was changed since the last call.
  void After(const std::string& when) {
    // Apart, since an evaluation looks for these by itself after each run, and says the same.
    AddRemark(remark_, DescribeChanges(control_.Restore(), when));
    AddRemark(remark_, DescribeChanges(state_.Restore(), when));
  }
  // Notes threads that weren't there at first, but for so many of the host's own.
  void LookForThreads(size_t hosts) {
    const std::set<int> since = ThreadsSince(before_, hosts);
    if (since.size() <= hosts || saw_threads_) return;
    saw_threads_ = true;
    // Where there are both, nothing tells them apart but their number.
    const size_t count = since.size() - hosts;
    const std::string threads = hosts == 0
                                    ? DescribeThreads(since)
                                    : std::to_string(count) + (count == 1 ? " thread" : " threads");
    AddRemark(remark_, "the backend keeps " + threads + " of its own after a run");
  }
  void AddTo(std::optional<std::string>& remark) const {
    const std::string after = remark.value_or("");
    remark = remark_;
    AddRemark(remark, after);
  }

 private:
  FloatControl control_;
  ProcessState state_;
  std::set<int> before_ = ThreadIds();
  bool saw_threads_ = false;
  std::optional<std::string> remark_;
};

// A prepared model with all that it stands on. Throws Error with the plugin's text, Unsupported.
class Prepared {
 public:
  Prepared(const Target& target, const StepCallback& step, ProcessWatch& watch,
           MemoryWatch* memory = nullptr)
      : backend_(Load(target, step, watch)), model_(target.model), executable_([&] {
          step("preparing the model");
          if (memory != nullptr) memory->BeforePreparing();
          Executable executable = backend_.Prepare(
              model_.get(), target.isa, {.model_file = target.onnx, .options = target.options});
          if (memory != nullptr) memory->AfterPreparing();
          watch.After("when the model was prepared");
          return executable;
        }()) {}

  const Executable& executable() const { return executable_; }
  const qb_model& model() const { return model_.get(); }

 private:
  static Backend Load(const Target& target, const StepCallback& step, ProcessWatch& watch) {
    step("loading the plugin");
    Backend backend = Backend::Load(target.library);
    watch.After("when it was loaded");
    return backend;
  }
  Backend backend_;
  MappedModel model_;
  Executable executable_;
};

}  // namespace quantbench
