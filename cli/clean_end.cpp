#include "cli/clean_end.h"

#include <array>
#include <csignal>

#include "crypto/error.h"

namespace depone::cli {

namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

volatile std::sig_atomic_t interrupted = 0;
void note_interrupt(int) { interrupted = 1; }

std::array<struct sigaction, kSignals.size()> before;

}  // namespace

CleanEnd::CleanEnd() {
  interrupted = 0;
  struct sigaction note {};
  note.sa_handler = note_interrupt;
  note.sa_flags = SA_RESETHAND;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    sigaction(kSignals[i], nullptr, &before[i]);
    // Whoever started it with `nohup` meant it.
    if (before[i].sa_handler != SIG_IGN) sigaction(kSignals[i], &note, nullptr);
  }
}

CleanEnd::~CleanEnd() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before[i], nullptr);
  interrupted = 0;
}

void end_where_interrupted() {
  if (interrupted != 0)
    throw Error(Code::interrupted, "interrupted; a file that was not complete is removed again");
}

}  // namespace depone::cli
