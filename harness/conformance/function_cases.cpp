// SPDX-License-Identifier: Apache-2.0
// Cases of functions of one element, products, and channels moved around.
#include "conformance/cases.h"

namespace quantbench::conformance {
namespace {

struct FunctionCase {
  const char* name;
  qb_op op;
  std::array<float, 2> parameters;
  bool of_positive = false;  // numbers alone
};
constexpr FunctionCase kFunctions[] = {{"clip", QB_CLIP, {-0.7f, 0.9f}},
                                       {"hard_sigmoid", QB_HARD_SIGMOID, {0.2f, 0.5f}},
                                       {"hard_swish", QB_HARD_SWISH, {}},
                                       {"sigmoid", QB_SIGMOID, {}},
                                       {"silu", QB_SILU, {}},
                                       {"leaky_relu", QB_LEAKY_RELU, {0.1f, 0.0f}},
                                       {"elu", QB_ELU, {0.7f, 0.0f}},
                                       {"selu", QB_SELU, {1.67f, 1.05f}},
                                       {"celu", QB_CELU, {1.3f, 0.0f}},
                                       {"gelu", QB_GELU, {}},
                                       {"gelu_tanh", QB_GELU_TANH, {}},
                                       {"mish", QB_MISH, {}},
                                       {"softplus", QB_SOFTPLUS, {}},
                                       {"softsign", QB_SOFTSIGN, {}},
                                       {"tanh", QB_TANH, {}},
                                       {"erf", QB_ERF, {}},
                                       {"thresholded_relu", QB_THRESHOLDED_RELU, {0.4f, 0.0f}},
                                       {"exp", QB_EXP, {}},
                                       {"log", QB_LOG, {}, true},
                                       {"sqrt", QB_SQRT, {}, true},
                                       {"abs", QB_ABS, {}},
                                       {"reciprocal", QB_RECIPROCAL, {}, true}};

void AddFunctions(std::vector<Case>& cases) {
  for (const FunctionCase& function : kFunctions) {
    for (const int64_t channels : {1, 16, 21}) {
      cases.push_back({"function/" + std::string(function.name) + "_" + std::to_string(channels),
                       "each function, channels that fill vectors and that don't",
                       [=](ModelBuilder& b) {
                         int32_t x = b.Conv(b.Input(3, 5, 7), {.channels = channels});
                         if (function.of_positive) x = b.Unary(x, QB_SIGMOID);
                         b.Output(b.Unary(x, function.op, function.parameters));
                       }});
    }
  }
  for (const int64_t channels : {1, 16, 21}) {
    cases.push_back({"function/prelu_" + std::to_string(channels),
                     "a slope for each channel, channels that fill vectors and that don't",
                     [=](ModelBuilder& b) {
                       b.Output(b.PRelu(b.Conv(b.Input(3, 5, 7), {.channels = channels})));
                     }});
  }
}

// A cap behind a layer, where engines may clamp the layer's sums instead; caps that they can't.
void AddCaps(std::vector<Case>& cases) {
  const auto add = [&](const std::string& name, const std::function<void(ModelBuilder&)>& build) {
    cases.push_back({"cap/" + name, "a cap for each channel, behind a layer and by itself", build});
  };
  for (const int64_t channels : {1, 16, 21, 64, 150}) {
    const std::string count = std::to_string(channels);
    add("conv_" + count, [=](ModelBuilder& b) {
      b.Output(b.Cap(b.Conv(b.Input(3, 9, 7), {.channels = channels,
                                               .kernel = {3, 3},
                                               .padding = {1, 1, 1, 1},
                                               .activation = QB_RELU})));
    });
    add("inverted_residual_" + count, [=](ModelBuilder& b) {
      const int32_t x = b.Conv(b.Input(3, 10, 9), {.channels = 20});
      const int32_t wide = b.Cap(b.Conv(x, {.channels = channels, .activation = QB_RELU}));
      const int32_t deep = b.Cap(b.Conv(wide, {.channels = channels,
                                               .kernel = {3, 3},
                                               .padding = {1, 1, 1, 1},
                                               .groups = static_cast<int32_t>(channels),
                                               .activation = QB_RELU}));
      b.Output(b.Add(x, b.Conv(deep, {.channels = 20})));
    });
    add("depthwise_stride_2_" + count, [=](ModelBuilder& b) {
      const int32_t x = b.Conv(b.Input(3, 11, 9), {.channels = channels});
      b.Output(b.Cap(b.Conv(x, {.channels = channels,
                                .kernel = {5, 5},
                                .stride = {2, 2},
                                .padding = {2, 2, 2, 2},
                                .groups = static_cast<int32_t>(channels)})));
    });
  }
  add("linear",
      [](ModelBuilder& b) { b.Output(b.Cap(b.Linear(b.Flatten(b.Input(3, 4, 4)), 37))); });
  add("qparams_of_its_own", [](ModelBuilder& b) {
    b.Output(b.Cap(b.Conv(b.Input(3, 6, 5), {.channels = 21}), /*own_qparams=*/true));
  });
  add("of_two_readers", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(3, 6, 5), {.channels = 21});
    b.Output(b.Add(x, b.Cap(x)));
  });
  add("of_the_input",
      [](ModelBuilder& b) { b.Output(b.Conv(b.Cap(b.Input(3, 6, 5)), {.channels = 8})); });
}

