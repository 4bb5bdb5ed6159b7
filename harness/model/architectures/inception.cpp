// SPDX-License-Identifier: Apache-2.0
// Branches side by side, joined along channels: GoogLeNet and Inception v3. The heads that only
// training uses are left out.
#include "model/architectures/families.h"

namespace quantbench {
namespace {

constexpr WindowSpec kHalve{.kernel = 3, .stride = 2, .padding = 0};
constexpr WindowSpec kKeep{.kernel = 3};

// ImageNet's normalisation, as the module that both networks have computes it away.
Feature TransformInput(const Feature& in, ModuleBuilder& b) {
  return b.Affine("transform_input", in, {0.229f / 0.5f, 0.224f / 0.5f, 0.225f / 0.5f},
                  {(0.485f - 0.5f) / 0.5f, (0.456f - 0.5f) / 0.5f, (0.406f - 0.5f) / 0.5f});
}

// One branch or a whole network: layers one after another.
struct Layer {
  std::string name;
  ConvSpec spec;
};
Feature Chain(const Feature& in, const std::vector<Layer>& layers, ModuleBuilder& b) {
  Feature x = in;
  for (const Layer& layer : layers)
    x = b.ConvNorm(x, {.conv = layer.name + ".conv",
                       .norm = layer.name + ".bn",
                       .spec = layer.spec,
                       .then = Nonlinearity::kRelu,
                       .epsilon = 1e-3f});
  return x;
}

ConvSpec One(int64_t out) { return {.out = out}; }
ConvSpec Square(int64_t out, int kernel) { return {.out = out, .kernel = kernel}; }
ConvSpec Oblong(int64_t out, int height, int width) {
  return {.out = out, .oblong = {height, width}};
}
ConvSpec Halving(int64_t out) { return {.out = out, .kernel = 3, .stride = 2, .padding = 0}; }

// Channels of a GoogLeNet block: of 1x1, 3x3 and "5x5" (which are 3x3 in torchvision) with their
// reductions, and of the pool's branch.
struct Block {
  const char* name;
  int one, reduce3, three, reduce5, five, pool;
};

Feature GoogLeNetBlock(const Block& block, const Feature& in, ModuleBuilder& b) {
  const std::string name = block.name;
  const Feature pooled = b.MaxPool(name + ".branch4.0", in, kKeep);
  return b.Concat(name + ".concat", {Chain(in, {{name + ".branch1", One(block.one)}}, b),
                                     Chain(in,
                                           {{name + ".branch2.0", One(block.reduce3)},
                                            {name + ".branch2.1", Square(block.three, 3)}},
                                           b),
                                     Chain(in,
                                           {{name + ".branch3.0", One(block.reduce5)},
                                            {name + ".branch3.1", Square(block.five, 3)}},
                                           b),
                                     Chain(pooled, {{name + ".branch4.1", One(block.pool)}}, b)});
}

Feature PoolBranch(const std::string& name, const Feature& in, int64_t out, ModuleBuilder& b) {
  return Chain(b.AveragePool(name + ".pool", in, kKeep), {{name + ".branch_pool", One(out)}}, b);
}

// Blocks of Inception v3 for images of 35x35, 17x17 and 8x8, and those between them.
Feature Mixed35(const std::string& name, const Feature& in, int64_t pool, ModuleBuilder& b) {
  const std::string dot = name + ".";
  return b.Concat(
      name + ".concat",
      {Chain(in, {{dot + "branch1x1", One(64)}}, b),
       Chain(in, {{dot + "branch5x5_1", One(48)}, {dot + "branch5x5_2", Square(64, 5)}}, b),
       Chain(in,
             {{dot + "branch3x3dbl_1", One(64)},
              {dot + "branch3x3dbl_2", Square(96, 3)},
              {dot + "branch3x3dbl_3", Square(96, 3)}},
             b),
       PoolBranch(name, in, pool, b)});
}

Feature Mixed35To17(const std::string& name, const Feature& in, ModuleBuilder& b) {
  const std::string dot = name + ".";
  return b.Concat(name + ".concat", {Chain(in, {{dot + "branch3x3", Halving(384)}}, b),
                                     Chain(in,
                                           {{dot + "branch3x3dbl_1", One(64)},
                                            {dot + "branch3x3dbl_2", Square(96, 3)},
                                            {dot + "branch3x3dbl_3", Halving(96)}},
                                           b),
                                     b.MaxPool(name + ".pool", in, kHalve)});
}

Feature Mixed17(const std::string& name, const Feature& in, int64_t inner, ModuleBuilder& b) {
  const std::string dot = name + ".";
  return b.Concat(name + ".concat", {Chain(in, {{dot + "branch1x1", One(192)}}, b),
                                     Chain(in,
                                           {{dot + "branch7x7_1", One(inner)},
                                            {dot + "branch7x7_2", Oblong(inner, 1, 7)},
                                            {dot + "branch7x7_3", Oblong(192, 7, 1)}},
                                           b),
                                     Chain(in,
                                           {{dot + "branch7x7dbl_1", One(inner)},
                                            {dot + "branch7x7dbl_2", Oblong(inner, 7, 1)},
                                            {dot + "branch7x7dbl_3", Oblong(inner, 1, 7)},
                                            {dot + "branch7x7dbl_4", Oblong(inner, 7, 1)},
                                            {dot + "branch7x7dbl_5", Oblong(192, 1, 7)}},
                                           b),
                                     PoolBranch(name, in, 192, b)});
}

Feature Mixed17To8(const std::string& name, const Feature& in, ModuleBuilder& b) {
  const std::string dot = name + ".";
  return b.Concat(
      name + ".concat",
      {Chain(in, {{dot + "branch3x3_1", One(192)}, {dot + "branch3x3_2", Halving(320)}}, b),
       Chain(in,
             {{dot + "branch7x7x3_1", One(192)},
              {dot + "branch7x7x3_2", Oblong(192, 1, 7)},
              {dot + "branch7x7x3_3", Oblong(192, 7, 1)},
              {dot + "branch7x7x3_4", Halving(192)}},
             b),
       b.MaxPool(name + ".pool", in, kHalve)});
}

Feature Mixed8(const std::string& name, const Feature& in, ModuleBuilder& b) {
  const std::string dot = name + ".";
  const auto fork = [&](const Feature& x, const std::string& branch) {
    return b.Concat(dot + branch + ".concat",
                    {Chain(x, {{dot + branch + "a", Oblong(384, 1, 3)}}, b),
                     Chain(x, {{dot + branch + "b", Oblong(384, 3, 1)}}, b)});
  };
  const Feature three = Chain(in, {{dot + "branch3x3_1", One(384)}}, b);
  const Feature twice =
      Chain(in, {{dot + "branch3x3dbl_1", One(448)}, {dot + "branch3x3dbl_2", Square(384, 3)}}, b);
  return b.Concat(name + ".concat",
                  {Chain(in, {{dot + "branch1x1", One(320)}}, b), fork(three, "branch3x3_2"),
                   fork(twice, "branch3x3dbl_3"), PoolBranch(name, in, 192, b)});
}

}  // namespace

Feature Build(const GoogLeNet& network, ModuleBuilder& b) {
  constexpr WindowSpec kPool{.kernel = 3, .stride = 2, .padding = 0, .ceil = true};
  constexpr WindowSpec kLastPool{.kernel = 2, .stride = 2, .padding = 0, .ceil = true};
  constexpr Block k3[] = {{"inception3a", 64, 96, 128, 16, 32, 32},
                          {"inception3b", 128, 128, 192, 32, 96, 64}};
  constexpr Block k4[] = {{"inception4a", 192, 96, 208, 16, 48, 64},
                          {"inception4b", 160, 112, 224, 24, 64, 64},
                          {"inception4c", 128, 128, 256, 24, 64, 64},
                          {"inception4d", 112, 144, 288, 32, 64, 64},
                          {"inception4e", 256, 160, 320, 32, 128, 128}};
  constexpr Block k5[] = {{"inception5a", 256, 160, 320, 32, 128, 128},
                          {"inception5b", 384, 192, 384, 48, 128, 128}};
  b.DropAll("aux1.");
  b.DropAll("aux2.");
  Feature x = network.transform_input ? TransformInput(b.Input(), b) : b.Input();
  x = Chain(x, {{"conv1", {.out = 64, .kernel = 7, .stride = 2}}}, b);
  x = b.MaxPool("maxpool1", x, kPool);
  x = Chain(x, {{"conv2", One(64)}, {"conv3", Square(192, 3)}}, b);
  x = b.MaxPool("maxpool2", x, kPool);
  for (const Block& block : k3) x = GoogLeNetBlock(block, x, b);
  x = b.MaxPool("maxpool3", x, kPool);
  for (const Block& block : k4) x = GoogLeNetBlock(block, x, b);
  x = b.MaxPool("maxpool4", x, kLastPool);
  for (const Block& block : k5) x = GoogLeNetBlock(block, x, b);
  return b.Classifier("fc", x);
}

Feature Build(const InceptionV3& network, ModuleBuilder& b) {
  b.DropAll("AuxLogits.");
  Feature x = network.transform_input ? TransformInput(b.Input(), b) : b.Input();
  x = Chain(x,
            {{"Conv2d_1a_3x3", Halving(32)},
             {"Conv2d_2a_3x3", {.out = 32, .kernel = 3, .padding = 0}},
             {"Conv2d_2b_3x3", Square(64, 3)}},
            b);
  x = b.MaxPool("maxpool1", x, kHalve);
  x = Chain(
      x, {{"Conv2d_3b_1x1", One(80)}, {"Conv2d_4a_3x3", {.out = 192, .kernel = 3, .padding = 0}}},
      b);
  x = b.MaxPool("maxpool2", x, kHalve);
  x = Mixed35("Mixed_5b", x, 32, b);
  x = Mixed35("Mixed_5c", x, 64, b);
  x = Mixed35("Mixed_5d", x, 64, b);
  x = Mixed35To17("Mixed_6a", x, b);
  x = Mixed17("Mixed_6b", x, 128, b);
  x = Mixed17("Mixed_6c", x, 160, b);
  x = Mixed17("Mixed_6d", x, 160, b);
  x = Mixed17("Mixed_6e", x, 192, b);
  x = Mixed17To8("Mixed_7a", x, b);
  x = Mixed8("Mixed_7b", x, b);
  x = Mixed8("Mixed_7c", x, b);
  return b.Classifier("fc", x);
}

}  // namespace quantbench
