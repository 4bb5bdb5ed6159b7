// SPDX-License-Identifier: Apache-2.0
// Adam on soft roundings; each step is one matrix product by the engine's kernels.
#include "quantize/learn_rounding.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>

#include "backend/abi_model.h"
#include "backend/backend.h"
#include "quantbench/fma.hpp"
#include "quantbench/functions.hpp"
#include "support/interrupt.h"

namespace quantbench {
namespace {

constexpr int64_t kMostElements = int64_t{1} << 22;  // of the outputs that are learnt together
constexpr float kStretch = 1.2f, kOverhang = 0.1f;   // zeta - gamma and -gamma of the paper

// y [outputs, rows] = x [outputs, rows] times G, as a linear layer over a batch of outputs.
class Product {
 public:
  Product(const std::vector<float>& gram, int64_t rows, int64_t most_outputs,
          const ThreadPool& pool)
      : graph_(GraphOf(gram, rows)),
        model_(graph_),
        backend_(Backend::BuiltInFloat()),
        executable_(backend_.Prepare(model_, backend_.ChooseIsa(std::nullopt))),
        context_(executable_.CreateContext(static_cast<int>(most_outputs), pool.threads())),
        pool_(pool) {}

  void Run(int64_t outputs, const float* x, float* y) {
    context_.Run(static_cast<int>(outputs), x, y, pool_);
  }

 private:
  static Graph GraphOf(const std::vector<float>& gram, int64_t rows) {
    Graph graph{.name = "gram", .values = {}, .nodes = {}};
    graph.input = graph.AddValue("x", {rows});
    Linear linear;
    linear.weight = {.shape = {rows, rows}, .values = gram};
    linear.bias.resize(static_cast<size_t>(rows));
    graph.output = graph.AddNode("y", std::move(linear), {graph.input});
    InferShapes(graph);
    return graph;
  }

  const Graph graph_;
  const AbiModel model_;
  const Backend backend_;
  const Executable executable_;
  Context context_;
  const ThreadPool& pool_;
};

// One output's weights, [rows].
struct Row {
  int64_t rows;
  const float *weight, *low, *pull, *product;  // product: off times G
  float *v, *sigmoid, *mean, *square, *off;    // off: n - w
};

struct Step {
  float rate, mean_unit, square_unit;  // of Adam
  float regulariser;                   // lambda * beta * 2
  int power;                           // beta - 1
};

float Soft(float sigmoid) { return std::clamp(kStretch * sigmoid - kOverhang, 0.0f, 1.0f); }

[[gnu::always_inline]] inline void Adam(const Step& step, int64_t count,
                                        const float* __restrict gradient, float* __restrict mean,
                                        float* __restrict square, float* __restrict v) {
  for (int64_t i = 0; i < count; ++i) {
    mean[i] = 0.9f * mean[i] + 0.1f * gradient[i];
    square[i] = 0.999f * square[i] + 0.001f * gradient[i] * gradient[i];
    v[i] -=
        step.rate * (mean[i] * step.mean_unit) / (std::sqrt(square[i] * step.square_unit) + 1e-8f);
  }
}

// |2 h - 1|^power and 1 where h isn't clipped, for some weights at once.
constexpr int64_t kLanes = 64;

template <class Fma>
[[gnu::always_inline]] inline void TakeStep(const Row& r, const Step& step) {
  for (int64_t first = 0; first < r.rows; first += kLanes) {
    const int64_t count = std::min(kLanes, r.rows - first);
    float middle[kLanes], power[kLanes];
    for (int64_t i = 0; i < count; ++i) {
      middle[i] = 2.0f * (kStretch * r.sigmoid[first + i] - kOverhang) - 1.0f;
      power[i] = step.regulariser;
    }
    for (int n = 0; n < step.power; ++n)
      for (int64_t i = 0; i < count; ++i) power[i] *= middle[i] < 0.0f ? -middle[i] : middle[i];
    const float* const sigmoid = r.sigmoid + first;
    const float* const product = r.product + first;
    const float* const pull = r.pull + first;
    for (int64_t i = 0; i < count; ++i) {
      const float push = middle[i] < 0.0f ? -power[i] : power[i];
      const float slope = kStretch * sigmoid[i] * (1.0f - sigmoid[i]);
      const float inside = middle[i] < 0.0f ? middle[i] + 1.0f : 1.0f - middle[i];
      const float gradient = (24.0f * (product[i] - pull[i]) - push) * slope;
      power[i] = inside > 0.0f ? gradient : 0.0f;
    }
    Adam(step, count, power, r.mean + first, r.square + first, r.v + first);
    for (int64_t k = first; k < first + count; ++k) r.sigmoid[k] = plugin::SigmoidF32<Fma>(r.v[k]);
    for (int64_t k = first; k < first + count; ++k) {
      const float stretched = kStretch * r.sigmoid[k] - kOverhang;
      const float above = stretched < 0.0f ? 0.0f : stretched;
      r.off[k] = r.low[k] + (above > 1.0f ? 1.0f : above) - r.weight[k];
    }
  }
}

void TakeStepOnAnyCpu(const Row& row, const Step& step) { TakeStep<plugin::AnyFma>(row, step); }
#ifdef QUANTBENCH_WITH_FMA
QUANTBENCH_WITH_FMA void TakeStepWithFma(const Row& row, const Step& step) {
  TakeStep<plugin::HardFma>(row, step);
}
#else
constexpr auto TakeStepWithFma = TakeStepOnAnyCpu;
#endif

// Some of a problem's outputs.
class Part {
 public:
  Part(const RoundingProblem& problem, int64_t first, int64_t outputs)
      : problem_(problem), first_(first), outputs_(outputs) {
    const auto elements = static_cast<size_t>(outputs * problem.rows);
    for (std::vector<float>* each : {&v_, &sigmoid_, &mean_, &square_, &off_, &product_})
      each->resize(elements);
  }

