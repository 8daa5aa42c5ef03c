// The control: a binary buddy with intrusive doubly linked last-in-first-out lists.
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "controls.h"

#define TOP 10
#define NIL UINT32_MAX

typedef struct {
  uint32_t prev, next;
} link_t;

static link_t *links;
static uint8_t *tags;  // 0x80 | order at the head of a free block
static uint32_t heads[TOP + 1];
static uint32_t mask;
static uint32_t total;

static inline void push(uint32_t page, uint32_t order) {
  uint32_t old = heads[order];
  links[page].next = old;
  links[page].prev = NIL;
  if (old != NIL) links[old].prev = page;
  heads[order] = page;
  tags[page] = (uint8_t)(0x80 | order);
  mask |= 1u << order;
}

static inline void take_out(uint32_t page, uint32_t order) {
  uint32_t prev = links[page].prev, next = links[page].next;
  if (prev == NIL) {
    heads[order] = next;
    if (next == NIL) mask &= ~(1u << order);
  } else {
    links[prev].next = next;
  }
  if (next != NIL) links[next].prev = prev;
  tags[page] = 0;
}

static void *large(size_t bytes) {
  size_t unit = 2 << 20;
  bytes = (bytes + unit - 1) & ~(unit - 1);
  void *memory = aligned_alloc(unit, bytes);
  madvise(memory, bytes, MADV_HUGEPAGE);
  return memory;
}

static void reset(void *context, uint32_t pages) {
  (void)context;
  if (total != pages) {
    free(links);
    free(tags);
    links = large(8ul * pages);
    tags = large(pages);
    total = pages;
  }
  memset(tags, 0, pages);
  for (int order = 0; order <= TOP; order++) heads[order] = NIL;
  mask = 0;
  for (uint32_t page = pages; page > 0;) {
    page -= 1u << TOP;
    push(page, TOP);
  }
}

static uint32_t allocate(void *context, uint32_t order) {
  (void)context;
  uint32_t fitting = mask >> order;
  if (!fitting) return NO_PAGE;
  uint32_t current = order + (uint32_t)__builtin_ctz(fitting);
  uint32_t page = heads[current];
  take_out(page, current);
  while (current > order) {
    current--;
    push(page + (1u << current), current);
  }
  return page;
}

static void release(void *context, uint32_t page, uint32_t order) {
  (void)context;
  while (order < TOP) {
    uint32_t buddy = page ^ (1u << order);
    if (tags[buddy] != (0x80 | order)) break;
    take_out(buddy, order);
    page &= buddy;
    order++;
  }
  push(page, order);
}

size_t list_buddy_metadata(void) { return 9ul * total + sizeof heads; }

const allocator list_buddy = {heads, reset, allocate, release};
