#include "compiler/import/OnnxModel.h"

#include "compiler/import/ElementTypes.h"
#include "compiler/import/ExternalData.h"
#include "onnx.pb.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <deque>
#include <limits>

namespace mdc::importer {
namespace {

// What every view points into.
struct Storage {
  explicit Storage(llvm::StringRef path) : external(path) {}

  ::onnx::ModelProto proto;
  ExternalData external;
  std::deque<std::vector<char>> converted; // elements that the file spreads over wider integers
};

template <typename T> llvm::ArrayRef<char> bytesOf(const T &field) {
  return {reinterpret_cast<const char *>(field.data()), field.size() * sizeof(*field.data())};
}

// Elements of one or two bytes come one per int32.
template <typename T, typename Field>
llvm::ArrayRef<char> narrowed(const Field &field, Storage &storage) {
  std::vector<char> &bytes = storage.converted.emplace_back(field.size() * sizeof(T));
  for (int i = 0; i < field.size(); ++i)
    reinterpret_cast<T *>(bytes.data())[i] = static_cast<T>(field[i]);
  return bytes;
}

llvm::ArrayRef<char> typedBytes(const ::onnx::TensorProto &proto, Storage &storage) {
  switch (static_cast<ElementType>(proto.data_type())) {
  case ElementType::Float:
    return bytesOf(proto.float_data());
  case ElementType::Double:
    return bytesOf(proto.double_data());
  case ElementType::Int64:
    return bytesOf(proto.int64_data());
  case ElementType::Uint64:
    return bytesOf(proto.uint64_data());
  case ElementType::Uint32:
    return narrowed<uint32_t>(proto.uint64_data(), storage);
  case ElementType::Int32:
    return bytesOf(proto.int32_data());
  case ElementType::Bool:
  case ElementType::Int8:
  case ElementType::Uint8:
    return narrowed<uint8_t>(proto.int32_data(), storage);
  case ElementType::Int16:
  case ElementType::Uint16:
  case ElementType::Float16:
  case ElementType::Bfloat16:
    return narrowed<uint16_t>(proto.int32_data(), storage);
  default:
    return {};
  }
}

// The bytes that the dims ask for; nothing when they are negative or overflow.
std::optional<uint64_t> expectedBytes(llvm::ArrayRef<int64_t> dims, unsigned bytes) {
  uint64_t total = bytes;
  for (int64_t dim : dims) {
    bool overflow = false;
    total = dim < 0 ? 0 : llvm::SaturatingMultiply(total, uint64_t(dim), &overflow);
    if (dim < 0 || overflow)
      return std::nullopt;
  }
  return total;
}

ExternalPlace placeOf(const ::onnx::TensorProto &proto, std::string &problem) {
  ExternalPlace place;
  for (const auto &entry : proto.external_data()) {
    uint64_t number = 0;
    if (entry.key() == "location") {
      place.file = entry.value();
    } else if (entry.key() == "offset" || entry.key() == "length") {
      if (!llvm::to_integer(entry.value(), number))
        problem = "its external data has the " + entry.key() + " '" + entry.value() +
                  "', expected a number of bytes";
      else if (entry.key() == "offset")
        place.offsetBytes = number;
      else
        place.lengthBytes = number;
    }
  }
  return place;
}

void fillBytes(const ::onnx::TensorProto &proto, Tensor &tensor, Storage &storage) {
  unsigned bytes = elementBytes(tensor.type);
  if (bytes == 0) {
    tensor.problem = "its element type " + elementName(tensor.type) + " is not supported";
    return;
  }
  std::optional<uint64_t> expected = expectedBytes(tensor.dims, bytes);
  if (!expected) {
    tensor.problem = "its dimensions are negative or too large";
    return;
  }
  if (proto.data_location() == ::onnx::TensorProto::EXTERNAL) {
    ExternalPlace place = placeOf(proto, tensor.problem);
    if (tensor.problem.empty())
      if (auto found = storage.external.bytesAt(place, *expected, tensor.problem))
        tensor.bytes = *found;
    return;
  }
  tensor.bytes = proto.has_raw_data() ? bytesOf(proto.raw_data()) : typedBytes(proto, storage);
  if (tensor.bytes.size() != *expected)
    tensor.problem = "it holds " + std::to_string(tensor.bytes.size()) +
                     " bytes of data, its dimensions ask for " + std::to_string(*expected);
}

} // namespace

/// Turns the messages into structs; collects what is wrong with tensors.
class ModelReader {
public:
  ModelReader(OnnxModel &model, Diagnostics &diagnostics, std::shared_ptr<Storage> storage)
      : model(model), diagnostics(diagnostics), storage(std::move(storage)) {}

