#include "sync/relay/journal.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace depone::relay {

Journal::Journal()
    : logger_(std::make_shared<spdlog::logger>("relay", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  logger_->set_pattern("%Y-%m-%dT%H:%M:%SZ %l %v", spdlog::pattern_time_type::utc);
  logger_->flush_on(spdlog::level::info);
}

void Journal::info(const std::string& message) { logger_->info("{}", message); }
void Journal::warn(const std::string& message) { logger_->warn("{}", message); }

void Journal::request(const std::string& method, const std::string& route, int status, double milliseconds) {
  logger_->info("{} {} {} {:.1f} ms", method, route, status, milliseconds);
}

}  // namespace depone::relay