  void Learn(const RoundingSettings& settings, Product& product, const ThreadPool& pool) {
    const auto step_of = plugin::CpuHasFma() ? TakeStepWithFma : TakeStepOnAnyCpu;
    Start(pool);
    double mean_left = 1, square_left = 1;
    const int free_steps =
        static_cast<int>(settings.free_steps * static_cast<float>(settings.steps));
    for (int i = 0; i < settings.steps; ++i) {
      ThrowIfInterrupted();  // large layers take minutes
      mean_left *= 0.9;
      square_left *= 0.999;
      Step step{.rate = settings.rate,
                .mean_unit = static_cast<float>(1 / (1 - mean_left)),
                .square_unit = static_cast<float>(1 / (1 - square_left)),
                .regulariser = 0,
                .power = 1};
      if (i >= free_steps) {
        const int span = settings.most_beta - settings.least_beta + 1;
        const int beta =
            settings.most_beta - span * (i - free_steps) / (settings.steps - free_steps);
        step.regulariser = settings.regulariser * 2.0f * static_cast<float>(beta);
        step.power = beta - 1;
      }
      product.Run(outputs_, off_.data(), product_.data());
      pool.ForEach(outputs_, [&](int64_t o, int) { step_of(RowOf(o), step); });
    }
  }

  // Whole numbers instead of soft ones.
  void Round(const ThreadPool& pool) {
    pool.ForEach(outputs_, [&](int64_t o, int) {
      const Row r = RowOf(o);
      for (int64_t k = 0; k < r.rows; ++k)
        r.off[k] = r.low[k] + (Soft(r.sigmoid[k]) >= 0.5f ? 1.0f : 0.0f) - r.weight[k];
    });
  }
  void RoundToNearest(const ThreadPool& pool) {
    pool.ForEach(outputs_, [&](int64_t o, int) {
      const Row r = RowOf(o);
      for (int64_t k = 0; k < r.rows; ++k) {
        const float nearest = std::nearbyint(r.weight[k]);
        r.off[k] = std::clamp(nearest, r.low[k], r.low[k] + 1.0f) - r.weight[k];
      }
    });
  }

  // Turns over the weight that lessens E most until none does; errors [outputs] before and after.
  void TurnOver(Product& product, const ThreadPool& pool, std::vector<double>& before,
                std::vector<double>& after) {
    product.Run(outputs_, off_.data(), product_.data());
    pool.ForEach(outputs_, [&](int64_t o, int) {
      const auto at = static_cast<size_t>(o);
      after[at] = before[at] = ErrorOf(o);
      const Row r = RowOf(o);
      std::vector<double> half(static_cast<size_t>(r.rows));  // of the gradient
      for (int64_t k = 0; k < r.rows; ++k)
        half[static_cast<size_t>(k)] = double{r.product[k]} - double{r.pull[k]};
      for (int64_t turns = 0; turns < 4 * r.rows; ++turns) {
        int64_t best = -1;
        double least = -1e-9;
        for (int64_t k = 0; k < r.rows; ++k) {
          const double change = Turn(r, k) * 2 * half[static_cast<size_t>(k)] + GramAt(k, k);
          if (change < least) least = change, best = k;
        }
        if (best < 0) break;
        const double turn = Turn(r, best);
        r.off[best] = r.low[best] + (turn > 0 ? 1.0f : 0.0f) - r.weight[best];
        for (int64_t k = 0; k < r.rows; ++k) half[static_cast<size_t>(k)] += turn * GramAt(best, k);
        after[at] += least;
      }
    });
  }

