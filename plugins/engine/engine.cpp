// SPDX-License-Identifier: Apache-2.0
// Runs a plan: contexts, the loop over steps and images, taps.
#include "engine.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "aligned.h"
#include "layout.h"
#include "planner.h"
#include "quantbench/guard.hpp"

namespace quantbench::engine {
namespace {

using plugin::Failure;
using plugin::Guarded;

// What a qb_executable and a qb_context of this engine point to.
struct Executable {
  const qb_model* model;
  const char* isa;
  Plan plan;
};

struct Context {
  int32_t max_batch_size;
  int32_t threads;
  AlignedArray<std::byte> arena, scratch, tap;
};

const Executable& From(const qb_executable* executable) {
  return *reinterpret_cast<const Executable*>(executable);
}

// Images go through these steps one after another while their values are large, so that they stay
// in the cache; then all together, so that weights are fetched once for all of them.
constexpr int64_t kSmallValueBytes = 32 * 1024;

// That one thread brings into order for a tap.
constexpr int64_t kTapPixels = 1024;

size_t FirstSmallStep(const Plan& plan) {
  size_t first = plan.steps.size();
  while (first > 0) {
    const int32_t writes = plan.steps[first - 1]->writes;
    if (writes >= 0) {
      const Value& value = plan.values[static_cast<size_t>(writes)];
      if (value.elements() * value.element_bytes() > kSmallValueBytes * value.element_bytes())
        break;
    }
    --first;
  }
  return first;
}

void RunSteps(const Plan& plan, size_t first, size_t last, const Work& work) {
  auto block = plan.blocks.begin();
  for (size_t s = first; s < last;) {
    while (block != plan.blocks.end() && block->first_step < s) ++block;
    if (block != plan.blocks.end() && block->first_step == s && s + block->count <= last) {
      block->step->Run(work);
      s += block->count;
    } else {
      plan.steps[s++]->Run(work);
    }
  }
}

void ReportTap(const Executable& executable, Context& context, const qb_run& request,
               const Work& work, const Step& step, int64_t nanoseconds) {
  const Value& value = executable.plan.values[static_cast<size_t>(step.writes)];
  const int64_t parts = (value.pixels() + kTapPixels - 1) / kTapPixels;
  work.team.ForEach(request.batch_size * parts, [&](int64_t i, int /*worker*/) {
    const int64_t image = i / parts, first = i % parts * kTapPixels;
    ToDenseBytes(value, work.state.At<const std::byte>(value, image),
                 context.tap.data() + image * value.dense_bytes(), first,
                 std::min(value.pixels(), first + kTapPixels));
  });
  request.tap->node_done(request.tap->user, step.completes, context.tap.data(),
                         static_cast<uint64_t>(value.dense_bytes() * request.batch_size),
                         nanoseconds);
}

// Steps as RunBatch has them for one image, with a word after each block or step.
void RunInParts(const Plan& plan, const Work& work, const qb_part_sink& sink) {
  std::vector<int32_t> nodes;
  const auto run = [&](const Step& step) {
    const auto start = std::chrono::steady_clock::now();
    step.Run(work);
    const auto elapsed = std::chrono::steady_clock::now() - start;
    sink.part_done(sink.user, nodes.data(), static_cast<int32_t>(nodes.size()),
                   std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count());
    nodes.clear();
  };
  const auto add = [&](const Step& step) {
    if (step.completes >= 0) nodes.push_back(step.completes);
  };
  auto block = plan.blocks.begin();
  for (size_t s = 0; s < plan.steps.size();) {
    if (block != plan.blocks.end() && block->first_step == s) {
      for (size_t i = s; i < s + block->count; ++i) add(*plan.steps[i]);
      run(*block->step);
      s += block++->count;
    } else {
      add(*plan.steps[s]);
      run(*plan.steps[s++]);
    }
  }
}

// With a tap nothing runs as a block, so that each value exists.
void RunTapped(const Executable& executable, Context& context, const qb_run& request,
               const Work& work) {
  for (const auto& step : executable.plan.steps) {
    const auto start = std::chrono::steady_clock::now();
    step->Run(work);
    const auto elapsed = std::chrono::steady_clock::now() - start;
    if (step->completes < 0 || step->writes < 0) continue;
    ReportTap(executable, context, request, work, *step,
              std::chrono::duration_cast<std::chrono::nanoseconds>(elapsed).count());
  }
}

void RunBatch(const Plan& plan, const RunState& state, int64_t images, const Team& team) {
  const size_t end = plan.steps.size();
  if (plan.whole_batches) return RunSteps(plan, 0, end, {state, 0, images, team});
  const size_t small = images == 1 ? end : FirstSmallStep(plan);
  if (images >= team.threads() && images % team.threads() == 0) {
    team.ForEach(images, [&](int64_t image, int worker) {
      RunSteps(plan, 0, small, {state, image, image + 1, Team(worker)});
    });
  } else {
    for (int64_t image = 0; image < images; ++image)
      RunSteps(plan, 0, small, {state, image, image + 1, team});
  }
  RunSteps(plan, small, end, {state, 0, images, team});
}

void CheckThreads(const Context& context, const qb_run& request) {
  if (request.parallel != nullptr && request.parallel->threads > context.threads) {
    throw Failure(QB_INVALID, "the run has " + std::to_string(request.parallel->threads) +
                                  " threads, its context was made for " +
                                  std::to_string(context.threads));
  }
}

}  // namespace

qb_status Prepare(const Kernels& kernels, const char* isa, Fusion fusion, const qb_prepare* request,
                  qb_executable** executable, qb_error error) {
  return Guarded(error, [&] {
    plugin::CheckPrepare(*request);
    auto made = std::make_unique<Executable>(
        Executable{request->model, isa, MakePlan(*request->model, kernels, fusion)});
    *executable = reinterpret_cast<qb_executable*>(made.release());
  });
}

const char* ExecutableIsa(const qb_executable* executable) { return From(executable).isa; }

int32_t FallbackNodes(const qb_executable* executable) {
  return From(executable).plan.fallback_nodes;
}

qb_status CreateContext(const qb_executable* executable, int32_t max_batch_size, int32_t threads,
                        qb_context** context, qb_error error) {
  return Guarded(error, [&] {
    plugin::CheckContext(max_batch_size);
    if (threads < 1) throw Failure(QB_INVALID, "a run has at least one thread");
    const Plan& plan = From(executable).plan;
    const auto images = static_cast<size_t>(max_batch_size);
    auto made = std::make_unique<Context>(
        Context{.max_batch_size = max_batch_size,
                .threads = threads,
                .arena = AlignedArray<std::byte>(static_cast<size_t>(plan.image_bytes) * images),
                .scratch = AlignedArray<std::byte>(static_cast<size_t>(plan.scratch_bytes) *
                                                   static_cast<size_t>(threads)),
                .tap = AlignedArray<std::byte>(static_cast<size_t>(plan.tap_bytes) * images)});
    *context = reinterpret_cast<qb_context*>(made.release());
  });
}

namespace {

qb_status RunWith(const qb_executable* executable, qb_context* context, const qb_run* request,
                  const qb_part_sink* sink, qb_error error) {
  return Guarded(error, [&] {
    const Executable& e = From(executable);
    Context& c = *reinterpret_cast<Context*>(context);
    plugin::CheckRun(*request, c.max_batch_size);
    CheckThreads(c, *request);
    const RunState state{.arena = c.arena.data(),
                         .image_bytes = e.plan.image_bytes,
                         .scratch = c.scratch.data(),
                         .scratch_bytes = e.plan.scratch_bytes,
                         .input = request->input,
                         .output = request->output};
    const Team team(request->parallel);
    if (sink != nullptr) {
      RunInParts(e.plan, {state, 0, request->batch_size, team}, *sink);
    } else if (request->tap != nullptr) {
      RunTapped(e, c, *request, {state, 0, request->batch_size, team});
    } else {
      RunBatch(e.plan, state, request->batch_size, team);
    }
  });
}

}  // namespace

constinit const qb_parts kParts{.struct_size = sizeof(qb_parts), .run = RunWith};

qb_status Run(const qb_executable* executable, qb_context* context, const qb_run* request,
              qb_error error) {
  return RunWith(executable, context, request, nullptr, error);
}

void DestroyContext(qb_context* context) { delete reinterpret_cast<Context*>(context); }

void DestroyExecutable(qb_executable* executable) {
  delete reinterpret_cast<Executable*>(executable);
}

}  // namespace quantbench::engine
