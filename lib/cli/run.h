// The program: find the command, read its options, open a session, run it, print the error, choose
// the exit code.
#pragma once

namespace pipit::cli {

/// main's whole body. Never throws; the result is the exit code (0, 1, 2, 130, 143).
int run(int argc, char** argv);

}  // namespace pipit::cli
