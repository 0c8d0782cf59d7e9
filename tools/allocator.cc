// How jemalloc, which the program allocates by (tools/cmake/dependencies.cmake), is set up for a process of some
// milliseconds and one thread: huge pages, since each page fault costs as much as thousands of instructions; one arena;
// nothing given back before the end; small blocks kept where they were freed.
#include <cstdlib>

extern "C" {
extern const char* malloc_conf;  // read by jemalloc before main
const char* malloc_conf =
    "thp:always,narenas:1,dirty_decay_ms:-1,tcache_gc_incr_bytes:100000000,"
    "lg_tcache_nslots_mul:5,tcache_nslots_small_max:4000,lg_extent_max_active_fit:63,oversize_threshold:0";
}

namespace {

// Address space asked for in one piece, from which jemalloc then cuts what it hands out. Piece by piece it asks for
// some that begin and end inside of a huge page, and those are filled by small ones. None of it is memory before it is
// written.
constexpr std::size_t kReserved = std::size_t{64} << 20U;

[[gnu::constructor]] void reserve() {
  void* volatile piece = std::malloc(kReserved);  // volatile: the pair would be left out
  std::free(piece);
}

}  // namespace
