# Cross build for aarch64 Linux with Debian's compiler, against the sysroot that `./dev arm64` makes; programs run under
# qemu-user, on the CPU that the environment variable QEMU_CPU names (all that qemu has, when it is not set).
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)

# Test compilations read this file anew and must see the same sysroot.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES QUANTBENCH_ARM64_SYSROOT)
set(QUANTBENCH_ARM64_SYSROOT ${CMAKE_CURRENT_LIST_DIR}/../build/arm64-sysroot CACHE PATH
  "Folder with the headers and libraries of an arm64 Debian")
if(NOT IS_DIRECTORY ${QUANTBENCH_ARM64_SYSROOT}/usr/include)
  message(FATAL_ERROR "no arm64 sysroot in ${QUANTBENCH_ARM64_SYSROOT}; `./dev arm64 build` makes it")
endif()
# The real path: a build belongs to the sysroot that it was configured with.
file(REAL_PATH ${QUANTBENCH_ARM64_SYSROOT} CMAKE_SYSROOT)

set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L ${CMAKE_SYSROOT})

set(CMAKE_FIND_ROOT_PATH ${CMAKE_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_DIR} "")
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${CMAKE_SYSROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig)
