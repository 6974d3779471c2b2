#include "store/sql_memory.h"

#define SQLITE_HAS_CODEC 1
#include <malloc.h>
#include <sqlcipher/sqlite3.h>

#include <cstdlib>
#include <cstring>

#include "crypto/error.h"
#include "crypto/secret.h"

namespace depone {

namespace {

// As SQLite's own (mem1.c): sizes are those that the C library gave, which it may use in full.
std::size_t size_of(void* memory) { return ::malloc_usable_size(memory); }

void* allocate(int size) { return std::malloc(static_cast<std::size_t>(size)); }

void release(void* memory) {
  wipe({static_cast<std::uint8_t*>(memory), size_of(memory)});
  std::free(memory);
}

void* resize(void* memory, int size) {
  const std::size_t before = size_of(memory);
  const auto wanted = static_cast<std::size_t>(size);
  if (wanted <= before && wanted >= before / 2) return memory;
  void* const moved = allocate(size);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, memory, std::min(before, wanted));
  release(memory);
  return moved;
}

int usable(void* memory) { return static_cast<int>(size_of(memory)); }
int round_up(int size) { return (size + 7) & ~7; }
int start(void*) { return SQLITE_OK; }
void stop(void*) {}

}  // namespace

void wipe_freed_sql_memory() {
  static const int result = [] {
    static const sqlite3_mem_methods kMethods{allocate, release, resize, usable,
                                              round_up, start,   stop,   nullptr};
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &kMethods);
  }();
  if (result != SQLITE_OK) {
    throw Error(Code::io,
                "the database library was started before it was told to wipe its memory; nothing "
                "was opened");
  }
}

}  // namespace depone
