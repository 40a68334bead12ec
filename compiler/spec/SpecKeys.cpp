#include "compiler/spec/SpecKeys.h"

#include "compiler/support/NearMiss.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace mdc::spec {

static constexpr bool built = true, notYet = false;
static constexpr double anyLarge = 1e18; ///< stands for "no upper limit" in a range

// clang-format off
static const Key keys[] = {
  {"model", KeyType::Section, built, "What is deployed."},
  {"model.name", KeyType::Text, built, "The name of the binary, and of the model on the wire."},
  {"model.graph", KeyType::InputFile, built, "The ONNX file, relative to this file."},
  {"model.sha256", KeyType::Sha256, built,
   "Pins the ONNX file: the build stops if its digest differs."},
  {"model.version", KeyType::Text, built,
   "The version that the server and the image report.", "\"1.0.0\""},
  {"model.dims", KeyType::Section, built,
   "Binds the graph's open dimensions; one without a name is \"INPUT.AXIS\"."},
  {"model.dims.*", KeyType::Dimension, built,
   "An extent, a list of extents compiled on their own, or { max = N } for any up to N."},
  {"model.inputs", KeyType::Section, built,
   "Per graph input: how what a client sends becomes the tensor."},
  {"model.inputs.*", KeyType::Section, built, "One graph input."},
  {"model.inputs.*.preprocess", KeyType::Steps, notYet,
   "Steps from the client's bytes to the tensor."},
  {"model.outputs", KeyType::Section, built, "Per graph output: what the client gets."},
  {"model.outputs.*", KeyType::Section, built, "One graph output."},
  {"model.outputs.*.postprocess", KeyType::Steps, notYet, "Steps from the tensor to the answer."},

  {"compress", KeyType::Feature, built, "How the weights are made smaller."},
  {"compress.calibration", KeyType::InputFile, built,
   "Representative inputs: an .npz by input name, or a .csv."},
  {"compress.prune", KeyType::Feature, built, "Removes weights of small magnitude."},
  {"compress.prune.sparsity", KeyType::Number, built,
   "The share of weights that becomes zero.", "", 0, 1, "", /*belowMaximum=*/true},
  {"compress.prune.pattern", KeyType::Choice, built,
   "Which weights go together; block-1xN: N consecutive output channels.", "\"unstructured\"", 0, 0,
   "unstructured|block-1x4|block-1x8|block-1x16|block-1x32|!2:4|channel"},
  {"compress.prune.scope", KeyType::Choice, built,
   "Where magnitudes are ranked.", "\"global\"", 0, 0, "global|layer"},
  {"compress.prune.include", KeyType::Texts, built,
   "Patterns of the node names that are pruned.", "[\"*\"]"},
  {"compress.prune.exclude", KeyType::Texts, built,
   "Patterns of the node names that are left alone.", "[]"},
  {"compress.prune.reconstruct", KeyType::Flag, built,
   "Refits what is left to the calibration set.", "false"},
  {"compress.quantize", KeyType::Feature, built, "Stores and computes in integers."},
  {"compress.quantize.weights", KeyType::Choice, built,
   "The type of the weights.", "\"int8\"", 0, 0, "int8|!int4"},
  {"compress.quantize.activations", KeyType::Choice, built,
   "The type of the activations: fixed ranges, ranges of each request, or float.",
   "\"int8\"", 0, 0, "int8|dynamic|none"},
  {"compress.quantize.granularity", KeyType::Choice, built,
   "What shares a scale of the weights.", "\"channel\"", 0, 0, "channel|tensor"},
  {"compress.quantize.group", KeyType::Integer, notYet,
   "How many int4 weights share a scale.", "128", 16, 4096},
  {"compress.quantize.range", KeyType::Choice, built,
   "How ranges of activations are found.", "\"percentile\"", 0, 0,
   "percentile|minmax|entropy|mse"},
  {"compress.quantize.percentile", KeyType::Number, built,
   "The percentile that a range keeps.", "99.99", 50, 100},
  {"compress.quantize.bias_correction", KeyType::Flag, built,
   "Moves the mean error into the bias.", "true"},
  {"compress.quantize.reconstruct", KeyType::Flag, built,
   "Rounds the weights so that the calibration set's outputs stay.", "false"},
  {"compress.quantize.reduce_range", KeyType::Flag, built,
   "Integers of 7 bits: 1.5 times as fast on CPUs without VNNI, less precise.", "false"},
  {"compress.quantize.equalize", KeyType::Flag, notYet,
   "Evens out the channels of neighbouring layers.", "false"},
  {"compress.quantize.smooth", KeyType::Flag, notYet,
   "Moves outliers of activations into the weights.", "false"},
  {"compress.quantize.exclude", KeyType::Texts, built,
   "Patterns of the node names that stay float.", "[]"},

  {"accuracy", KeyType::Feature, built,
   "A gate: the build fails if the finished binary misses it."},
  {"accuracy.dataset", KeyType::DataSet, built,
   "Samples with `label`, or with expected outputs by name."},
  {"accuracy.metric", KeyType::Choice, built,
   "What is measured, on the first output.",
   "\"top1\"", 0, 0, "top1|top5|f1|precision|recall|mse|cosine|max_abs_error"},
  {"accuracy.max_drop", KeyType::Number, built,
   "The largest loss against the uncompressed build; of an error, the largest rise.",
   "", 0, anyLarge},
  {"accuracy.min", KeyType::Number, built,
   "The smallest value, of a metric that is best when large.", "", -anyLarge, anyLarge},
  {"accuracy.max", KeyType::Number, built,
   "The largest value, of mse or max_abs_error.", "", 0, anyLarge},
  {"accuracy.repair", KeyType::Flag, built,
   "Returns the worst layers to float until the gate holds.", "false"},

  {"test", KeyType::Section, built, "What `mdc test` compares the binary with."},
  {"test.inputs", KeyType::InputFile, built, "An .npz with one array per graph input."},
  {"test.outputs", KeyType::InputFile, built, "An .npz with the expected outputs by name."},
  {"test.tolerance", KeyType::Number, built,
   "The largest error, relative to an output's largest magnitude.", "1e-4", 0, 1},

  {"target", KeyType::Section, built, "The machines that binaries are built for."},
  {"target.cpu", KeyType::Section, built, "mdc build --target=cpu"},
  {"target.cpu.arch", KeyType::Choice, built,
   "The instruction set architecture.", "\"x86-64\"", 0, 0, "x86-64|!aarch64"},
  {"target.cpu.isa", KeyType::Choices, built,
   "Variants in one file, chosen at start: AVX2, AVX-512, AVX-512 VNNI. Layers become int8 where "
   "that is faster on these.",
   "[\"v3\", \"v4\", \"vnni\"]", 0, 0, "v3|v4|vnni"},
  {"target.cpu.threads", KeyType::Integer, built,
   "Threads that compute; 0: the cores of the cgroup.", "0", 0, 1024},
  {"target.cuda", KeyType::Section, built, "mdc build --target=cuda"},
  {"target.cuda.arch", KeyType::Choices, built,
   "The architectures that get machine code of their own.",
   "[\"sm_80\", \"sm_90a\"]", 0, 0, "sm_80|sm_86|sm_89|sm_90a|sm_100"},
  {"target.cuda.precision", KeyType::Choice, built,
   "The type that products and convolutions multiply in; sums are f32.",
   "\"f32\"", 0, 0, "f32|tf32|f16|bf16"},

  {"serve", KeyType::Section, built,
   "The server in the binary; every key is a flag and an environment variable too."},
  {"serve.http", KeyType::Address, built,
   "Where HTTP is served: a numeric address and a port.", "\"0.0.0.0:8080\""},
  {"serve.contexts", KeyType::Integer, built,
   "Requests computed at once; 0: one per two threads.", "0", 0, 1024},
  {"serve.max_body_bytes", KeyType::Integer, built,
   "The largest request; 0: derived from the largest inputs.", "0", 0, anyLarge},
  {"serve.queue", KeyType::Section, built, "Requests that wait for a free context."},
  {"serve.queue.max", KeyType::Integer, built,
   "How many may wait before the server answers 503.", "256", 1, 1000000},
  {"serve.queue.deadline_ms", KeyType::Integer, notYet, "How long one may wait.", "", 1, 3600000},
  {"serve.grpc", KeyType::Address, notYet, "Where gRPC is served."},
  {"serve.batching", KeyType::Section, notYet, "Requests that are computed together."},
  {"serve.batching.max_size", KeyType::Integer, built,
   "The most requests of a batch.", "", 1, 65536},
  {"serve.batching.max_delay_us", KeyType::Integer, built,
   "How long the first one waits for others.", "", 0, 10000000},
  {"serve.auth", KeyType::Section, notYet, "Who may ask."},
  {"serve.auth.api_keys_file", KeyType::Path, built, "A file with one key a line."},
  {"serve.tls", KeyType::Section, notYet, "Encryption of the connections."},
  {"serve.tls.certificate", KeyType::Path, built, "The certificate chain, PEM."},
  {"serve.tls.key", KeyType::Path, built, "The private key, PEM."},

  {"package", KeyType::Section, built, "The container image of `mdc package`."},
  {"package.image", KeyType::Text, built,
   "The image's reference, REGISTRY/NAME:TAG; NAME:VERSION of the model if unset."},
};
// clang-format on

