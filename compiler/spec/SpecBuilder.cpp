// From the checked tree to the structs, with the defaults of SpecKeys.
#include "compiler/spec/SpecChecker.h"
#include "compiler/spec/SpecKeys.h"
#include "compiler/support/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <tuple>

namespace mdc::spec {
namespace {

/// Finds values by dotted path. Wrong types have been reported before; they read as the default
/// here, so that the rules behind this can still look at everything else.
class Values {
public:
  explicit Values(const Node &root) : root(root) {}

  const Node *find(llvm::StringRef dotted) const {
    llvm::SmallVector<llvm::StringRef> parts;
    dotted.split(parts, '.');
    const Node *node = &root;
    for (llvm::StringRef part : parts)
      if (!(node = node->find(part)))
        return nullptr;
    return node;
  }

  Located<std::string> text(llvm::StringRef dotted) const {
    const Node node = valueOr(dotted, Node::Kind::Text);
    return {node.text, node.position};
  }
  Located<int64_t> integer(llvm::StringRef dotted) const {
    const Node node = valueOr(dotted, Node::Kind::Integer);
    return {node.integer, node.position};
  }
  Located<double> number(llvm::StringRef dotted) const {
    const Node *given = find(dotted);
    const bool whole = given && given->kind == Node::Kind::Integer;
    const Node node = whole ? *given : valueOr(dotted, Node::Kind::Float);
    return {node.number, node.position};
  }
  Located<bool> flag(llvm::StringRef dotted) const {
    const Node node = valueOr(dotted, Node::Kind::Flag);
    return {node.flag, node.position};
  }
  /// None where the file does not say it: such a number has no default.
  std::optional<Located<double>> givenNumber(llvm::StringRef dotted) const {
    if (!find(dotted))
      return std::nullopt;
    return number(dotted);
  }
  Located<std::vector<std::string>> texts(llvm::StringRef dotted) const {
    const Node node = valueOr(dotted, Node::Kind::List);
    Located<std::vector<std::string>> list{{}, node.position};
    for (const Node &item : node.items)
      list.value.push_back(item.text);
    return list;
  }

private:
  Node valueOr(llvm::StringRef dotted, Node::Kind kind) const {
    const Node *given = find(dotted);
    return given && given->kind == kind ? *given : defaultOf(dotted);
  }

  /// Reads the default as TOML would, without a position.
  static Node defaultOf(llvm::StringRef dotted) {
    llvm::SmallVector<llvm::StringRef> parts;
    dotted.split(parts, '.');
    const Key *key = findKey(std::vector<std::string>(parts.begin(), parts.end()));
    if (!key || !*key->defaultText)
      return {};
    Diagnostics silent(nullptr);
    auto tree = readTree(std::string("value = ") + key->defaultText, "default", silent);
    Node node = tree ? tree->entries.front().value : Node();
    node.position = {};
    return node;
  }

