# Finds single modules of OpenCV (targets opencv_core, opencv_imgproc, ...). OpenCV's own package file lies, in Debian, in
# libopencv-dev alone, which brings 280 packages along, GDAL and VTK among them.
find_path(OpenCVModules_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4)
mark_as_advanced(OpenCVModules_INCLUDE_DIR)
foreach(module ${OpenCVModules_FIND_COMPONENTS})
  find_library(OpenCVModules_${module}_LIBRARY opencv_${module})
  mark_as_advanced(OpenCVModules_${module}_LIBRARY)
  if(OpenCVModules_${module}_LIBRARY AND EXISTS ${OpenCVModules_INCLUDE_DIR}/opencv2/${module}.hpp)
    set(OpenCVModules_${module}_FOUND TRUE)
    if(NOT TARGET opencv_${module})
      add_library(opencv_${module} UNKNOWN IMPORTED)
      set_target_properties(opencv_${module} PROPERTIES
        IMPORTED_LOCATION ${OpenCVModules_${module}_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${OpenCVModules_INCLUDE_DIR})
    endif()
  endif()
endforeach()
if(OpenCVModules_INCLUDE_DIR)
  file(STRINGS ${OpenCVModules_INCLUDE_DIR}/opencv2/core/version.hpp numbers REGEX "CV_VERSION_(MAJOR|MINOR|REVISION) ")
  string(REGEX MATCHALL "[0-9]+" numbers "${numbers}")
  list(JOIN numbers . OpenCVModules_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVModules REQUIRED_VARS OpenCVModules_INCLUDE_DIR
  VERSION_VAR OpenCVModules_VERSION HANDLE_COMPONENTS)
