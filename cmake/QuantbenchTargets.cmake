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

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(quantbench_options INTERFACE)
target_compile_options(quantbench_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor
  -Woverloaded-virtual -Wnull-dereference -Wimplicit-fallthrough
  # Left-out members of a designated initialiser take their defaults: that is what it is for here.
  -Wno-missing-field-initializers
  # GCC 12 sees overlaps in std::string that aren't there (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<BOOL:${QUANTBENCH_WARNINGS_AS_ERRORS}>:-Werror>)
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

# quantbench_plugin(NAME [EXAMPLE | STAND_IN] SOURCES a.cpp ...): a plugin NAME.so beside the others, exporting one
# symbol. An EXAMPLE is built and tested like the others, but not found by search and not installed. A STAND_IN runs
# nothing, so there is nothing to test of what it computes.
function(quantbench_plugin name)
  cmake_parse_arguments(arg "EXAMPLE;STAND_IN" "" "SOURCES;LINK" ${ARGN})
  set(folder ${QUANTBENCH_PLUGIN_DIR})
  if(arg_EXAMPLE)
    set(folder ${QUANTBENCH_PLUGIN_DIR}-examples)
  endif()
  add_library(plugin_${name} MODULE ${arg_SOURCES})
  set_target_properties(plugin_${name} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${folder}
    LINK_DEPENDS ${PROJECT_SOURCE_DIR}/plugins/api/export.map)
  target_link_libraries(plugin_${name} PRIVATE quantbench::plugin quantbench_options ${arg_LINK})
  target_link_options(plugin_${name} PRIVATE
    LINKER:--version-script=${PROJECT_SOURCE_DIR}/plugins/api/export.map)
  if(NOT arg_STAND_IN)
    set_property(GLOBAL APPEND PROPERTY QUANTBENCH_PLUGINS ${folder}/${name}.so)
  endif()
  if(NOT arg_EXAMPLE)
    install(TARGETS plugin_${name} LIBRARY DESTINATION ${QUANTBENCH_INSTALL_PLUGIN_DIR})
  endif()
endfunction()