llvm::ArrayRef<Key> allKeys() { return keys; }

std::vector<std::string> Key::choiceNames() const {
  llvm::SmallVector<llvm::StringRef> parts;
  llvm::StringRef(choices).split(parts, '|');
  std::vector<std::string> names;
  for (llvm::StringRef part : parts)
    names.push_back(part.ltrim('!').str());
  return names;
}

bool Key::choiceIsBuilt(llvm::StringRef choice) const {
  llvm::SmallVector<llvm::StringRef> parts;
  llvm::StringRef(choices).split(parts, '|');
  return !llvm::is_contained(parts, ("!" + choice).str());
}

bool Key::canBeUsed() const {
  for (const Key &row : keys) {
    llvm::StringRef rest = path;
    const bool isOrHoldsThis = rest.consume_front(row.path) && (rest.empty() || rest[0] == '.');
    if (isOrHoldsThis && !row.built)
      return false;
  }
  return true;
}

std::string Key::sentenceAsNote() const {
  std::string note = llvm::StringRef(sentence).rtrim('.').str();
  const bool startsWithAcronym = note.size() > 1 && llvm::isUpper(note[1]);
  if (!note.empty() && !startsWithAcronym)
    note[0] = llvm::toLower(note[0]);
  return note;
}

llvm::StringRef Key::lastName() const {
  const llvm::StringRef whole = path;
  const size_t dot = whole.rfind('.');
  return dot == llvm::StringRef::npos ? whole : whole.drop_front(dot + 1);
}

