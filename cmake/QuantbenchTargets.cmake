# Settings that every target shares, and the functions that make a harness library or a plugin.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# The build tree looks like the install tree, so that the binary finds its plugins in both the same way.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(QUANTBENCH_PLUGIN_DIR ${CMAKE_BINARY_DIR}/lib/quantbench)
set(QUANTBENCH_INSTALL_PLUGIN_DIR lib/quantbench)

# Paths are hashed relative to the checkout, so that another checkout of the same sources finds what this one compiled.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

# QUANTBENCH_QUICK_TO_COMPILE is a property of targets that are compiled more often than their speed matters: command line and
# tests. Below -O2 GCC's analysis of null pointers sees ghosts.
set(quick $<BOOL:$<TARGET_PROPERTY:QUANTBENCH_QUICK_TO_COMPILE>>)

add_library(quantbench_options INTERFACE)
target_compile_options(quantbench_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual $<$<NOT:${quick}>:-Wnull-dereference> -Wimplicit-fallthrough
  # Left-out members of a designated initialiser take their defaults: that is what it is for here.
  -Wno-missing-field-initializers
  # GCC 12 sees overlaps in std::string that aren't there (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
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

# quantbench_library(NAME SOURCES a.cpp ... LINK target ...): one folder of the harness as a static library
# quantbench_NAME; headers are included from harness/ ("dataset/crops.h"). LINK is public, LINK_PRIVATE stays inside.
function(quantbench_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK;LINK_PRIVATE" ${ARGN})
  add_library(quantbench_${name} STATIC ${arg_SOURCES})
  target_include_directories(quantbench_${name} PUBLIC ${PROJECT_SOURCE_DIR}/harness)
  target_link_libraries(quantbench_${name} PUBLIC ${arg_LINK} PRIVATE quantbench_options ${arg_LINK_PRIVATE})
endfunction()

include(QuantbenchPlugin)
include(QuantbenchCodeVersion)
