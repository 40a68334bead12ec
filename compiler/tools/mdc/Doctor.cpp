#include "compiler/link/Ptxas.h"
#include "compiler/link/Toolchain.h"
#include "compiler/pipeline/ThisMachine.h"
#include "compiler/tools/mdc/Commands.h"
#include "compiler/tools/mdc/TextTable.h"

#include <CLI/CLI.hpp>

#include <thread>

namespace mdc::tools {

static constexpr const char *ptxasUse =
    "machine code of --target=cuda, PTX alone without it; the first of CUDA 12.0 or newer (12.4 "
    "for sm_90a, 12.8 for sm_100), as of pip install nvidia-cuda-nvcc==13.0.88";

static int doctor(Session &session) {
  const std::string level = pipeline::levelOfThisMachine().str();
  const bool runsBinaries = pipeline::runsOnThisMachine("v3");
  TextTable table({{"what"}, {"found"}, {"what for"}});
  table.add({"CPU level", level, "binaries need v3 (AVX2 and FMA) and use AVX-512 where it is"});
  table.add({"cores", std::to_string(std::thread::hardware_concurrency()),
             "builds run one step per core"});
  const std::vector<link::Tool> tools = link::listTools(link::runtimeFolder("cpu"));
  for (const link::Tool &tool : tools)
    table.add({tool.name, tool.path.empty() ? "missing" : tool.path, tool.why});
  const std::vector<link::Ptxas> assemblers = link::listPtxas();
  for (const link::Ptxas &ptxas : assemblers)
    table.add({"ptxas", ptxas.path + " " + ptxas.versionText(), ptxasUse});
  if (assemblers.empty())
    table.add({"ptxas", "missing", ptxasUse});
  table.print(llvm::outs());
  llvm::outs().flush();
  for (const link::Tool &tool : tools)
    if (tool.path.empty())
      session.diagnostics.error("'" + tool.name + "' not found: " + tool.why).note(tool.remedy);
  if (!runsBinaries)
    session.diagnostics.warning(Location(), "binaries can be built here, but not run")
        .note("run them on a CPU of 2013 or later");
  return session.diagnostics.errorCount() ? ExitBadInput : ExitDone;
}

void addDoctor(CLI::App &app, Session &session) {
  CLI::App &command = *app.add_subcommand(
      "doctor", "Lists what this machine has and lacks for building, and why it matters.");
  command.callback([&session] { session.exitCode = doctor(session); });
}

} // namespace mdc::tools
