// SPDX-License-Identifier: Apache-2.0
// The operator table: groups of shapes, each with the reason why it exists.
#include "conformance/cases.h"

namespace quantbench::conformance {
namespace {

std::string Text(int64_t a) { return std::to_string(a); }
std::string Shape(int64_t c, int64_t h, int64_t w) {
  return Text(c) + "x" + Text(h) + "x" + Text(w);
}

// Collects cases of one group after the other.
class Table {
 public:
  void Group(const std::string& name, const std::string& reason) {
    group_ = name;
    reason_ = reason;
  }
  void Add(const std::string& name, std::function<void(ModelBuilder&)> build) {
    cases_.push_back({.name = group_ + "/" + name, .reason = reason_, .build = std::move(build)});
  }
  // One convolution of a [c, h, w] input.
  void Conv(int64_t c, int64_t h, int64_t w, const ConvOptions& o) {
    const char* const activations[] = {"", "_relu", "_relu6"};
    Add(Shape(c, h, w) + "_to_" + Text(o.channels) + "_k" + Text(o.kernel[0]) + "x" +
            Text(o.kernel[1]) + "_s" + Text(o.stride[0]) + Text(o.stride[1]) + "_d" +
            Text(o.dilation[0]) + Text(o.dilation[1]) + "_p" + Text(o.padding[0]) +
            Text(o.padding[1]) + Text(o.padding[2]) + Text(o.padding[3]) + "_g" + Text(o.groups) +
            activations[o.activation] + (o.per_channel ? "" : "_per_tensor"),
        [=](ModelBuilder& b) { b.Output(b.Conv(b.Input(c, h, w), o)); });
  }
  std::vector<Case> Take() { return std::move(cases_); }

