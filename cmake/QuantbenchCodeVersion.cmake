# quantbench_code_version(TARGET NAME PATTERN ...): gives TARGET a header code_version/NAME.h, whose constant kCodeVersion is
# the hash of all sources that the patterns name (relative to the top) and of the compiler. What a stage leaves in the cache
# is named by the version of its code, which nobody can forget to raise.
set(QUANTBENCH_CODE_VERSION_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/code_version.cmake)

function(quantbench_code_version target name)
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE patterns)
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${patterns})
  list(FILTER sources INCLUDE REGEX "\\.(c|cpp|h|hpp)$")
  list(LENGTH sources count)
  if(count EQUAL 0)
    message(FATAL_ERROR "quantbench_code_version(${name}): no source matches ${ARGN}")
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/code_version_${name})
  set(header ${folder}/code_version/${name}.h)
  list(TRANSFORM sources PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
  list(JOIN sources "," listed)
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -D TOP=${PROJECT_SOURCE_DIR} -D SOURCES=${listed} -D HEADER=${header} -D NAME=${name}
      -D "COMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_CXX_FLAGS}"
      -P ${QUANTBENCH_CODE_VERSION_SCRIPT}
    DEPENDS ${files} ${QUANTBENCH_CODE_VERSION_SCRIPT}
    COMMENT "Version of the code of ${name}" VERBATIM)
  target_sources(${target} PRIVATE ${header})
  add_custom_target(code_version_${name} DEPENDS ${header})
  add_dependencies(generated code_version_${name})
  target_include_directories(${target} PRIVATE ${folder})
endfunction()
