# find_package(quantbench): the targets quantbench::api (the C header) and quantbench::plugin (C++ help and the reference
# operators), and the function quantbench_plugin() that makes a plugin of sources.
include(${CMAKE_CURRENT_LIST_DIR}/quantbenchTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/QuantbenchPlugin.cmake)
