// SPDX-License-Identifier: Apache-2.0
// Every architecture in question is tried on the shapes alone; the one that fits gets the values.
#include "model/architectures/build_network.h"

#include <algorithm>
#include <utility>

#include "model/architectures/families.h"
#include "model/checkpoint/pickle.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

constexpr size_t kMaxListed = 10;

// What came of trying one architecture.
struct Trial {
  const Architecture* architecture = nullptr;
  size_t wanted = 0, fitting = 0;
  std::vector<std::string> problems{};
};

StateDict ShapesOf(const StateDict& tensors) {
  StateDict shapes;
  for (const auto& [name, tensor] : tensors)
    shapes.emplace_hint(shapes.end(), name, FloatTensor{.shape = tensor.shape, .values = {}});
  return shapes;
}

Feature BuildFamily(const Architecture& architecture, ModuleBuilder& builder) {
  return std::visit([&](const auto& network) { return Build(network, builder); },
                    architecture.family);
}

Trial Try(const Architecture& architecture, const StateDict& shapes, const ModelSource& source) {
  Parameters parameters(shapes);
  ModuleBuilder builder(parameters, source);
  BuildFamily(architecture, builder);
  return {.architecture = &architecture,
          .wanted = parameters.wanted(),
          .fitting = parameters.fitting(),
          .problems = parameters.Problems()};
}

// By how much of the network is there, and then by how much of the file it explains.
bool IsCloser(const Trial& a, const Trial& b) {
  const size_t left = a.fitting * b.wanted, right = b.fitting * a.wanted;
  return left != right ? left > right : a.problems.size() < b.problems.size();
}

const Trial& Closest(const std::vector<Trial>& trials) {
  return *std::ranges::min_element(trials, IsCloser);
}

std::string Counted(size_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string ListProblems(const std::vector<std::string>& problems) {
  std::string text;
  for (size_t i = 0; i < std::min(problems.size(), kMaxListed); ++i) text += "\n  " + problems[i];
  if (problems.size() > kMaxListed)
    text += "\n  ... and " + std::to_string(problems.size() - kMaxListed) + " more";
  return text;
}

// "its 262 tensors (under 'model_ema', names without the common prefix 'module.': conv1.weight
// ...)"
std::string DescribeTensors(const Weights& weights) {
  std::string text = "its " + Counted(weights.tensors.size(), "tensor") + " (";
  if (!weights.place.empty()) text += "under " + pickle::Quote(weights.place) + ", ";
  if (!weights.prefix.empty())
    text += "all with the prefix " + pickle::Quote(weights.prefix) + ", which is taken off, ";
  text +=
      weights.tensors.empty() ? "none" : "such as " + pickle::Quote(weights.tensors.begin()->first);
  return text + ")";
}

std::string DescribeNearest(const Trial& nearest) {
  if (nearest.fitting == 0) return "no architecture that quantbench knows has such names";
  return "nearest is " + std::string(nearest.architecture->name) + ", of whose " +
         CountText(nearest.wanted, "tensor") + " " + std::to_string(nearest.fitting) +
         (nearest.fitting == 1 ? " is there" : " are there");
}

// Few problems are a variant of the network, told in full; many another network, told in short.
bool AreFew(const Trial& trial) {
  return trial.problems.size() <= kMaxListed || 2 * trial.fitting > trial.wanted;
}

[[noreturn]] void RefuseUnknown(const Weights& weights, const Trial& nearest) {
  throw Error(DescribeTensors(weights) + " fit no architecture that quantbench knows; " +
              DescribeNearest(nearest) +
              (AreFew(nearest) && nearest.fitting > 0
                   ? ". What doesn't fit it:" + ListProblems(nearest.problems)
                   : ""));
}

[[noreturn]] void RefuseNamed(const Weights& weights, const Trial& named, const Trial& nearest) {
  std::string text = "the weights don't fit " + std::string(named.architecture->name) + " (" +
                     Counted(named.problems.size(), "problem");
  if (nearest.problems.empty())
    throw Error(text + "); they are those of " + std::string(nearest.architecture->name));
  if (AreFew(named)) throw Error(text + "):" + ListProblems(named.problems));
  throw Error(text + "): of its " + Counted(named.wanted, "tensor") + " " +
              std::to_string(named.fitting) + " are there. The file: " + DescribeTensors(weights) +
              "; " + DescribeNearest(nearest));
}

[[noreturn]] void RefuseAmbiguous(const std::vector<Trial>& fits) {
  std::string names;
  for (const Trial& fit : fits)
    names += (names.empty() ? "" : ", ") + std::string(fit.architecture->name);
  throw Error("the tensors fit several architectures, which they don't tell apart: name one of " +
              names + " as the architecture");
}

// The trial whose architecture is to be built.
Trial Choose(const Weights& weights, const ModelSource& source) {
  const StateDict shapes = ShapesOf(weights.tensors);
  std::vector<Trial> trials, fits, named;
  for (const Architecture& architecture : Architectures()) {
    trials.push_back(Try(architecture, shapes, source));
    if (architecture.name == source.architecture) named.push_back(trials.back());
    const bool in_question =
        source.architecture.empty() || architecture.name == source.architecture;
    if (in_question && trials.back().problems.empty()) fits.push_back(trials.back());
  }
  if (fits.size() == 1) return fits[0];
  if (fits.size() > 1) RefuseAmbiguous(fits);
  const Trial& nearest = Closest(trials);
  if (source.architecture.empty()) RefuseUnknown(weights, nearest);
  RefuseNamed(weights, Closest(named), nearest);
}

}  // namespace

BuiltNetwork BuildNetwork(Weights weights, const ModelSource& source) {
  const Trial chosen = Choose(weights, source);
  if (source.activation == Activation::kRelu &&
      !std::holds_alternative<MobileNetV2>(chosen.architecture->family))
    throw Error("only MobileNetV2 is built with another activation; " +
                std::string(chosen.architecture->name) + " has those of its paper");
  Parameters parameters(std::move(weights.tensors));
  ModuleBuilder builder(parameters, source);
  const Feature scores = BuildFamily(*chosen.architecture, builder);
  const std::vector<std::string> problems = parameters.Problems();  // numbers that aren't finite
  if (!problems.empty())
    throw Error("the weights don't fit " + std::string(chosen.architecture->name) + " (" +
                Counted(problems.size(), "problem") + "):" + ListProblems(problems));
  return {.graph = builder.Finish(scores), .architecture = std::string(chosen.architecture->name)};
}

std::vector<std::string> KnownArchitectures() {
  std::vector<std::string> names;
  for (const Architecture& architecture : Architectures()) {
    if (std::ranges::find(names, architecture.name) == names.end())
      names.emplace_back(architecture.name);
  }
  return names;
}

}  // namespace quantbench