static std::string quotedChoices(const Key &key) {
  std::vector<std::string> quoted;
  for (const std::string &name : key.choiceNames())
    quoted.push_back('"' + name + '"');
  return listOf(quoted);
}

static std::string rangeText(const Key &key) {
  auto text = [&](double limit) {
    return limit == static_cast<int64_t>(limit) ? std::to_string(static_cast<int64_t>(limit))
                                                : llvm::formatv("{0}", limit).str();
  };
  if (key.maximum >= anyLarge)
    return key.minimum <= -anyLarge ? "" : " of at least " + text(key.minimum);
  return " from " + text(key.minimum) + (key.belowMaximum ? " to below " : " to ") +
         text(key.maximum);
}

std::string Key::expectation() const {
  switch (type) {
  case KeyType::Section:
  case KeyType::Feature:
    return "a table";
  case KeyType::Text:
    return "a string";
  case KeyType::InputFile:
  case KeyType::Path:
    return "a path in quotes";
  case KeyType::Sha256:
    return "64 hex digits in quotes";
  case KeyType::Address:
    return "a numeric address and a port in quotes, as in \"0.0.0.0:8080\"";
  case KeyType::Integer:
    return "an integer" + rangeText(*this);
  case KeyType::Number:
    return (maximum >= anyLarge ? "a finite number" : "a number") + rangeText(*this);
  case KeyType::Flag:
    return "true or false";
  case KeyType::Choice:
    return quotedChoices(*this);
  case KeyType::Choices:
    return "a list of " + quotedChoices(*this);
  case KeyType::Texts:
    return "a list of strings";
  case KeyType::Dimension:
    return "an integer, a list of integers or { max = N }";
  case KeyType::DataSet:
    return "a path in quotes or { inputs = \"x.npy\", label = \"y.npy\" }";
  case KeyType::Steps:
    return "a list of tables";
  }
  return "";
}

static llvm::SmallVector<llvm::StringRef> partsOf(const Key &key) {
  llvm::SmallVector<llvm::StringRef> parts;
  llvm::StringRef(key.path).split(parts, '.');
  return parts;
}

static bool matches(llvm::ArrayRef<llvm::StringRef> parts, llvm::ArrayRef<std::string> path) {
  return llvm::all_of(llvm::zip_equal(parts, path), [](auto pair) {
    return std::get<0>(pair) == "*" || std::get<0>(pair) == std::get<1>(pair);
  });
}

const Key *findKey(llvm::ArrayRef<std::string> path) {
  for (const Key &key : keys) {
    auto parts = partsOf(key);
    if (parts.size() == path.size() && matches(parts, path))
      return &key;
  }
  return nullptr;
}

std::vector<const Key *> keysBelow(llvm::ArrayRef<std::string> path) {
  std::vector<const Key *> below;
  for (const Key &key : keys) {
    auto parts = partsOf(key);
    if (parts.size() == path.size() + 1 && matches(llvm::ArrayRef(parts).drop_back(), path))
      below.push_back(&key);
  }
  return below;
}

} // namespace mdc::spec
