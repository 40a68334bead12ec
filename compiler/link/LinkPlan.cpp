#include "compiler/link/LinkPlan.h"

#include "llvm/ADT/StringRef.h"

namespace mdc::link {

// A response file is split at blanks; a quoted word keeps them.
static std::string responseWord(llvm::StringRef word) {
  std::string quoted = "\"";
  for (char letter : word) {
    if (letter == '"' || letter == '\\')
      quoted += '\\';
    quoted += letter;
  }
  return quoted + "\"";
}

LinkCommand linkCommand(const Toolchain &toolchain, const LinkInputs &inputs) {
  LinkCommand command;
  command.responseFile = inputs.output + ".rsp";
  for (const std::string &object : inputs.objects)
    command.responseText += responseWord(object) + "\n";
  command.words = {
      toolchain.compiler,
      "--ld-path=" + toolchain.linker,
      // The kernels are large functions in their own sections; folding and collecting works on
      // those.
      "-Wl,--gc-sections",
      // Not `all`: the server's libraries may compare addresses of functions.
      "-Wl,--icf=safe",
      // A build id is a hash of the content: harmless, but strip and digest are enough.
      "-Wl,--build-id=none",
      "-Wl,-s",
      // Found by name in the model table's object; the runtime refers to it, the linker must keep
      // it.
      "-Wl,-u,mdc_model",
      "-Wl,-z,noexecstack",
      "-o",
      inputs.output,
      "@" + command.responseFile,
  };
  if (toolchain.isStatic)
    command.words.push_back("-static");
  else
    command.words.insert(command.words.end(), {"-pie", "-static-libstdc++", "-static-libgcc",
                                               "-Wl,-u,mdc_cuda", "-Wl,--as-needed"});
  if (inputs.entry == Entry::Observe) // in front: its `main` is found first
    command.words.push_back(toolchain.observeArchive);
  command.words.push_back(toolchain.runtimeArchive);
  return command;
}

} // namespace mdc::link
