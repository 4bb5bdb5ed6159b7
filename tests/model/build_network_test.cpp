// SPDX-License-Identifier: Apache-2.0
// Which architecture a state dict belongs to, what is said where none fits, and that each has the
// tensors that it should.
#include "model/architectures/build_network.h"
#include "model/import.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "model/architectures/families.h"
#include "model/mobilenet_v2_tensors.h"
#include "model/test_files.h"

namespace quantbench {
namespace {

using testing::CheckRefused;
using testing::StateDictMaker;

ModelSource Source(const char* architecture) {
  return {.file = "", .architecture = architecture, .input_height = 224, .input_width = 224};
}

// What an architecture misses in an empty file: "missing 'name' [shape]".
std::vector<std::string> TensorsOf(const Architecture& architecture) {
  Parameters parameters(StateDict{});
  const ModelSource source = Source("");
  ModuleBuilder builder(parameters, source);
  std::visit([&](const auto& network) { Build(network, builder); }, architecture.family);
  return parameters.Problems();
}

// The shape in such a line, with the number of classes.
Shape ShapeIn(const std::string& line, int64_t classes) {
  Shape shape;
  for (size_t at = line.rfind('[') + 1; at < line.size();) {
    const size_t end = line.find_first_of(",]", at);
    const std::string extent = line.substr(at, end - at);
    shape.push_back(extent == "*" ? classes : std::stoll(extent));
    at = end + 1;
  }
  return shape;
}

TEST_CASE("each architecture has the parameters that torchvision counts") {
  struct Case {
    const char* name;
    int64_t parameters;
  };
  const Case cases[] = {
      {"mobilenet_v3_small", 2542856},
      {"mobilenet_v3_large", 5483032},
      {"mobilenetv3_large_100", 5483032},
      {"mnasnet0_5", 2218512},
      {"mnasnet0_75", 3170208},
      {"mnasnet1_0", 4383312},
      {"mnasnet1_3", 6282256},
      {"efficientnet_b0", 5288548},
      {"efficientnet_b1", 7794184},
      {"efficientnet_b2", 9109994},
      {"efficientnet_b3", 12233232},
      {"efficientnet_b4", 19341616},
      {"resnet18", 11689512},
      {"resnet34", 21797672},
      {"resnet50", 25557032},
      {"resnet101", 44549160},
      {"resnet152", 60192808},
      {"wide_resnet50_2", 68883240},
      {"shufflenet_v2_x0_5", 1366792},
      {"shufflenet_v2_x1_0", 2278604},
      {"shufflenet_v2_x1_5", 3503624},
      {"shufflenet_v2_x2_0", 7393996},
      {"squeezenet1_0", 1248424},
      {"squeezenet1_1", 1235496},
      {"densenet121", 7978856},
      {"googlenet", 6624904},
      {"googlenet_transform_input", 6624904},
      {"inception_v3", 23834568},
      {"inception_v3_transform_input", 23834568},
      {"vgg11", 132863336},
      {"vgg11_bn", 132868840},
      {"vgg13", 133047848},
      {"vgg13_bn", 133053736},
      {"vgg16", 138357544},
      {"vgg16_bn", 138365992},
      {"vgg19", 143667240},
      {"vgg19_bn", 143678248},
      {"alexnet", 61100840},
      {"resnext50_32x4d", 25028904},
      {"regnet_y_400mf", 4344144},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    for (const Architecture& architecture : Architectures()) {
      if (architecture.name != c.name) continue;
      int64_t parameters = 0;
      for (const std::string& line : TensorsOf(architecture)) {
        if (line.find(".running_") == std::string::npos)
          parameters += NumElements(ShapeIn(line, 1000));
      }
      CHECK(parameters == c.parameters);
    }
  }
  CHECK(std::size(cases) + 2 == KnownArchitectures().size());  // MobileNetV2 has any width
}

TEST_CASE("channels of scaled networks are multiples of 8, at most a tenth too few") {
  struct Case {
    double value;
    int64_t expected;
  };
  for (const Case& c : {Case{32, 32}, Case{35.2, 32}, Case{12, 16}, Case{10, 16}, Case{3, 8},
                        Case{28, 32}, Case{19.2, 24}, Case{72.8, 72}})
    CHECK(MakeDivisible(c.value) == c.expected);
}

// A small file whose names a test damages.
Weights SmallWeights() {
  return {.tensors = StateDictMaker(0.25, 3).tensors, .place = "", .prefix = ""};
}

TEST_CASE("tensors tell their architecture") {
  CHECK(BuildNetwork(SmallWeights(), Source("")).architecture == "mobilenet_v2");
  CHECK(BuildNetwork(SmallWeights(), Source("mobilenet_v2")).architecture == "mobilenet_v2");
}

TEST_CASE("norms inside their convolutions, as quantisation-aware training has them") {
  Weights weights{.tensors = {}, .place = "", .prefix = ""};
  const Weights usual = SmallWeights();
  for (const auto& [name, tensor] : usual.tensors) {
    const bool first = name.starts_with("features.0.1.");
    weights.tensors[first ? "features.0.0.bn." + name.substr(13) : name] = tensor;
  }
  CHECK(BuildNetwork(weights, Source("")).architecture == "mobilenet_v2");
}

TEST_CASE("where names don't fit, the nearest architecture and the common prefix are told") {
  struct Case {
    const char* architecture;
    void (*damage)(Weights& weights);
    std::vector<const char*> expected;
  };
  const Case cases[] = {
      {"resnet50",
       [](Weights& /*w*/) {},
       {"don't fit resnet50 (", "they are those of mobilenet_v2"}},
      {"",
       [](Weights& w) { w.tensors.erase("classifier.1.bias"); },
       {"fit no architecture", "nearest is mobilenet_v2, of whose 262 tensors 261 are there",
        "What doesn't fit it:", "missing 'classifier.1.bias' [3]"}},
      {"",
       [](Weights& w) {
         w.place = "model_ema";
         w.prefix = "module.";
         StateDict renamed;
         for (auto& [name, tensor] : w.tensors) renamed["trunk." + name] = tensor;
         renamed["head.weight"] = {.shape = {3, 8}, .values = {}};
         w.tensors = std::move(renamed);
       },
       {"its 315 tensors (under 'model_ema', all with the prefix 'module.', which is taken off, "
        "such "
        "as 'head.weight')",
        "no architecture that quantbench knows has such names"}},
      {"vgg16",
       [](Weights& w) { w.tensors.erase("classifier.1.bias"); },
       {"don't fit vgg16 (", "of its 32 tensors 0 are there", "nearest is mobilenet_v2"}},
  };
  for (const Case& c : cases) {
    Weights weights = SmallWeights();
    c.damage(weights);
    std::string text;
    CheckRefused(
        [&] {
          try {
            BuildNetwork(weights, Source(c.architecture));
          } catch (const Error& error) {
            text = error.what();
            throw;
          }
        },
        c.expected);
    CHECK(text.size() < 1000);
  }
}

// The files that differ in nothing but what is done to the image.
TEST_CASE("architectures that tensors don't tell apart are named") {
  Weights weights{.tensors = {}, .place = "", .prefix = ""};
  const auto googlenet =
      std::ranges::find(Architectures(), std::string_view("googlenet"), &Architecture::name);
  for (const std::string& line : TensorsOf(*googlenet)) {
    const size_t begin = line.find('\'') + 1, end = line.find('\'', begin);
    weights.tensors[line.substr(begin, end - begin)] = {.shape = ShapeIn(line, 7), .values = {}};
  }
  weights.tensors["fc.bias"].shape = {7};
  weights.tensors["aux1.conv.conv.weight"] = {.shape = {1}, .values = {}};
  CheckRefused([&] { BuildNetwork(weights, Source("")); },
               {"name one of googlenet, googlenet_transform_input as the architecture"});
  CHECK(BuildNetwork(weights, Source("googlenet")).architecture == "googlenet");
}

TEST_CASE("an image that a pool can't cut into equal parts is refused with its size") {
  Parameters parameters(StateDict{});
  const ModelSource source{.file = "", .architecture = "", .input_height = 224, .input_width = 256};
  ModuleBuilder builder(parameters, source);
  const Feature image{.id = 0, .channels = 8, .height = 7, .width = 8};
  CHECK(builder.AdaptiveAveragePool("avgpool", image, 7).width == 7);
  CheckRefused([&] { builder.Finish(image); },
               {"224x256 leaves an image of 7x8 before the pool 'avgpool'", "crops of 224x224"});
}

}  // namespace
}  // namespace quantbench
