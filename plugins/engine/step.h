// SPDX-License-Identifier: Apache-2.0
// A prepared model as the engine runs it: values in an arena and the steps that compute them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "quantbench/arithmetic.hpp"
#include "quantbench/plugin.hpp"

namespace quantbench::engine {

// An activation tensor inside the engine: NHWC, `stride` elements from one pixel to the next.
struct Value {
  const qb_tensor* info = nullptr;
  int64_t channels = 1, height = 1, width = 1;
  int64_t stride = 1;   // channels, padded
  int64_t offset = -1;  // bytes in an image's arena, once planned
  // The value in whose memory this one lies (itself, but for parts of a concatenation), and the
  // first of its channels there.
  size_t place = 0;
  int64_t first_channel = 0;

  bool is_float() const { return info->dtype == QB_F32; }
  int64_t pixels() const { return height * width; }
  int64_t element_bytes() const { return plugin::DtypeBytes(info->dtype); }
  int64_t elements() const { return pixels() * stride; }
  int64_t dense_bytes() const { return pixels() * channels * element_bytes(); }
  float scale() const { return info->scales[0]; }
  int32_t zero_point() const { return info->zero_points[0]; }
  int32_t most() const { return plugin::MostOf(*info); }
};

// What one run works on.
struct RunState {
  std::byte* arena;     // [images][image_bytes]
  int64_t image_bytes;  // from one image's values to the next one's
  std::byte* scratch;   // [workers][scratch_bytes]
  int64_t scratch_bytes;
  const float* input;  // of the whole batch, as the host gave it
  float* output;

  template <class T>
  T* At(const Value& value, int64_t image) const {
    return reinterpret_cast<T*>(arena + image * image_bytes + value.offset);
  }
  std::byte* ScratchOf(int worker) const { return scratch + worker * scratch_bytes; }
};

// Who computes: all of the host's threads, or one of them inside a loop over images.
class Team {
 public:
  explicit Team(const qb_parallel* parallel) : parallel_(parallel) {}
  explicit Team(int worker) : parallel_(nullptr), worker_(worker) {}
  int threads() const { return parallel_.threads(); }

  // Calls body(i, worker) for i in [0, count).
  template <class Body>
  void ForEach(int64_t count, const Body& body) const {
    if (threads() == 1 || count == 1) {
      for (int64_t i = 0; i < count; ++i) body(i, worker_);
    } else {
      parallel_.ForEach(count, body);
    }
  }

 private:
  plugin::Parallel parallel_;
  int worker_ = 0;
};

// Images [first_image, last_image) of a run.
struct Work {
  const RunState& state;
  int64_t first_image, last_image;
  Team team;

  int64_t images() const { return last_image - first_image; }
};

// Whether nodes may run as one step. Without that, a tap sees the value of every node.
enum class Fusion { kAllowed, kNone };

class Step {
 public:
  virtual ~Step() = default;
  virtual void Run(const Work& work) const = 0;
  virtual int64_t scratch_bytes() const { return 0; }  // that one worker needs

  int32_t completes = -1;      // node of the model whose output this step makes; -1: none
  std::vector<int32_t> reads;  // values, by tensor index
  int32_t writes = -1;         // -1: the run's output
};

}  // namespace quantbench::engine
