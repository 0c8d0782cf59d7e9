# Everything that is not ours, found once, here. LibTorch has a file of its own: torch.cmake.
# What is missing is named with its Debian package; tools/setup installs them all.

# fa_require(FOUND NAME PACKAGE): stops with one sentence where a dependency was not found.
function(fa_require found name package)
  if(NOT ${found})
    message(FATAL_ERROR "${name} is not installed: run tools/setup, or install ${package}.")
  endif()
endfunction()

if(NOT Python3_EXECUTABLE AND EXISTS ${PROJECT_BINARY_DIR}/venv/bin/python)
  set(Python3_EXECUTABLE ${PROJECT_BINARY_DIR}/venv/bin/python CACHE FILEPATH "Python, with torch where it is a wheel")
endif()
find_package(Python3 QUIET COMPONENTS Interpreter)
fa_require(Python3_Interpreter_FOUND "Python 3" python3)

find_package(Threads REQUIRED)
find_package(ZLIB QUIET)
fa_require(ZLIB_FOUND "zlib" zlib1g-dev)
find_package(Boost QUIET)  # Boost.Graph is used as headers only: Boost::headers
fa_require(Boost_FOUND "Boost.Graph" libboost-graph-dev)
find_package(fmt QUIET CONFIG)
fa_require(fmt_FOUND "fmt" libfmt-dev)
find_package(spdlog QUIET CONFIG)
fa_require(spdlog_FOUND "spdlog" libspdlog-dev)
include(${CMAKE_CURRENT_LIST_DIR}/formatting.cmake)
find_package(CLI11 QUIET CONFIG)
fa_require(CLI11_FOUND "CLI11" libcli11-dev)
find_package(nlohmann_json QUIET CONFIG)
fa_require(nlohmann_json_FOUND "nlohmann-json" nlohmann-json3-dev)
find_package(GTest QUIET CONFIG)
fa_require(GTest_FOUND "GoogleTest" "libgtest-dev and libgmock-dev")
find_package(rapidcheck QUIET CONFIG)  # targets rapidcheck, rapidcheck_gtest
fa_require(rapidcheck_FOUND "RapidCheck" librapidcheck-dev)
find_package(benchmark QUIET CONFIG)
fa_require(benchmark_FOUND "Google Benchmark" libbenchmark-dev)

# fa_papi: PAPI's and libsde's headers, and what runtime/papi_library.cc opens: their names as a program linked to them
# would ask for them, and their files here.
find_path(PAPI_INCLUDE_DIR papi.h)
find_path(SDE_INCLUDE_DIR sde_lib.h)
find_library(PAPI_LIBRARY papi)
find_library(SDE_LIBRARY sde)
mark_as_advanced(PAPI_INCLUDE_DIR SDE_INCLUDE_DIR PAPI_LIBRARY SDE_LIBRARY)
if(PAPI_INCLUDE_DIR AND SDE_INCLUDE_DIR AND PAPI_LIBRARY AND SDE_LIBRARY)
  set(PAPI_FOUND TRUE)
endif()
fa_require(PAPI_FOUND "PAPI with libsde" libpapi-dev)
add_library(fa_papi INTERFACE)
target_include_directories(fa_papi SYSTEM INTERFACE ${PAPI_INCLUDE_DIR} ${SDE_INCLUDE_DIR})
target_link_libraries(fa_papi INTERFACE ${CMAKE_DL_LIBS})
foreach(library PAPI SDE)
  if(${library}_LIBRARY)
    execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${${library}_LIBRARY} OUTPUT_VARIABLE headers ERROR_QUIET)
    if(NOT headers MATCHES "SONAME +([^\n]+)")
      message(FATAL_ERROR "${${library}_LIBRARY} is no shared library, or objdump (binutils) is not installed")
    endif()
    target_compile_definitions(fa_papi INTERFACE
      FLOPAUDIT_${library}_NAME="${CMAKE_MATCH_1}" FLOPAUDIT_${library}_FILE="${${library}_LIBRARY}")
  endif()
endforeach()

# fa_valgrind: the headers of Valgrind's client requests; nothing to link.
find_path(VALGRIND_HEADERS_DIR valgrind/valgrind.h)
mark_as_advanced(VALGRIND_HEADERS_DIR)
fa_require(VALGRIND_HEADERS_DIR "Valgrind" valgrind)
add_library(fa_valgrind INTERFACE)
target_include_directories(fa_valgrind SYSTEM INTERFACE ${VALGRIND_HEADERS_DIR})

# fa_zip: libzip, by which tests hold our own reader of zip files.
find_path(ZIP_INCLUDE_DIR zip.h)
find_library(ZIP_LIBRARY zip)
mark_as_advanced(ZIP_INCLUDE_DIR ZIP_LIBRARY)
if(ZIP_INCLUDE_DIR AND ZIP_LIBRARY)
  set(ZIP_FOUND TRUE)
endif()
fa_require(ZIP_FOUND "libzip" libzip-dev)
add_library(fa_zip INTERFACE)
target_include_directories(fa_zip SYSTEM INTERFACE ${ZIP_INCLUDE_DIR})
target_link_libraries(fa_zip INTERFACE ${ZIP_LIBRARY})

# fa_malloc: jemalloc as an archive, so that nothing more need be installed where the program runs. A third of an analysis is
# small allocations; with it Swin-T takes two thirds of the time.
find_library(JEMALLOC_ARCHIVE libjemalloc.a)
mark_as_advanced(JEMALLOC_ARCHIVE)
fa_require(JEMALLOC_ARCHIVE "jemalloc" libjemalloc-dev)
add_library(fa_malloc INTERFACE)
target_link_libraries(fa_malloc INTERFACE ${JEMALLOC_ARCHIVE} Threads::Threads ${CMAKE_DL_LIBS})

include(${CMAKE_CURRENT_LIST_DIR}/torch.cmake)
