# cmake -D TOP= -D SOURCES=a,b -D COMPILER= -D NAME= -D HEADER= -P code_version.cmake: writes the header of
# quantbench_code_version().
string(REPLACE "," ";" sources "${SOURCES}")
set(text "${COMPILER}\n")
foreach(source ${sources})
  file(SHA256 ${TOP}/${source} hash)
  string(APPEND text "${source} ${hash}\n")
endforeach()
string(SHA256 version "${text}")
string(SUBSTRING ${version} 0 16 version)
file(WRITE ${HEADER} "// The version of the code of ${NAME}: of its sources and the compiler.
#pragma once

namespace quantbench::code_of_${NAME} {

inline constexpr char kCodeVersion[] = \"${version}\";

}  // namespace quantbench::code_of_${NAME}
")
