# fa_library(NAME SOURCES ... [DEPENDS ...] [PRIVATE_DEPENDS ...])  one static library a folder, warnings as errors
# fa_test(NAME SOURCES ... DEPENDS ...)                             one GoogleTest program a folder, its cases found by ctest

set(FA_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND FA_WARNINGS -Wno-restrict -Wno-maybe-uninitialized)  # g++ 12 warns falsely of `"text" + std::string` at -O3 (GCC bug 105329)
endif()

function(fa_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${FA_WARNINGS})
  target_link_libraries(${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
endfunction()

function(fa_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${FA_WARNINGS})
  # A test runs for milliseconds: a third of its compile time is worth more. LibTorch's precompiled header wants its own flags.
  target_compile_options(${name} PRIVATE $<$<NOT:$<BOOL:$<TARGET_PROPERTY:${name},FA_USES_TORCH>>>:-O1>)
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} fa_test_paths GTest::gtest_main GTest::gmock)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600)
endfunction()

# fa_uses_torch(NAME): the target's files may include LibTorch. They cost 25 s a file, so all targets that see them share
# one precompiled header, which every file of the target then includes. PRIVATE: the wheel ships an fmt of its own, whose
# headers would otherwise hide Debian's from whoever links this target. A test that needs both calls this for itself.
function(fa_uses_torch name)
  target_link_libraries(${name} PRIVATE fa_torch)
  target_precompile_headers(${name} REUSE_FROM fa_torch_pch)
  set_target_properties(${name} PROPERTIES FA_USES_TORCH TRUE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache")
    target_compile_options(${name} PRIVATE -fpch-preprocess)  # without it ccache keeps nothing of such a file
  endif()
endfunction()