void AddNorms(std::vector<Case>& cases) {
  for (const int32_t size : {1, 4, 5, 40}) {
    cases.push_back({"lrn/" + std::to_string(size),
                     "sums over one channel, an even and an odd number, and more than there are",
                     [=](ModelBuilder& b) {
                       const int32_t x = b.Conv(b.Input(3, 5, 7), {.channels = 21});
                       b.Output(b.Conv(b.LocalResponseNorm(x, size, 2), {.channels = 5}));
                     }});
  }
}

void AddProducts(std::vector<Case>& cases) {
  const auto add = [&](const std::string& name, const std::function<void(ModelBuilder&)>& build) {
    cases.push_back(
        {"mul/" + name, "elements with elements, and channels with one factor each", build});
  };
  for (const int64_t channels : {1, 19, 32}) {
    add("elements_" + std::to_string(channels), [=](ModelBuilder& b) {
      const int32_t x = b.Input(4, 6, 5);
      b.Output(
          b.Mul(b.Conv(x, {.channels = channels}), b.Conv(x, {.channels = channels}), QB_RELU));
    });
    add("squeeze_excite_" + std::to_string(channels), [=](ModelBuilder& b) {
      const int32_t x = b.Conv(b.Input(4, 6, 5), {.channels = channels});
      const int32_t squeezed = b.Conv(b.GlobalAveragePool(x), {.channels = channels});
      b.Output(b.Mul(x, b.Unary(squeezed, QB_SIGMOID)));
    });
    add("squeeze_excite_hard_" + std::to_string(channels), [=](ModelBuilder& b) {
      const int32_t x = b.Conv(b.Input(4, 6, 5), {.channels = channels});
      const int32_t squeezed = b.Conv(b.GlobalAveragePool(x), {.channels = channels});
      b.Output(b.Mul(x, b.Unary(squeezed, QB_HARD_SIGMOID, {1.0f / 6, 0.5f})));
    });
    add("vector_of_factors_" + std::to_string(channels), [=](ModelBuilder& b) {
      const int32_t x = b.Conv(b.Input(4, 6, 5), {.channels = channels});
      b.Output(b.Mul(x, b.Linear(b.Flatten(b.GlobalAveragePool(x)), channels), QB_RELU6));
    });
  }
}