 private:
  std::string group_, reason_;
  std::vector<Case> cases_;
};

constexpr qb_activation kActivations[] = {QB_NONE, QB_RELU, QB_RELU6};

void AddPointwise(Table& t) {
  t.Group("pointwise_tiny", "fewer rows, channels or outputs than any tile");
  for (const int64_t c : {1, 2, 3, 4, 5}) t.Conv(c, 1, 1, {.channels = 1});
  t.Conv(1, 1, 2, {.channels = 3});
  t.Conv(7, 2, 1, {.channels = 2, .activation = QB_RELU});
  t.Group("pointwise_tile", "rows one below, at and above the heights of tiles");
  for (const int64_t w : {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 24, 25})
    t.Conv(16, 1, w, {.channels = 112, .activation = QB_RELU6});
  t.Group("pointwise_width", "output channels around 4, 8, 16, 32 and 64");
  for (const int64_t oc :
       {3, 4, 7, 8, 9, 15, 16, 17, 24, 31, 33, 40, 48, 63, 64, 65, 72, 100, 127, 130})
    t.Conv(20, 3, 5, {.channels = oc, .activation = kActivations[oc % 3]});
  t.Group("pointwise_depth", "shallow and deep sums; input channels not multiples of 4, 16, 64");
  for (const int64_t c : {1, 6, 15, 17, 30, 63, 65, 129, 333, 960, 2048})
    t.Conv(c, 2, 7, {.channels = 37, .activation = kActivations[c % 3]});
  t.Group("pointwise_strided", "no product over rows that lie side by side");
  t.Conv(16, 9, 11, {.channels = 24, .stride = {2, 2}});
  t.Conv(12, 7, 8, {.channels = 70, .stride = {1, 3}, .activation = QB_RELU});
  t.Conv(8, 5, 5, {.channels = 16, .padding = {1, 0, 2, 1}, .activation = QB_RELU6});
  t.Group("per_tensor", "one scale for all output channels");
  t.Conv(24, 5, 5, {.channels = 50, .per_channel = false});
}

void AddDense(Table& t) {
  t.Group("dense_kernel", "kernels 1, 3, 5, 7 and uneven ones, odd image sizes");
  for (const int32_t k : {3, 5, 7}) {
    const int32_t p = k / 2;
    t.Conv(3, 13, 11, {.channels = 20, .kernel = {k, k}, .padding = {p, p, p, p}});
    t.Conv(10, 9, 15,
           {.channels = 33,
            .kernel = {k, k},
            .stride = {2, 2},
            .padding = {p, p, p, p},
            .activation = QB_RELU6});
    t.Conv(16, 8, 8, {.channels = 64, .kernel = {k, k}, .activation = QB_RELU});
  }
  t.Conv(6, 7, 9, {.channels = 18, .kernel = {1, 3}, .padding = {0, 1, 0, 1}});
  t.Conv(6, 9, 7, {.channels = 18, .kernel = {5, 1}, .padding = {2, 0, 2, 0}});
  t.Group("dense_first", "few input channels, as at the start of a network");
  for (const int64_t c : {1, 2, 3, 4})
    t.Conv(c, 17, 33,
           {.channels = 32,
            .kernel = {3, 3},
            .stride = {2, 2},
            .padding = {0, 0, 1, 1},
            .activation = QB_RELU6});
  t.Conv(3, 30, 30,
         {.channels = 64,
          .kernel = {7, 7},
          .stride = {2, 2},
          .padding = {3, 3, 3, 3},
          .activation = QB_RELU});
  t.Group("dense_padding", "asymmetric, and larger than the image");
  t.Conv(8, 5, 6, {.channels = 16, .kernel = {3, 3}, .padding = {0, 2, 1, 0}});
  t.Conv(8, 2, 2, {.channels = 16, .kernel = {5, 5}, .padding = {4, 4, 4, 4}});
  t.Conv(8, 1, 1, {.channels = 16, .kernel = {3, 3}, .padding = {1, 1, 1, 1}});
  t.Group("dense_dilation", "taps that don't lie side by side");
  t.Conv(16, 15, 13,
         {.channels = 24, .kernel = {3, 3}, .dilation = {2, 2}, .padding = {2, 2, 2, 2}});
  t.Conv(5, 12, 12, {.channels = 9, .kernel = {3, 3}, .dilation = {1, 3}, .padding = {0, 3, 0, 3}});
  t.Group("grouped", "several groups, aligned to tiles and not, with and without as many outputs");
  t.Conv(16, 6, 7, {.channels = 16, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .groups = 2});
  t.Conv(12, 6, 7, {.channels = 18, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .groups = 3});
  t.Conv(64, 5, 5, {.channels = 128, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .groups = 32});
  t.Conv(130, 4, 4, {.channels = 260, .groups = 26, .activation = QB_RELU6});
  t.Conv(6, 9, 9, {.channels = 12, .kernel = {3, 3}, .groups = 6});
  // RegNet's: groups of 8 and 24 channels.
  t.Conv(24, 9, 8,
         {.channels = 24,
          .kernel = {3, 3},
          .stride = {2, 2},
          .padding = {1, 1, 1, 1},
          .groups = 3,
          .activation = QB_RELU});
  t.Conv(48, 5, 14, {.channels = 48, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .groups = 2});
}

void AddDepthwise(Table& t) {
  const auto depthwise = [&](int64_t c, int64_t h, int64_t w, ConvOptions o) {
    o.channels = c;
    o.groups = static_cast<int32_t>(c);
    t.Conv(c, h, w, o);
  };
  t.Group("depthwise_3x3", "both strides, channels around vectors, odd sizes, every border");
  for (const int32_t stride : {1, 2}) {
    for (const int64_t c : {2, 15, 16, 24, 32, 33, 48, 63, 64, 65, 96, 100, 144, 200}) {
      depthwise(c, 5 + c % 4, 7 + c % 3,
                {.kernel = {3, 3},
                 .stride = {stride, stride},
                 .padding = {1, 1, 1, 1},
                 .activation = kActivations[c % 3]});
    }
    for (const int64_t size : {1, 2, 3, 4})
      depthwise(16, size, size,
                {.kernel = {3, 3}, .stride = {stride, stride}, .padding = {1, 1, 1, 1}});
    depthwise(40, 8, 8,
              {.kernel = {3, 3},
               .stride = {stride, stride},
               .padding = {0, 0, 1, 1},
               .activation = QB_RELU6});
    depthwise(20, 6, 9, {.kernel = {3, 3}, .stride = {stride, stride}, .activation = QB_RELU});
  }
  t.Group("depthwise_other", "5x5, 7x7, uneven kernels, strides and dilations");
  for (const int32_t k : {2, 4, 5, 7}) {
    const int32_t p = k / 2;
    depthwise(24, 11, 9, {.kernel = {k, k}, .padding = {p, p, p, p}, .activation = QB_RELU6});
    depthwise(72, 9, 10, {.kernel = {k, k}, .stride = {2, 2}, .padding = {p, p, p, p}});
  }
  for (const int32_t stride : {1, 2}) {
    const ConvOptions five{.kernel = {5, 5}, .stride = {stride, stride}, .padding = {2, 2, 2, 2}};
    depthwise(16, 7, 7, five);
    depthwise(32, 6, 19 * stride, five);
    depthwise(16, 2, 2, five);
  }
  depthwise(16, 9, 9, {.kernel = {3, 3}, .dilation = {2, 2}, .padding = {2, 2, 2, 2}});
  depthwise(16, 9, 9, {.kernel = {3, 3}, .dilation = {2, 1}, .padding = {2, 1, 2, 1}});
  depthwise(17, 9, 12, {.kernel = {3, 3}, .stride = {1, 2}, .padding = {1, 1, 1, 1}});
  depthwise(17, 9, 12, {.kernel = {3, 3}, .stride = {2, 1}, .padding = {1, 1, 1, 1}});
  depthwise(33, 9, 12, {.kernel = {4, 3}, .padding = {1, 1, 2, 1}});
  depthwise(33, 9, 12, {.kernel = {1, 3}, .padding = {0, 1, 0, 1}});
  depthwise(33, 9, 12, {.kernel = {3, 1}, .stride = {3, 3}, .padding = {1, 0, 1, 0}});
  depthwise(8, 2, 2, {.kernel = {3, 3}, .padding = {3, 3, 3, 3}});
}

void AddLinear(Table& t) {
  t.Group("linear", "one row a image; outputs and depth around vectors");
  for (const int64_t c : {1, 3, 16, 65, 1280}) {
    for (const int64_t oc : {1, 10, 64, 1000}) {
      t.Add(Text(c) + "_to_" + Text(oc), [=](ModelBuilder& b) {
        b.Output(b.Linear(b.Flatten(b.Input(c, 1, 1)), oc, kActivations[c % 3]));
      });
    }
  }
  t.Add("after_flatten_of_an_image",
        [](ModelBuilder& b) { b.Output(b.Linear(b.Flatten(b.Input(5, 3, 4)), 20)); });
  t.Add("per_tensor", [](ModelBuilder& b) {
    b.Output(b.Linear(b.Flatten(b.Input(30, 1, 1)), 20, QB_NONE, /*per_channel=*/false));
  });
}

void AddPools(Table& t) {
  t.Group("global_pool", "numbers of pixels around 4, channels around vectors");
  for (const int64_t c : {1, 16, 40, 64, 80, 1280})
    for (const int64_t w : {1, 3, 4, 7})
      t.Add(Shape(c, 3, w), [=](ModelBuilder& b) {
        b.Output(b.GlobalAveragePool(b.Input(c, 3, w), kActivations[w % 3]));
      });
  t.Group("pool", "windows over the border, both ways of counting, dilation");
  for (const bool count_pad : {false, true}) {
    const PoolOptions o{.kernel = {3, 2},
                        .stride = {2, 1},
                        .padding = {1, 1, 1, 0},
                        .count_include_pad = count_pad,
                        .activation = QB_RELU};
    t.Add(count_pad ? "average_counting_padding" : "average",
          [=](ModelBuilder& b) { b.Output(b.AveragePool(b.Input(19, 8, 7), o)); });
  }
  for (const qb_activation a : kActivations) {
    const PoolOptions o{
        .kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1, 1, 1}, .activation = a};
    t.Add("max_" + Text(a), [=](ModelBuilder& b) { b.Output(b.MaxPool(b.Input(20, 9, 9), o)); });
  }
  t.Add("max_dilated", [](ModelBuilder& b) {
    b.Output(b.MaxPool(b.Input(7, 9, 9), {.kernel = {2, 3}, .stride = {1, 1}, .dilation = {2, 3}}));
  });
}

void AddConcatAndActivation(Table& t) {
  t.Group("concat", "channels that don't begin on a vector, different qparams");
  for (const qb_activation a : kActivations)
    t.Add("three_" + Text(a), [=](ModelBuilder& b) {
      const int32_t x = b.Input(5, 4, 6);
      b.Output(b.Concat(
          {b.Conv(x, {.channels = 7}), x, b.Conv(x, {.channels = 33, .activation = QB_RELU})}, a));
    });
  t.Group("activation", "an activation by itself");
  for (const qb_activation a : {QB_RELU, QB_RELU6})
    t.Add(Text(a), [=](ModelBuilder& b) { b.Output(b.Activation(b.Input(18, 3, 5), a)); });
}

void AddChains(Table& t) {
  t.Group("add", "additions that can and can't be fused into a convolution");
  for (const int64_t c : {3, 16, 24, 31, 64, 96, 160}) {
    for (const qb_activation a : kActivations) {
      t.Add("residual_" + Text(c) + "_" + Text(a), [=](ModelBuilder& b) {
        const int32_t x = b.Conv(b.Input(8, 5, 7), {.channels = c});
        b.Output(b.Add(x, b.Conv(x, {.channels = c}), a));
      });
    }
  }
  t.Add("convolution_first", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(8, 5, 7), {.channels = 20});
    b.Output(b.Add(b.Conv(x, {.channels = 20, .activation = QB_RELU}), x, QB_RELU6));
  });
  t.Add("two_convolutions", [](ModelBuilder& b) {
    const int32_t x = b.Input(8, 5, 7);
    b.Output(b.Add(b.Conv(x, {.channels = 24}),
                   b.Conv(x, {.channels = 24, .kernel = {3, 3}, .padding = {1, 1, 1, 1}})));
  });
  t.Add("of_depthwise", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(8, 6, 6), {.channels = 40});
    b.Output(b.Add(
        x, b.Conv(x, {.channels = 40, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .groups = 40})));
  });
  t.Add("of_grouped", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(8, 6, 6), {.channels = 40});
    b.Output(b.Add(
        x, b.Conv(x, {.channels = 40, .kernel = {3, 3}, .padding = {1, 1, 1, 1}, .groups = 5})));
  });
  t.Add("with_itself", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(8, 6, 6), {.channels = 40});
    b.Output(b.Add(x, x));
  });
  t.Add("convolution_read_twice", [](ModelBuilder& b) {
    const int32_t x = b.Conv(b.Input(8, 6, 6), {.channels = 12});
    const int32_t y = b.Conv(x, {.channels = 12});
    b.Output(b.Concat({b.Add(x, y), y}));
  });
  t.Add("of_the_input", [](ModelBuilder& b) {
    const int32_t x = b.Input(3, 6, 6);
    b.Output(b.Add(x, b.Conv(x, {.channels = 3})));
  });
  t.Group("block",
          "inverted residuals: expand, depthwise, project, add; small, and larger than a cache");
  for (const int32_t stride : {1, 2}) {
    for (const int64_t size : {4, 7, 13, 61}) {
      t.Add("stride_" + Text(stride) + "_" + Text(size), [=](ModelBuilder& b) {
        int32_t x = b.Conv(b.Input(3, size, size + 2),
                           {.channels = 24, .kernel = {3, 3}, .padding = {1, 1, 1, 1}});
        int32_t y = b.Conv(x, {.channels = 144, .activation = QB_RELU6});
        y = b.Conv(y, {.channels = 144,
                       .kernel = {3, 3},
                       .stride = {stride, stride},
                       .padding = {1, 1, 1, 1},
                       .groups = 144,
                       .activation = QB_RELU6});
        y = b.Conv(y, {.channels = 24});
        b.Output(stride == 1 ? b.Add(x, y) : y);
      });
    }
  }
}

}  // namespace

