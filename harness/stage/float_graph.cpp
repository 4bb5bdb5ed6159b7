// SPDX-License-Identifier: Apache-2.0
// Hash first, import late: a run whose models are cached imports nothing.
#include "stage/float_graph.h"

#include "model/import.h"
#include "model/passes.h"
#include "model/source_hash.h"
#include "support/error.h"
#include "support/progress.h"

namespace quantbench {

void FloatGraph::Key() {
  const std::filesystem::path& file = scenario_.model.file;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    throw Error("model.file: there is no '" + file.string() +
                "'; a relative path starts at the scenario's folder");
  }
  key_ = HashModel(scenario_.model);
}

std::shared_ptr<const Graph> FloatGraph::Get() {
  if (graph_ == nullptr) {
    std::string recognized;
    Graph graph = ImportModel(scenario_.model, &recognized);
    if (!recognized.empty()) Log("model: " + recognized);
    PrepareForInference(graph);
    graph_ = std::make_shared<const Graph>(std::move(graph));
  }
  return graph_;
}

}  // namespace quantbench
