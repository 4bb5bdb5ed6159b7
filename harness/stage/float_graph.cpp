// SPDX-License-Identifier: Apache-2.0
// Hash first, import late: a run whose models are cached imports nothing.
#include "stage/float_graph.h"

#include "model/source_hash.h"
#include "quantize/float_network.h"
#include "quantize/techniques.h"
#include "support/error.h"
#include "support/hash.h"
#include "support/no_such_file.h"
#include "support/progress.h"

namespace quantbench {
namespace {

constexpr char kWhereFrom[] =
    "; a relative path starts at the scenario's folder, with --set at the current one";

}  // namespace

ModelSource FloatGraph::Source() const { return WithPixels(network_.model, network_.preprocess); }

void FloatGraph::Key() {
  const std::filesystem::path& file = network_.model.file;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    throw Error("model.file: " + NoSuchFile(file) + (file.is_relative() ? kWhereFrom : ""));
  }
  key_ = HashModel(Source());
}

std::string FloatGraph::KeyOf(Techniques techniques) const {
  const Techniques of_graph = techniques.OfFloatGraph();
  if (of_graph.empty()) return key_;
  return Hasher().Add("rewritten").Add(key_).Add(ToString(of_graph)).Hex();
}

Graph FloatGraph::Import() const {
  std::string recognized;
  Graph graph = LoadFloatNetwork(Source(), &recognized);
  if (!recognized.empty()) Log("model: " + recognized);
  return graph;
}

Graph FloatGraph::Rewritten(Techniques techniques) {
  Graph graph = *Get();
  for (const TechniqueReport& report : ApplyTechniques(techniques, graph)) {
    report.did_nothing ? Warn(report.summary) : Log(report.summary);
    for (const std::string& detail : report.details) LogDetail(detail);
  }
  return graph;
}

std::shared_ptr<const Graph> FloatGraph::Get(Techniques techniques) {
  const Techniques of_graph = techniques.OfFloatGraph();
  std::shared_ptr<const Graph> graph = graphs_[of_graph];
  if (graph == nullptr) {
    graph = std::make_shared<const Graph>(of_graph.empty() ? Import() : Rewritten(of_graph));
    graphs_[of_graph] = graph;
  }
  return graph;
}

}  // namespace quantbench
