// read_models < FILES: the front end without LibTorch, under sanitizers (each_in_child.h).
#include "tests/fuzz/each_in_child.h"
#include "tests/fuzz/read_model.h"

int main() { return flopaudit::read_each_in_child(flopaudit::read_model, {}); }
