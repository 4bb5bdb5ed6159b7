// SPDX-License-Identifier: Apache-2.0
// A state dict as a network's builder takes it apart, with every mismatch noted and told at once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/checkpoint/state_dict.h"
#include "model/graph.h"

namespace quantbench {

constexpr int64_t kAnyExtent = -1;  // in an expected shape: the file decides

class Parameters {
 public:
  explicit Parameters(StateDict tensors) : tensors_(std::move(tensors)) {}

  // Removes and returns a tensor. One that is missing, misshapen or not finite is noted as a
  // problem, and comes back without values and with the best guess of its shape, so that building
  // can go on to find further problems.
  FloatTensor Take(const std::string& name, const Shape& expected);

  // Removes a tensor that may be there but has no meaning for inference.
  void Drop(const std::string& name) { tensors_.erase(name); }

  // Call when all is taken: throws Error with the problems, leftover tensors among them.
  void Finish(const std::string& architecture) const;

 private:
  StateDict tensors_;
  std::vector<std::string> problems_;
};

}  // namespace quantbench