  void read();

private:
  Tensor tensor(const ::onnx::TensorProto &proto);
  Attribute attribute(const ::onnx::AttributeProto &proto);
  Node node(const ::onnx::NodeProto &proto);
  Graph graph(const ::onnx::GraphProto &proto);
  Function function(const ::onnx::FunctionProto &proto);

  OnnxModel &model;
  Diagnostics &diagnostics;
  std::shared_ptr<Storage> storage;
  llvm::StringSet<> reportedProblems; // a missing file is said once, not for each weight in it
};

static llvm::StringRef canonicalDomain(llvm::StringRef domain) {
  return domain == "ai.onnx" ? llvm::StringRef() : domain;
}

Tensor ModelReader::tensor(const ::onnx::TensorProto &proto) {
  Tensor tensor;
  tensor.name = proto.name();
  tensor.type = static_cast<ElementType>(proto.data_type());
  tensor.dims.assign(proto.dims().begin(), proto.dims().end());
  fillBytes(proto, tensor, *storage);
  return tensor;
}

Attribute ModelReader::attribute(const ::onnx::AttributeProto &proto) {
  using Kind = Attribute::Kind;
  Attribute result;
  result.name = proto.name();
  result.referredName = proto.ref_attr_name();
  switch (proto.type()) {
  case ::onnx::AttributeProto::FLOAT:
    result.kind = Kind::Float;
    result.number = proto.f();
    break;
  case ::onnx::AttributeProto::INT:
    result.kind = Kind::Int;
    result.integer = proto.i();
    break;
  case ::onnx::AttributeProto::STRING:
    result.kind = Kind::String;
    result.text = proto.s();
    break;
  case ::onnx::AttributeProto::TENSOR:
    result.kind = Kind::Tensor;
    result.tensor = tensor(proto.t());
    break;
  case ::onnx::AttributeProto::GRAPH:
    result.kind = Kind::Graph;
    result.graph = std::make_shared<Graph>(graph(proto.g()));
    break;
  case ::onnx::AttributeProto::FLOATS:
    result.kind = Kind::Floats;
    result.numbers = {proto.floats().data(), size_t(proto.floats_size())};
    break;
  case ::onnx::AttributeProto::INTS:
    result.kind = Kind::Ints;
    result.integers = {proto.ints().data(), size_t(proto.ints_size())};
    break;
  case ::onnx::AttributeProto::STRINGS:
    result.kind = Kind::Strings;
    result.texts.assign(proto.strings().begin(), proto.strings().end());
    break;
  default:
    break;
  }
  return result;
}

Node ModelReader::node(const ::onnx::NodeProto &proto) {
  Node node;
  node.name = proto.name();
  node.opType = proto.op_type();
  node.domain = canonicalDomain(proto.domain());
  node.inputs.assign(proto.input().begin(), proto.input().end());
  node.outputs.assign(proto.output().begin(), proto.output().end());
  for (const auto &entry : proto.attribute())
    node.attributes.push_back(attribute(entry));
  return node;
}

// What some exporters write where they have no name.
static bool isPlaceholder(llvm::StringRef name) {
  return name == "?" || name == "-1" || name == "None";
}

static ValueInfo valueInfo(const ::onnx::ValueInfoProto &proto) {
  ValueInfo info;
  info.name = proto.name();
  if (!proto.type().has_tensor_type())
    return info;
  const auto &type = proto.type().tensor_type();
  info.type = static_cast<ElementType>(type.elem_type());
  info.hasShape = type.has_shape();
  for (const auto &axis : type.shape().dim()) {
    DeclaredDim &dim = info.dims.emplace_back();
    if (axis.has_dim_value() && axis.dim_value() >= 0) // some exporters write -1 for "open"
      dim.extent = axis.dim_value();
    else if (axis.has_dim_param() && !isPlaceholder(axis.dim_param()))
      dim.name = axis.dim_param();
  }
  return info;
}

Graph ModelReader::graph(const ::onnx::GraphProto &proto) {
  Graph graph;
  for (const auto &entry : proto.initializer()) {
    graph.initializers.push_back(tensor(entry));
    const Tensor &added = graph.initializers.back();
    if (!added.problem.empty() && reportedProblems.insert(added.problem).second)
      diagnostics.error(Location(model.filePath),
                        "initializer '" + added.name + "' cannot be used: " + added.problem);
  }
  for (const auto &entry : proto.sparse_initializer())
    diagnostics.error(Location(model.filePath), "sparse initializer '" + entry.values().name() +
                                                    "' is not supported, expected a dense one");
  for (const auto &entry : proto.input())
    graph.inputs.push_back(valueInfo(entry));
  for (const auto &entry : proto.output())
    graph.outputs.push_back(valueInfo(entry));
  graph.nodes.reserve(proto.node_size());
  for (const auto &entry : proto.node())
    graph.nodes.push_back(node(entry));
  return graph;
}

Function ModelReader::function(const ::onnx::FunctionProto &proto) {
  Function function;
  function.name = proto.name();
  function.domain = canonicalDomain(proto.domain());
  function.inputs.assign(proto.input().begin(), proto.input().end());
  function.outputs.assign(proto.output().begin(), proto.output().end());
  for (const auto &entry : proto.attribute_proto())
    function.defaults.push_back(attribute(entry));
  for (const auto &entry : proto.node())
    function.nodes.push_back(node(entry));
  return function;
}

void ModelReader::read() {
  const ::onnx::ModelProto &proto = storage->proto;
  model.ir = proto.ir_version();
  model.producerText =
      llvm::StringRef(proto.producer_name() + " " + proto.producer_version()).trim();
  for (const auto &opset : proto.opset_import())
    model.opsetOfDomain[canonicalDomain(opset.domain()).str()] = opset.version();
  model.mainGraph = graph(proto.graph());
  for (const auto &entry : proto.functions())
    model.localFunctions.push_back(function(entry));
  model.owner = storage;
}

const Attribute *Node::attribute(llvm::StringRef name) const {
  for (const Attribute &attribute : attributes)
    if (attribute.name == name)
      return &attribute;
  return nullptr;
}

llvm::StringRef Node::label() const {
  if (!name.empty())
    return name;
  for (llvm::StringRef output : outputs)
    if (!output.empty())
      return output;
  return opType;
}

std::vector<const ValueInfo *> OnnxModel::trueInputs() const {
  llvm::StringSet<> filled;
  for (const Tensor &initializer : mainGraph.initializers)
    filled.insert(initializer.name);
  std::vector<const ValueInfo *> inputs;
  for (const ValueInfo &input : mainGraph.inputs)
    if (!filled.contains(input.name))
      inputs.push_back(&input);
  return inputs;
}

// Files that are often found in place of a model; true after an error.
static bool isNoModel(llvm::StringRef content, const std::string &path, Diagnostics &diagnostics) {
  if (content.empty()) {
    diagnostics.error(Location(path), "the file is empty, expected an ONNX model");
  } else if (content.starts_with("version https://git-lfs.github.com/spec/")) {
    diagnostics.error(Location(path), "this is a git-lfs pointer, expected the ONNX model itself")
        .note("fetch it with: git lfs pull --include '" + path + "'");
  } else if (content.ltrim().starts_with("<") || content.ltrim().starts_with("{")) {
    diagnostics.error(Location(path), "this is a text file, expected an ONNX model")
        .note("a download may have stored a web page under the model's name");
  } else if (content.size() > size_t(std::numeric_limits<int32_t>::max())) {
    diagnostics.error(Location(path), "the file has more than 2 GB, which ONNX does not allow")
        .note("save the weights as external data: onnx.save(model, path, "
              "save_as_external_data=True)");
  } else {
    return false;
  }
  return true;
}

std::unique_ptr<OnnxModel> OnnxModel::load(const std::string &path, Diagnostics &diagnostics) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file) {
    diagnostics.error(Location(path), "cannot be read: " + file.getError().message());
    return nullptr;
  }
  llvm::StringRef content = (*file)->getBuffer();
  if (isNoModel(content, path, diagnostics))
    return nullptr;
  auto storage = std::make_shared<Storage>(path);
  bool parsed = storage->proto.ParseFromArray(content.data(), int(content.size()));
  file->reset();
  if (!parsed) {
    diagnostics.error(Location(path), "this is no ONNX model, or it is damaged or cut off")
        .note("compare its size and digest with the source's, and copy it again");
    return nullptr;
  }
  if (!storage->proto.has_graph() || storage->proto.graph().output_size() == 0) {
    diagnostics.error(Location(path),
                      "the file holds no graph with outputs, expected an ONNX model");
    return nullptr;
  }
  auto model = std::make_unique<OnnxModel>();
  model->filePath = path;
  size_t errorsBefore = diagnostics.errorCount();
  ModelReader(*model, diagnostics, storage).read();
  model->externalPaths = storage->external.files();
  return diagnostics.errorCount() == errorsBefore ? std::move(model) : nullptr;
}

} // namespace mdc::importer