void AddMoves(std::vector<Case>& cases) {
  const auto add = [&](const std::string& name, const std::function<void(ModelBuilder&)>& build) {
    cases.push_back({"move/" + name, "channels that begin and end inside vectors", build});
  };
  for (const int32_t groups : {2, 3, 6}) {
    add("shuffle_" + std::to_string(groups), [=](ModelBuilder& b) {
      b.Output(b.ChannelShuffle(b.Conv(b.Input(3, 4, 6), {.channels = 36}), groups));
    });
  }
  add("slice", [](ModelBuilder& b) {
    b.Output(b.Slice(b.Conv(b.Input(3, 4, 6), {.channels = 37}), 5, 30));
  });
  add("slice_of_the_input",
      [](ModelBuilder& b) { b.Output(b.Conv(b.Slice(b.Input(3, 8, 6), 1, 2), {.channels = 5})); });
  add("halves", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(3, 5, 6), {.channels = 40});
    const int32_t right = b.Conv(b.Slice(x, 20, 40), {.channels = 20, .activation = QB_RELU});
    b.Output(b.ChannelShuffle(b.Concat({b.Slice(x, 0, 20), right}), 2));
  });
  add("gather_channels", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(3, 4, 6), {.channels = 5});
    b.Output(b.Gather(x, {7, 4, 6}, {4, 3, 3, -1, 2, 0, 1}));
  });
  add("gather_elements", [](ModelBuilder& b) {
    std::vector<int32_t> indices;
    for (int32_t i = 0; i < 2 * 3 * 17; ++i) indices.push_back(i % 7 == 6 ? -1 : i * 31 % 120);
    b.Output(b.Gather(b.Conv(b.Input(3, 4, 6), {.channels = 5}), {17, 2, 3}, indices));
  });
  add("gather_of_the_input", [](ModelBuilder& b) {
    b.Output(b.Conv(b.Gather(b.Input(3, 4, 6), {3, 4, 6}, {2, 1, 0}), {.channels = 7}));
  });
  add("reshape", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(3, 4, 6), {.channels = 10});
    b.Output(b.Conv(b.Reshape(x, {20, 3, 4}), {.channels = 7}));
  });
  add("vector_to_image", [](ModelBuilder& b) {
    const int32_t x = b.Linear(b.Flatten(b.Input(3, 4, 6)), 50);
    b.Output(b.Conv(b.Reshape(x, {50, 1, 1}), {.channels = 64}));
  });
  add("softmax",
      [](ModelBuilder& b) { b.OutputSoftmax(b.Linear(b.Flatten(b.Input(3, 5, 5)), 80)); });
}

// Float operators that round nothing, so that integer models still have one result.
void AddMixed(std::vector<Case>& cases) {
  const auto add = [&](const std::string& name, const std::function<void(ModelBuilder&)>& build) {
    cases.push_back({"mixed/" + name, "float nodes in the middle of an integer model", build});
  };
  for (const int64_t channels : {1, 19, 32}) {
    add("layers_" + std::to_string(channels), [=](ModelBuilder& b) {
      const int32_t x = b.ThroughFloat(b.Conv(b.Input(3, 7, 5), {.channels = channels}));
      b.Output(b.Conv(x, {.channels = 9, .kernel = {3, 3}}));
    });
  }
  add("the_input",
      [](ModelBuilder& b) { b.Output(b.Conv(b.ThroughFloat(b.Input(3, 6, 6)), {.channels = 8})); });
  add("a_vector",
      [](ModelBuilder& b) { b.Output(b.ThroughFloat(b.Linear(b.Flatten(b.Input(3, 4, 4)), 21))); });
  add("one_of_two_readers", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(3, 6, 6), {.channels = 20});
    b.Output(b.Add(x, b.ThroughFloat(x)));
  });
}

}  // namespace

std::vector<Case> FunctionCases() {
  std::vector<Case> cases;
  AddFunctions(cases);
  AddCaps(cases);
  AddNorms(cases);
  AddProducts(cases);
  AddMoves(cases);
  AddMixed(cases);
  return cases;
}

}  // namespace quantbench::conformance