  const Node &root;
};

} // namespace

static Located<std::string> pathFrom(const Spec &spec, Located<std::string> written) {
  if (written.value.empty() || llvm::sys::path::is_absolute(written.value))
    return written;
  llvm::SmallString<256> path(spec.folder);
  llvm::sys::path::append(path, written.value);
  written.value = path.str().str();
  return written;
}

/// Of a value that the checker refused, an unusable but harmless dimension.
static Dim dimOf(const Entry &entry) {
  Dim dim;
  dim.name = entry.key;
  dim.position = entry.position;
  const Node &value = entry.value;
  if (value.kind == Node::Kind::List) {
    dim.kind = Dim::Kind::Variants;
    for (const Node &item : value.items)
      dim.variantExtents.push_back(item.integer);
    llvm::sort(dim.variantExtents);
  } else if (value.kind == Node::Kind::Table) {
    dim.kind = Dim::Kind::Range;
    const Node *max = value.find("max"), *min = value.find("min");
    dim.variantExtents.push_back(max ? max->integer : 1);
    dim.minExtent = min ? min->integer : 1;
  } else {
    dim.variantExtents.push_back(value.integer);
  }
  if (dim.variantExtents.empty())
    dim.variantExtents.push_back(1);
  dim.maxExtent = dim.variantExtents.back();
  if (dim.kind != Dim::Kind::Range)
    dim.minExtent = dim.variantExtents.front();
  return dim;
}

static ModelSpec modelOf(const Spec &spec, const Values &values) {
  ModelSpec model;
  model.name = values.text("model.name");
  model.graphPath = pathFrom(spec, values.text("model.graph"));
  model.version = values.text("model.version");
  model.sha256 = values.text("model.sha256");
  model.sha256.value = llvm::StringRef(model.sha256.value).lower();
  if (const Node *dims = values.find("model.dims"))
    for (const Entry &entry : dims->entries)
      model.dims.push_back(dimOf(entry));
  return model;
}

static PruneSpec pruneOf(const Values &values) {
  PruneSpec prune;
  prune.position = values.find("compress.prune")->position;
  prune.sparsity = values.number("compress.prune.sparsity");
  prune.pattern = values.text("compress.prune.pattern");
  prune.scope = values.text("compress.prune.scope");
  prune.include = values.texts("compress.prune.include");
  prune.exclude = values.texts("compress.prune.exclude");
  prune.reconstruct = values.flag("compress.prune.reconstruct");
  return prune;
}

static QuantizeSpec quantizeOf(const Values &values) {
  QuantizeSpec quantize;
  quantize.position = values.find("compress.quantize")->position;
  quantize.weights = values.text("compress.quantize.weights");
  quantize.activations = values.text("compress.quantize.activations");
  quantize.granularity = values.text("compress.quantize.granularity");
  quantize.range = values.text("compress.quantize.range");
  quantize.percentile = values.number("compress.quantize.percentile");
  quantize.biasCorrection = values.flag("compress.quantize.bias_correction");
  quantize.reconstruct = values.flag("compress.quantize.reconstruct");
  quantize.reduceRange = values.flag("compress.quantize.reduce_range");
  quantize.exclude = values.texts("compress.quantize.exclude");
  return quantize;
}

static CompressSpec compressOf(const Spec &spec, const Values &values) {
  CompressSpec compress;
  if (const Node *section = values.find("compress"))
    compress.position = section->position;
  compress.calibrationPath = pathFrom(spec, values.text("compress.calibration"));
  if (values.find("compress.prune"))
    compress.prune = pruneOf(values);
  if (values.find("compress.quantize"))
    compress.quantize = quantizeOf(values);
  return compress;
}

static AccuracySpec accuracyOf(const Spec &spec, const Values &values) {
  AccuracySpec accuracy;
  accuracy.position = values.find("accuracy")->position;
  const Node *dataset = values.find("accuracy.dataset");
  const bool isPair = dataset && dataset->kind == Node::Kind::Table;
  accuracy.dataset.inputsPath =
      pathFrom(spec, values.text(isPair ? "accuracy.dataset.inputs" : "accuracy.dataset"));
  if (isPair)
    accuracy.dataset.labelPath = pathFrom(spec, values.text("accuracy.dataset.label"));
  accuracy.metric = values.text("accuracy.metric");
  accuracy.minimum = values.givenNumber("accuracy.min");
  accuracy.maximum = values.givenNumber("accuracy.max");
  accuracy.maxDrop = values.givenNumber("accuracy.max_drop");
  accuracy.repair = values.flag("accuracy.repair");
  return accuracy;
}

static Spec specOf(const std::string &path, const Node &root) {
  const Values values(root);
  Spec spec;
  spec.path = path;
  spec.folder = llvm::sys::path::parent_path(path).str();
  if (spec.folder.empty())
    spec.folder = ".";
  spec.model = modelOf(spec, values);
  spec.compress = compressOf(spec, values);
  if (values.find("accuracy"))
    spec.accuracy = accuracyOf(spec, values);
  spec.test.inputsPath = pathFrom(spec, values.text("test.inputs"));
  spec.test.outputsPath = pathFrom(spec, values.text("test.outputs"));
  spec.test.tolerance = values.number("test.tolerance");
  spec.cpu.arch = values.text("target.cpu.arch");
  spec.cpu.isa = values.texts("target.cpu.isa");
  const std::vector<std::string> levels = findKey({"target", "cpu", "isa"})->choiceNames();
  llvm::sort(spec.cpu.isa.value, [&](const std::string &a, const std::string &b) {
    return llvm::find(levels, a) < llvm::find(levels, b); // the table lists the weakest first
  });
  spec.cpu.threadCount = values.integer("target.cpu.threads");
  spec.cuda.archs = values.texts("target.cuda.arch");
  spec.cuda.precision = values.text("target.cuda.precision");
  spec.serve.httpAddress = values.text("serve.http");
  spec.serve.contextCount = values.integer("serve.contexts");
  spec.serve.queueMax = values.integer("serve.queue.max");
  spec.serve.bodyMaxBytes = values.integer("serve.max_body_bytes");
  spec.package.image = values.text("package.image");
  return spec;
}

/// Passes on what two walks over the file found, in the file's order.
static void reportInOrder(const Diagnostics &found, Diagnostics &diagnostics) {
  std::vector<const Diagnostic *> ordered;
  for (const Diagnostic &diagnostic : found.all())
    ordered.push_back(&diagnostic);
  llvm::sort(ordered, [](const Diagnostic *a, const Diagnostic *b) {
    const SourcePosition &first = a->location.position, &second = b->location.position;
    return std::tuple(first.line, first.column, a) < std::tuple(second.line, second.column, b);
  });
  for (const Diagnostic *diagnostic : ordered)
    diagnostics.add(*diagnostic);
}

std::optional<Spec> readSpec(const std::string &path, Diagnostics &diagnostics) {
  if (!llvm::sys::fs::is_regular_file(path)) {
    diagnostics.error(Location(path), "there is no such spec file")
        .note("`mdc init MODEL.onnx` writes one; --spec FILE names another");
    return std::nullopt;
  }
  auto file = readFile(path, diagnostics);
  if (!file)
    return std::nullopt;
  auto root = readTree(file->getBuffer(), path, diagnostics);
  if (!root)
    return std::nullopt;
  Diagnostics found(nullptr);
  checkKeys(*root, path, found);
  Spec spec = specOf(path, *root);
  checkRules(spec, *root, found);
  reportInOrder(found, diagnostics);
  if (found.errorCount() != 0)
    return std::nullopt;
  return spec;
}

} // namespace mdc::spec
