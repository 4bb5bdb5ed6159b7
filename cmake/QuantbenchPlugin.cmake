# quantbench_plugin(NAME [EXAMPLE | STAND_IN | ENGINE] SOURCES a.cpp ... [LINK target ...]): a plugin NAME.so that exports one
# symbol. Used by quantbench's own tree and, installed, by plugins in repositories of their own.
#
# In the tree the plugin is built beside the others and installed with them; an EXAMPLE is built and tested like them,
# but not found by search and not installed; a STAND_IN runs nothing, so nothing is tested of what it computes; an ENGINE
# stands on a library that isn't everywhere, and has tests of its own. In another repository it is built in the current
# binary folder, and install(TARGETS plugin_NAME LIBRARY DESTINATION lib/quantbench) puts it where the program looks for it.
set(QUANTBENCH_EXPORT_MAP ${CMAKE_CURRENT_LIST_DIR}/export.map)
if(NOT EXISTS ${QUANTBENCH_EXPORT_MAP})
  set(QUANTBENCH_EXPORT_MAP ${CMAKE_CURRENT_LIST_DIR}/../plugins/sdk/export.map)
endif()

function(quantbench_plugin name)
  cmake_parse_arguments(arg "EXAMPLE;STAND_IN;ENGINE" "" "SOURCES;LINK" ${ARGN})
  add_library(plugin_${name} MODULE ${arg_SOURCES})
  target_compile_features(plugin_${name} PRIVATE cxx_std_20)
  set_target_properties(plugin_${name} PROPERTIES
    PREFIX "" OUTPUT_NAME ${name} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON LINK_DEPENDS ${QUANTBENCH_EXPORT_MAP})
  target_link_libraries(plugin_${name} PRIVATE quantbench::plugin ${arg_LINK})
  target_link_options(plugin_${name} PRIVATE LINKER:--version-script=${QUANTBENCH_EXPORT_MAP})
  # arithmetic.md: one rounding an operation, everywhere.
  target_compile_options(plugin_${name} PRIVATE -ffp-contract=off)
  if(NOT TARGET quantbench_options)
    return() # another repository
  endif()
  target_link_libraries(plugin_${name} PRIVATE quantbench_options)
  set(folder ${QUANTBENCH_PLUGIN_DIR})
  if(arg_EXAMPLE)
    set(folder ${QUANTBENCH_PLUGIN_DIR}-examples)
  endif()
  set_target_properties(plugin_${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${folder})
  if(NOT arg_STAND_IN AND NOT arg_ENGINE)
    set_property(GLOBAL APPEND PROPERTY QUANTBENCH_PLUGINS ${folder}/${name}.so)
  endif()
  if(NOT arg_EXAMPLE)
    add_dependencies(program plugin_${name})
    install(TARGETS plugin_${name} LIBRARY DESTINATION ${QUANTBENCH_INSTALL_PLUGIN_DIR})
  endif()
endfunction()
