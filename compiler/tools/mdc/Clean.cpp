#include "compiler/tools/mdc/Commands.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <CLI/CLI.hpp>

namespace mdc::tools {

/// Removes what mdc writes beside the spec. The spec itself need not be valid, but it must be
/// there: a dist/ without one belongs to somebody else.
static int clean(Session &session) {
  if (!llvm::sys::fs::is_regular_file(session.specPath)) {
    session.diagnostics.error(Location(session.specPath), "there is no such spec file")
        .note("run `mdc clean` beside deploy.toml, or name it with --spec FILE");
    return ExitBadInput;
  }
  for (const char *name : {"dist", ".mdc"}) {
    llvm::SmallString<256> folder(llvm::sys::path::parent_path(session.specPath));
    llvm::sys::path::append(folder, name);
    if (!llvm::sys::fs::exists(folder))
      continue;
    if (std::error_code error = llvm::sys::fs::remove_directories(folder, /*IgnoreErrors=*/false)) {
      session.diagnostics.error(Location(folder.str().str()), "cannot remove: " + error.message())
          .note("check the folder's permissions");
      return ExitBadInput;
    }
    llvm::outs() << "removed " << folder << '\n';
  }
  return ExitDone;
}

void addClean(CLI::App &app, Session &session) {
  CLI::App &command =
      *app.add_subcommand("clean", "Removes dist/ and .mdc/ beside the spec, and nothing else.");
  addSpecOption(command, session);
  command.callback([&session] { session.exitCode = clean(session); });
}

} // namespace mdc::tools
