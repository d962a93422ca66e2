#include "cli/run.h"

int main(int argc, char** argv) { return pipit::cli::run(argc, argv); }
