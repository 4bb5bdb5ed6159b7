// SPDX-License-Identifier: Apache-2.0
// libFuzzer target: any bytes as an ONNX file are read, prepared and made ready for plugins, or
// refused with Error.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "backend/abi_model.h"
#include "model/onnx_import.h"
#include "model/passes.h"
#include "quantize/given.h"
#include "support/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    quantbench::Graph graph =
        quantbench::ImportOnnx(std::as_bytes(std::span(data, size)),
                               {.input_height = 8, .input_width = 8, .most_elements = 1 << 24});
    quantbench::PrepareForInference(graph);
    const auto prepared = std::make_shared<const quantbench::Graph>(std::move(graph));
    if (quantbench::IsGivenQuantized(*prepared)) {
      const quantbench::QuantizedGraph quantized = quantbench::QuantizeAsGiven(prepared, "fuzz");
      const quantbench::AbiModel model(quantized);
    }
  } catch (const quantbench::Error&) {
  }
  return 0;
}
