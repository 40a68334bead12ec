// The subcommands: each adds itself, with its options and its help, and runs when it was parsed.
#pragma once

#include "compiler/tools/mdc/Session.h"

namespace mdc::tools {

void addInit(CLI::App &app, Session &session);
void addCheck(CLI::App &app, Session &session);
void addBuild(CLI::App &app, Session &session);
void addRun(CLI::App &app, Session &session);
void addTest(CLI::App &app, Session &session);
void addBench(CLI::App &app, Session &session);
void addExplain(CLI::App &app, Session &session);
void addInspect(CLI::App &app, Session &session);
void addPackage(CLI::App &app, Session &session);
void addSchema(CLI::App &app, Session &session);
void addClean(CLI::App &app, Session &session);
void addDoctor(CLI::App &app, Session &session);

} // namespace mdc::tools
