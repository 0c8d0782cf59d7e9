# Headers that many files include, compiled once: 0.7 s of the 2.5 s that a short file takes are the standard library's.
#
#   fa_headers        the standard library
#   fa_cold_headers   the same and nlohmann's, for what is compiled at FA_COLD: a precompiled header has one set of flags
#   fa_test_headers   the same and GoogleTest's
#
# LibTorch's have a target of their own (torch.cmake). A file still includes all that it uses: the sanitizer build, where no
# library has a precompiled header, refuses one of the front end that does not.

set(standard_headers <algorithm> <array> <charconv> <cmath> <cstdint> <functional> <limits> <map> <memory> <numeric>
    <optional> <set> <string> <string_view> <unordered_map> <unordered_set> <utility> <variant> <vector>)

# fa_header_set(NAME OPTIONS HEADERS...): a target that others take the precompiled header of. It needs a file: an empty one.
function(fa_header_set name options)
  add_library(${name} OBJECT ${FA_EMPTY_SOURCE})
  target_compile_options(${name} PRIVATE ${FA_WARNINGS} ${options})
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()

set(FA_EMPTY_SOURCE ${CMAKE_CURRENT_LIST_DIR}/headers.cc)
fa_header_set(fa_headers "" ${standard_headers})
fa_header_set(fa_cold_headers "${FA_COLD}" ${standard_headers} <nlohmann/json.hpp>)
fa_header_set(fa_test_headers "${FA_COLD}" ${standard_headers} <nlohmann/json.hpp> <gmock/gmock.h> <gtest/gtest.h>)
target_link_libraries(fa_cold_headers PRIVATE nlohmann_json::nlohmann_json)
target_link_libraries(fa_test_headers PRIVATE nlohmann_json::nlohmann_json GTest::gmock)
