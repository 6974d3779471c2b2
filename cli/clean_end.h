#pragma once

namespace depone::cli {

// While one lives, SIGINT, SIGTERM, SIGHUP and SIGQUIT do not end the program where it stands, so
// that what it is writing in the clear can be removed: the next look at the progress (ProgressLine)
// ends the command. A second one of the same kind ends the program as ever.
class CleanEnd {
 public:
  CleanEnd();
  CleanEnd(const CleanEnd&) = delete;
  CleanEnd& operator=(const CleanEnd&) = delete;
  ~CleanEnd();
};

// Code::interrupted once such a signal came.
void end_where_interrupted();

}  // namespace depone::cli
