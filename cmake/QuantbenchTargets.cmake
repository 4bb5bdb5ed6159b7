# Settings that every target shares, and the functions that make a harness library or a plugin.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# One kind for libraries and programs, by hand: precompiled headers are for one kind of code.
add_compile_options(-fPIC)
# GCC collects garbage from 128 MB on, a tenth of the time of its larger sources.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=524288>)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# The build tree looks like the install tree, so that the binary finds its plugins in both the same way.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(QUANTBENCH_PLUGIN_DIR ${CMAKE_BINARY_DIR}/lib/quantbench)
set(QUANTBENCH_INSTALL_PLUGIN_DIR lib/quantbench)

# What `./dev run` builds: the program, the plugins that it finds, the default images' generator; no tests.
add_custom_target(program)
# Sources that others include, made by the build.
add_custom_target(generated)

# Paths are hashed relative to the checkout, so that another checkout of the same sources finds what this one compiled. The
# sloppiness is what ccache asks for where there are precompiled headers.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

# QUANTBENCH_QUICK_TO_COMPILE is a property of targets that are compiled more often than their speed matters: nearly all.
# Below -O2 GCC's analysis of null pointers sees ghosts.
set(quick $<BOOL:$<TARGET_PROPERTY:QUANTBENCH_QUICK_TO_COMPILE>>)

add_library(quantbench_options INTERFACE)
target_compile_options(quantbench_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual $<$<NOT:${quick}>:-Wnull-dereference> -Wimplicit-fallthrough
  # Left-out members of a designated initialiser take their defaults: that is what it is for here.
  -Wno-missing-field-initializers
  # GCC 12 sees overlaps in std::string that aren't there (its bug 105651), and more of the kind in a precompiled one.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread>
  $<$<BOOL:${QUANTBENCH_WARNINGS_AS_ERRORS}>:-Werror>
  $<$<AND:$<CONFIG:Release>,${quick}>:-O1>)
# On aarch64 GCC notes at every pair of floats that its version 10 passes them as the ABI says.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64" AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_compile_options(quantbench_options INTERFACE -Wno-psabi)
endif()
# arithmetic.md: one rounding an operation, everywhere.
target_compile_options(quantbench_options INTERFACE -ffp-contract=off)
if(QUANTBENCH_SANITIZE)
  add_compile_options(-fsanitize=${QUANTBENCH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${QUANTBENCH_SANITIZE})
  # GCC's null-dereference and maybe-uninitialized analyses see ghosts in instrumented code.
  target_compile_options(quantbench_options INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized)
endif()

# quantbench_precompile(TARGET): the target's sources find most of the standard library parsed: half of the time of a small
# source. There are two precompiled headers, as GCC takes only one made with the same optimisation. They hide a missing
# #include; `./dev tidy` looks without them.
set(quantbench_precompiled <algorithm> <array> <atomic> <charconv> <chrono> <cmath> <cstdint> <cstring> <deque> <filesystem>
  <fstream> <functional> <iomanip> <limits> <map> <memory> <mutex> <numeric> <optional> <set> <span> <sstream> <string>
  <string_view> <tuple> <utility> <variant> <vector>)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/precompiled.cpp CONTENT "// What precompiled headers are compiled with.\n")
foreach(kind quick hot)
  add_library(quantbench_precompiled_${kind} OBJECT ${PROJECT_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(quantbench_precompiled_${kind} PRIVATE quantbench_options)
  target_precompile_headers(quantbench_precompiled_${kind} PRIVATE ${quantbench_precompiled})
endforeach()
set_target_properties(quantbench_precompiled_quick PROPERTIES QUANTBENCH_QUICK_TO_COMPILE ON)

function(quantbench_precompile target)
  get_target_property(quick ${target} QUANTBENCH_QUICK_TO_COMPILE)
  if(quick)
    target_precompile_headers(${target} REUSE_FROM quantbench_precompiled_quick)
  else()
    target_precompile_headers(${target} REUSE_FROM quantbench_precompiled_hot)
  endif()
endfunction()

# quantbench_unite(TARGET): where QUANTBENCH_UNITE is set, its sources are compiled as one, in half the time. That is for builds
# from nothing, as `./dev` makes them; who changes one source after another compiles just that one. Names in anonymous
# namespaces have to differ within a target; a source that can't have it so is named behind APART.
function(quantbench_unite target)
  cmake_parse_arguments(arg "" "" "APART" ${ARGN})
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${QUANTBENCH_UNITE} UNITY_BUILD_BATCH_SIZE 0)
  set_source_files_properties(${arg_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# quantbench_library(NAME SOURCES a.cpp ... [APART b.cpp ...] LINK target ...): one folder of the harness as a static library
# quantbench_NAME; headers are included from harness/ ("dataset/crops.h"). LINK is public, LINK_PRIVATE stays inside.
# Libraries whose speed matters, because they touch each pixel or weight or are what is timed.
set(quantbench_hot backend dataset diagnose evaluate latency quantize support)
function(quantbench_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;APART;LINK;LINK_PRIVATE" ${ARGN})
  add_library(quantbench_${name} STATIC ${arg_SOURCES} ${arg_APART})
  target_include_directories(quantbench_${name} PUBLIC ${PROJECT_SOURCE_DIR}/harness)
  target_link_libraries(quantbench_${name} PUBLIC ${arg_LINK} PRIVATE quantbench_options ${arg_LINK_PRIVATE})
  if(NOT name IN_LIST quantbench_hot)
    set_target_properties(quantbench_${name} PROPERTIES QUANTBENCH_QUICK_TO_COMPILE ON)
  endif()
  quantbench_precompile(quantbench_${name})
  quantbench_unite(quantbench_${name} APART ${arg_APART})
endfunction()

include(QuantbenchPlugin)
include(QuantbenchCodeVersion)
