// SPDX-License-Identifier: Apache-2.0
// What names of files tell.
#include "graph/model_source.h"

namespace quantbench {

bool IsOnnxFile(const std::filesystem::path& file) { return file.extension() == ".onnx"; }

std::string ModelName(const ModelSource& source) {
  return IsOnnxFile(source.file) || source.architecture.empty() ? source.file.stem().string()
                                                                : source.architecture;
}

}  // namespace quantbench
