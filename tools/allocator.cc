// How jemalloc, which the program allocates by (tools/cmake/dependencies.cmake), is set up for a process of some
// milliseconds and one thread: huge pages, since each page fault costs as much as thousands of instructions; one arena;
// nothing given back before the end; small blocks kept where they were freed.
extern "C" {
extern const char* malloc_conf;  // read by jemalloc before main
const char* malloc_conf =
    "thp:always,narenas:1,dirty_decay_ms:-1,tcache_gc_incr_bytes:100000000,"
    "lg_tcache_nslots_mul:5,tcache_nslots_small_max:4000";
}
