// SPDX-License-Identifier: Apache-2.0
// Rewrites that make a float graph ready for quantisation: batch norms folded, activations fused.
#pragma once

#include "graph/graph.h"

namespace quantbench {

// Folds each batch norm into the convolution or linear layer that alone feeds it; any other becomes
// a depthwise 1x1 convolution, for which a vector becomes an image of one pixel. Given integers of
// a layer keep their values, and get other scales, or the norm isn't folded. Afterwards the graph
// has no BatchNorm. w' = w * gamma / sqrt(var + eps), b' = (b - mean) * gamma / sqrt(var + eps) +
// beta, computed in float64, rounded to float32 once.
void FoldBatchNorm(Graph& graph);

// Moves each Activate node into the node that alone feeds it, where that node can carry an
// activation (not flatten, not one that has one already).
void FuseActivations(Graph& graph);

// Puts one function in the place of nodes that compute it together: x * sigmoid(x) is silu,
// relu6(x + 3) / 6 hard_sigmoid, x * (1 + erf(x / sqrt(2))) / 2 gelu.
void FuseFunctions(Graph& graph);

// Lets the node that writes a value quantise it, instead of the node behind that does nothing else,
// where all readers want it with the same qparams. A value that readers want in several ways, or in
// float too, keeps a node for each way: qparams belong to the edge.
void MergeQuantization(Graph& graph);

// Where a convolution or linear layer reads channels or elements in another order, its weights are
// brought into that order instead.
void FoldGathers(Graph& graph);

// Removes the nodes whose results nobody reads, and their values.
void DropUnread(Graph& graph);

// All of them, in order, then shapes. Afterwards every conv and linear layer has a bias, of zeros
// if need be.
void PrepareForInference(Graph& graph);

}  // namespace quantbench
