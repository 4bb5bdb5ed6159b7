# What `cmake --install` and CPack put where: program, plugins and library (their own CMakeLists say so), the plugin interface
# as a CMake package, the template plugin, an example, manual page, shell completion, scenarios to copy, a network to run.
include(CMakePackageConfigHelpers)
set(package_dir lib/cmake/quantbench)

set_target_properties(quantbench_api PROPERTIES EXPORT_NAME api)
set_target_properties(quantbench_plugin PROPERTIES EXPORT_NAME plugin)
install(TARGETS quantbench_api quantbench_plugin EXPORT quantbenchTargets ARCHIVE DESTINATION lib)
install(EXPORT quantbenchTargets NAMESPACE quantbench:: DESTINATION ${package_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/plugins/sdk/include/quantbench DESTINATION include)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/quantbenchConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_SOURCE_DIR}/cmake/quantbenchConfig.cmake
  ${PROJECT_SOURCE_DIR}/cmake/QuantbenchPlugin.cmake
  ${PROJECT_SOURCE_DIR}/plugins/sdk/export.map
  ${PROJECT_BINARY_DIR}/quantbenchConfigVersion.cmake
  DESTINATION ${package_dir})

install(DIRECTORY ${PROJECT_SOURCE_DIR}/plugins/hello DESTINATION share/quantbench)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/scenarios DESTINATION share/quantbench)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples DESTINATION share/quantbench)
install(FILES ${PROJECT_SOURCE_DIR}/results/schema.json DESTINATION share/quantbench/results)
# What scenarios on the default images need: their networks, and the program that makes the images.
if(TARGET make_default_dataset)
  foreach(network mobilenet_v2.pth mobilenet_v3.onnx resnet.onnx)
    install(FILES ${PROJECT_SOURCE_DIR}/datasets/default/${network} DESTINATION share/quantbench/datasets/default)
  endforeach()
  install(TARGETS make_default_dataset RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

# The pages lie as they do in the tree, with what they link to, so that links lead somewhere.
set(pages_dir share/doc/quantbench)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${pages_dir}
  FILES_MATCHING PATTERN "*.md" PATTERN "*.png" PATTERN "*.svg")
foreach(page README.md CHANGELOG.md CONTRIBUTING.md LICENSE datasets/README.md harness/model/operators/README.md
    harness/library/include/quantbench/quantize.hpp
    plugins/arm_neon/README.md plugins/hello/hello.cpp plugins/sdk/arithmetic.md tests/fuzz/README.md tests/torture/README.md)
  cmake_path(GET page PARENT_PATH folder)
  install(FILES ${PROJECT_SOURCE_DIR}/${page} DESTINATION ${pages_dir}/${folder})
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${pages_dir} RENAME copyright)
install(CODE "
  set(pages \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${pages_dir}\")
  file(CREATE_LINK ../../quantbench/scenarios \"\${pages}/scenarios\" SYMBOLIC)
  file(CREATE_LINK ../../quantbench/examples \"\${pages}/examples\" SYMBOLIC)
  file(CREATE_LINK ../../quantbench/results \"\${pages}/results\" SYMBOLIC)
  file(CREATE_LINK ../../../../../include \"\${pages}/plugins/sdk/include\" SYMBOLIC)")
install(FILES ${PROJECT_SOURCE_DIR}/completion/quantbench.bash
  DESTINATION share/bash-completion/completions RENAME quantbench)
install(FILES ${PROJECT_SOURCE_DIR}/completion/quantbench.zsh
  DESTINATION share/zsh/vendor-completions RENAME _quantbench)

# The manual page is the program's own help, so it can't lag behind; a cross build can't ask for it.
if(NOT CMAKE_CROSSCOMPILING)
  set(manual ${PROJECT_BINARY_DIR}/quantbench.1)
  add_custom_command(OUTPUT ${manual}
    COMMAND ${PROJECT_SOURCE_DIR}/cmake/manual_page.sh $<TARGET_FILE:quantbench> ${manual}
    DEPENDS quantbench ${PROJECT_SOURCE_DIR}/cmake/manual_page.sh VERBATIM)
  add_custom_target(manual_page ALL DEPENDS ${manual})
  install(FILES ${manual} DESTINATION share/man/man1)
endif()

# cpack in the build folder makes the Debian packages, and an archive of the same files: `./dev package`. What calls MPI is
# a package of its own (harness/mpi/CMakeLists.txt), since few want ranks.
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME quantbench)
set(CPACK_PACKAGE_CONTACT "the quantbench maintainers <quantbench@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "benchmark of quantised image classifiers over backend plugins")
set(CPACK_PACKAGE_FILE_NAME quantbench-${PROJECT_VERSION}-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_MAIN_PACKAGE_NAME quantbench)
set(CPACK_DEBIAN_MPI_PACKAGE_NAME quantbench-mpi)
set(CPACK_DEBIAN_MPI_PACKAGE_DEPENDS "quantbench (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_MPI_DESCRIPTION "quantbench's ranks under Open MPI's mpirun")
# Decoders of PNG, WebP and TIFF (dataset/decode_opencv.cpp) bring 130 packages along, which JPEG files don't need.
file(REAL_PATH ${OpenCVModules_core_LIBRARY} core)
execute_process(COMMAND dpkg-query -S ${core} OUTPUT_VARIABLE owner ERROR_QUIET)
string(REGEX MATCH "^[^:]+" owner "${owner}")
string(REPLACE core imgcodecs CPACK_DEBIAN_MAIN_PACKAGE_SUGGESTS "${owner}")
include(CPack)
