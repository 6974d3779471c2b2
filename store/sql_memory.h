#pragma once

namespace depone {

// SQLite's memory, wiped whenever it is given back: its cache holds pages in the clear, the
// identity's secrets and people's words among them, and after a vault is closed nothing of that
// may stay on the heap. (SQLCipher's own PRAGMA cipher_memory_security does this too, but also
// locks and unlocks each allocation by itself, two system calls each, against a limit that a cache
// of 64 MiB is far beyond.) Once, before SQLite is used for anything: later calls do nothing.
// Code::io where SQLite was started already.
void wipe_freed_sql_memory();

}  // namespace depone