  int8_t IntegerAt(int64_t o, int64_t k) const {
    const Row r = RowOf(o);
    return static_cast<int8_t>(r.low[k] + (IsUp(r, k) ? 1.0f : 0.0f));
  }

 private:
  static bool IsUp(const Row& r, int64_t k) { return r.off[k] + r.weight[k] - r.low[k] > 0.5f; }
  static double Turn(const Row& r, int64_t k) { return IsUp(r, k) ? -1 : 1; }
  double GramAt(int64_t i, int64_t j) const {
    return problem_.gram[static_cast<size_t>(i * problem_.rows + j)];
  }

  Row RowOf(int64_t o) const {
    const int64_t rows = problem_.rows, of_all = (first_ + o) * rows, own = o * rows;
    auto& self = const_cast<Part&>(*this);
    return {.rows = rows,
            .weight = problem_.weight.data() + of_all,
            .low = problem_.low.data() + of_all,
            .pull = problem_.pull.data() + of_all,
            .product = product_.data() + own,
            .v = self.v_.data() + own,
            .sigmoid = self.sigmoid_.data() + own,
            .mean = self.mean_.data() + own,
            .square = self.square_.data() + own,
            .off = self.off_.data() + own};
  }

  void Start(const ThreadPool& pool) {
    pool.ForEach(outputs_, [&](int64_t o, int) {
      const Row r = RowOf(o);
      for (int64_t k = 0; k < r.rows; ++k) {
        const double part = std::clamp(double{r.weight[k]} - double{r.low[k]}, 0.01, 0.99);
        const double sigmoid = (part + double{kOverhang}) / double{kStretch};
        r.v[k] = static_cast<float>(-plugin::same::Log(1 / sigmoid - 1));
        r.sigmoid[k] = static_cast<float>(sigmoid);
        r.off[k] = r.low[k] + Soft(r.sigmoid[k]) - r.weight[k];
      }
    });
  }

  // E, after `product` was computed.
  double ErrorOf(int64_t o) const {
    const Row r = RowOf(o);
    double error = problem_.rest[static_cast<size_t>(first_ + o)];
    for (int64_t k = 0; k < r.rows; ++k)
      error += double{r.off[k]} * (double{r.product[k]} - 2 * double{r.pull[k]});
    return error;
  }

  const RoundingProblem& problem_;
  int64_t first_, outputs_;
  std::vector<float> v_, sigmoid_, mean_, square_, off_, product_;
};

}  // namespace

LearnedRounding LearnRounding(const RoundingProblem& problem, const RoundingSettings& settings,
                              const ThreadPool& pool) {
  LearnedRounding learned;
  learned.weights.resize(static_cast<size_t>(problem.outputs * problem.rows));
  const int64_t together = std::clamp<int64_t>(kMostElements / problem.rows, 1, problem.outputs);
  Product product(problem.gram, problem.rows, together, pool);
  for (int64_t first = 0; first < problem.outputs; first += together) {
    const int64_t outputs = std::min(together, problem.outputs - first);
    const auto count = static_cast<size_t>(outputs);
    std::vector<double> nearest(count), turned(count), soft(count), error(count);
    Part by_turning(problem, first, outputs), part(problem, first, outputs);
    by_turning.RoundToNearest(pool);
    by_turning.TurnOver(product, pool, nearest, turned);
    part.Learn(settings, product, pool);
    part.Round(pool);
    part.TurnOver(product, pool, soft, error);
    for (int64_t o = 0; o < outputs; ++o) {
      const auto at = static_cast<size_t>(o);
      const Part& better = error[at] < turned[at] ? part : by_turning;
      learned.nearest_error += nearest[at];
      learned.error += std::min(error[at], turned[at]);
      for (int64_t k = 0; k < problem.rows; ++k)
        learned.weights[static_cast<size_t>((first + o) * problem.rows + k)] =
            better.IntegerAt(o, k);
    }
  }
  return learned;
}

}  // namespace quantbench
