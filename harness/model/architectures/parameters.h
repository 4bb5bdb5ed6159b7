// SPDX-License-Identifier: Apache-2.0
// A state dict as a network's builder takes it apart, with every mismatch noted.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "graph/graph.h"
#include "model/checkpoint/state_dict.h"

namespace quantbench {

constexpr int64_t kAnyExtent = -1;  // in an expected shape: the file decides

class Parameters {
 public:
  explicit Parameters(StateDict tensors) : tensors_(std::move(tensors)) {}

  bool Has(const std::string& name) const { return tensors_.contains(name); }

  // Removes and returns a tensor. One that is missing, misshapen or not finite is noted as a
  // problem, and comes back without values and with the best guess of its shape, so that building
  // can go on to find further problems.
  FloatTensor Take(const std::string& name, const Shape& expected);

  // Removes a tensor that may be there but has no meaning for inference.
  void Drop(const std::string& name) { tensors_.erase(name); }
  // Removes those whose names begin with the prefix.
  void DropAll(const std::string& prefix);

  // When all is taken: the problems, leftover tensors among them.
  std::vector<std::string> Problems() const;

  // How many tensors were asked for, and how many of them were there and fitted.
  size_t wanted() const { return wanted_; }
  size_t fitting() const { return wanted_ - problems_.size(); }

 private:
  StateDict tensors_;
  size_t wanted_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace quantbench
