#pragma once

#include <span>
#include <string_view>

namespace depone {

// The vault's schema: one piece of SQL for each version of the database, from 1 (store/sql.h,
// migrate). A piece that was once released is never changed; the next one goes behind it.
std::span<const std::string_view> vault_migrations();

}  // namespace depone
