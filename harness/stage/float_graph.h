// SPDX-License-Identifier: Apache-2.0
// A float network of a run, as it came and as techniques rewrite it: keys, and the graphs
// themselves once something needs them.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "graph/graph.h"
#include "recipe/techniques.h"
#include "scenario/scenario.h"

namespace quantbench {

class FloatGraph {
 public:
  explicit FloatGraph(const Network& network) : network_(network) {}

  // Hashes the model's file. Throws Error where there is none.
  void Key();
  const std::string& key() const { return key_; }
  // Of the network that these techniques make of it; those of others than the float network are
  // nothing here.
  std::string KeyOf(Techniques techniques) const;

  // Imported and prepared for inference at the first call. Throws Error.
  std::shared_ptr<const Graph> Get(Techniques techniques = {});

 private:
  ModelSource Source() const;
  Graph Import() const;
  Graph Rewritten(Techniques techniques);

  const Network& network_;
  std::string key_;
  std::map<Techniques, std::shared_ptr<const Graph>> graphs_;
};

}  // namespace quantbench
