// SPDX-License-Identifier: Apache-2.0
// A scenario's tree as YAML.
#pragma once

#include <string>

#include "scenario/document.h"

namespace quantbench::yaml {

// By yaml-cpp's emitter.
std::string Emit(const Node& root);

// With environment variables replaced; `extends` has done its work and is left out. It reads as
// the same scenario.
std::string EmitResolved(Node root);

}  // namespace quantbench::yaml