std::vector<Case> WeightedCases() {
  Table table;
  AddPointwise(table);
  AddDense(table);
  AddDepthwise(table);
  AddLinear(table);
  AddChains(table);
  return table.Take();
}

std::vector<Case> OperatorCases() {
  std::vector<Case> cases = WeightedCases();
  Table table;
  AddPools(table);
  AddConcatAndActivation(table);
  for (Case& one : table.Take()) cases.push_back(std::move(one));
  for (Case& one : ConcatCases()) cases.push_back(std::move(one));
  for (Case& one : ExtremeCases()) cases.push_back(std::move(one));
  for (Case& one : FunctionCases()) cases.push_back(std::move(one));
  return cases;
}

std::vector<Case> MobileNetV2LayerCases() {
  Table t;
  t.Group("mobilenet_v2_layer", "each distinct layer shape of the network that matters most");
  t.Conv(3, 224, 224,
         {.channels = 32,
          .kernel = {3, 3},
          .stride = {2, 2},
          .padding = {0, 0, 1, 1},
          .activation = QB_RELU6});
  struct Pointwise {
    int64_t in, size, out;
  };
  for (const Pointwise p : {Pointwise{32, 112, 16},
                            {16, 112, 96},
                            {96, 56, 24},
                            {24, 56, 144},
                            {144, 56, 24},
                            {144, 28, 32},
                            {32, 28, 192},
                            {192, 28, 32},
                            {192, 14, 64},
                            {64, 14, 384},
                            {384, 14, 64},
                            {384, 14, 96},
                            {96, 14, 576},
                            {576, 14, 96},
                            {576, 7, 160},
                            {160, 7, 960},
                            {960, 7, 160},
                            {960, 7, 320},
                            {320, 7, 1280}}) {
    t.Conv(p.in, p.size, p.size,
           {.channels = p.out, .activation = p.out > p.in ? QB_RELU6 : QB_NONE});
  }
  struct Depthwise {
    int64_t channels, size;
    int32_t stride;
  };
  for (const Depthwise d : {Depthwise{32, 112, 1},
                            {96, 112, 2},
                            {144, 56, 1},
                            {144, 56, 2},
                            {192, 28, 1},
                            {192, 28, 2},
                            {384, 14, 1},
                            {576, 14, 1},
                            {576, 14, 2},
                            {960, 7, 1}}) {
    const bool strided = d.stride == 2;
    t.Conv(d.channels, d.size, d.size,
           {.channels = d.channels,
            .kernel = {3, 3},
            .stride = {d.stride, d.stride},
            .padding = {strided ? 0 : 1, strided ? 0 : 1, 1, 1},
            .groups = static_cast<int32_t>(d.channels),
            .activation = QB_RELU6});
  }
  return t.Take();
}

}  // namespace quantbench::conformance
