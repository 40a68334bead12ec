// One request: .npz or .npy in and .npz out, or an Open Inference Protocol request on stdin and its
// answer on stdout.
#include "runtime/base/Npz.h"
#include "runtime/serve/InferResponse.h"
#include "runtime/serve/OipRequest.h"
#include "runtime/tool/Arrays.h"
#include "runtime/tool/InferEach.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace mdc::tool {
namespace {

bool writeOutputs(const MdcModel &table, const exec::Context &context, const std::string &path,
                  std::string &error) {
  std::vector<base::ArrayView> arrays;
  for (uint32_t index = 0; index < table.outputCount; ++index)
    arrays.push_back({table.outputs[index].name, table.outputs[index].type,
                      context.outputShape(index), context.output(index)});
  return base::writeNpz(path, arrays, error);
}

bool inferArrays(const Binary &binary, exec::Context &context, const InferOptions &options,
                 std::string &error) {
  const MdcModel &table = binary.model.table();
  std::vector<base::Array> inputs;
  if (!readInputs(table, options.inputs, inputs, error) || !bindInputs(context, inputs, error))
    return false;
  copyInputs(context, inputs);
  return context.run(error) && writeOutputs(table, context, options.outputs, error);
}

// All of stdin and the room that the parser may read behind it.
bool readBody(std::vector<std::byte> &body, size_t &bytes, std::string &error) {
  bytes = 0;
  for (;;) {
    body.resize(std::max<size_t>(body.size(), 2 * bytes + serve::bodyPaddingBytes + 65536));
    ssize_t got =
        ::read(STDIN_FILENO, body.data() + bytes, body.size() - bytes - serve::bodyPaddingBytes);
    if (got == 0)
      return true;
    if (got < 0 && errno != EINTR) {
      error = std::string("could not read stdin: ") + std::strerror(errno);
      return false;
    }
    bytes += got > 0 ? static_cast<size_t>(got) : 0;
  }
}

bool answerBody(const Binary &binary, exec::Context &context, const serve::OipRequest &request,
                std::string &error) {
  serve::Answer answer;
  answer.begin();
  serve::ModelName name{binary.manifest.name, binary.manifest.version};
  if (!serve::writeOipResponse(binary.model.table(), name, request, context, answer, error))
    return false;
  const std::string &content = answer.content();
  size_t start = content.size() - answer.contentBytes();
  bool written = std::fwrite(content.data() + start, 1, answer.contentBytes(), stdout) ==
                 answer.contentBytes();
  if (!answer.inferenceHeaderBytes) // binary data ends where it ends
    written = std::fputc('\n', stdout) != EOF && written;
  if (std::fflush(stdout) != 0 || !written)
    error = std::string("could not write stdout: ") + std::strerror(errno);
  return error.empty();
}

bool inferBody(const Binary &binary, exec::Context &context, const InferOptions &options,
               std::string &error) {
  const MdcModel &table = binary.model.table();
  std::vector<std::byte> body;
  size_t bytes = 0;
  serve::OipRequest request(table);
  if (!readBody(body, bytes, error) || !request.parse({body.data(), bytes}, std::nullopt, error) ||
      !context.bind(request.shapes(), error))
    return false;
  for (uint32_t index = 0; index < table.inputCount; ++index)
    if (!request.decode(index, context.input(index), error))
      return false;
  if (!context.run(error))
    return false;
  return options.outputs.empty() ? answerBody(binary, context, request, error)
                                 : writeOutputs(table, context, options.outputs, error);
}

} // namespace

int infer(const Binary &binary, const exec::DeviceOptions &on, const InferOptions &options) {
  std::string error;
  bool fromFiles = !options.inputs.archive.empty() || !options.inputs.files.empty();
  if (fromFiles && options.outputs.empty())
    return fail(badUsage, "--outputs is missing, expected the .npz file to write");
  if (options.each && !fromFiles)
    return fail(badUsage,
                "--each without --inputs, expected the .npz file that holds the requests");
  std::unique_ptr<exec::Device> device = exec::openDevice(binary.model, on);
  exec::Context context(binary.model, *device);
  bool answered = options.each ? inferEach(binary.model.table(), context, options, error)
                  : fromFiles  ? inferArrays(binary, context, options, error)
                               : inferBody(binary, context, options, error);
  return answered ? done : fail(badData, error);
}

} // namespace mdc::tool
