#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

/* What libFuzzer calls; the targets are in Swift. `main` is libFuzzer's own. */

extern int32_t dmaplan_fuzz_initialize(void);
extern int32_t dmaplan_fuzz_one(const uint8_t *data, intptr_t size);
extern intptr_t dmaplan_fuzz_mutate(uint8_t *data, intptr_t size, intptr_t limit, uint32_t seed);
extern size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t limit);

/* Mutation of bytes, for the mutators in Swift. */
intptr_t dmaplan_fuzz_mutate_bytes(uint8_t *data, intptr_t size, intptr_t limit) {
  return (intptr_t)LLVMFuzzerMutate(data, (size_t)size, (size_t)limit);
}

/* A file without a name, which Swift's import of the C library lacks. */
int32_t dmaplan_fuzz_file(void) { return memfd_create("output", 0); }

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  return dmaplan_fuzz_initialize();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return dmaplan_fuzz_one(data, (intptr_t)size);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t limit, unsigned int seed) {
  return (size_t)dmaplan_fuzz_mutate(data, (intptr_t)size, (intptr_t)limit, seed);
}
