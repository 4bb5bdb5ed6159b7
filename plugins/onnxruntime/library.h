// SPDX-License-Identifier: Apache-2.0
// Whatever libonnxruntime the user has, found, loaded and asked for its table of functions.
#pragma once

#include <string>

#include "api.h"

namespace quantbench::onnxruntime {

struct Library {
  Api api;
  std::string version;  // "1.30.0", and its build where it tells: "1.30.0+9a1b2c3d4e"
};

// The library that QUANTBENCH_ONNXRUNTIME names, else the loader's; stays loaded. Throws
// plugin::Failure(QB_UNSUPPORTED) that says what is wrong with it and what to do. The same answer
// each time. May be called from several threads.
const Library& TheLibrary();

// What TheLibrary does, each time anew: `named` is the variable's value, null where it isn't set.
Library LoadLibrary(const char* named);

}  // namespace quantbench::onnxruntime
