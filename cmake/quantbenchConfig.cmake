# find_package(quantbench): the targets quantbench::api (the C header) and quantbench::plugin (C++ help and the reference
# operators) with the function quantbench_plugin() that makes a plugin of sources; and quantbench::quantize, the harness's
# importer, observers, quantiser and ONNX writer as one shared library (<quantbench/quantize.hpp>).
include(${CMAKE_CURRENT_LIST_DIR}/quantbenchTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/QuantbenchPlugin.cmake)
