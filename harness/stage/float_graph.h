// SPDX-License-Identifier: Apache-2.0
// The float network of a run: its key, and the graph itself once something needs it.
#pragma once

#include <memory>
#include <string>

#include "graph/graph.h"
#include "stage/run_context.h"

namespace quantbench {

class FloatGraph {
 public:
  explicit FloatGraph(const Scenario& scenario) : scenario_(scenario) {}

  // Hashes the model's file. Throws Error where there is none.
  void Key();
  const std::string& key() const { return key_; }

  // Imported and prepared for inference at the first call. Throws Error.
  std::shared_ptr<const Graph> Get();

 private:
  ModelSource Source() const;

  const Scenario& scenario_;
  std::string key_;
  std::shared_ptr<const Graph> graph_;
};

}  // namespace quantbench
