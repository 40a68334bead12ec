#include "compiler/spec/SpecKeys.h"
#include "compiler/spec/SpecPrinter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Path.h"

namespace mdc::spec {

std::string modelNameFrom(llvm::StringRef fileName) {
  std::string name;
  for (char c : llvm::sys::path::stem(fileName)) {
    const bool allowed = llvm::isAlnum(c) || c == '.' || c == '_';
    if (allowed)
      name.push_back(c);
    else if (!name.empty() && name.back() != '-')
      name.push_back('-');
  }
  const llvm::StringRef trimmed = llvm::StringRef(name).trim("-._");
  return trimmed.empty() ? "model" : trimmed.take_front(128).str();
}

/// A TOML basic string. Names of a model may hold anything.
static std::string quoted(llvm::StringRef text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\')
      out += {'\\', static_cast<char>(c)};
    else if (c < 0x20 || c == 0x7F)
      out += "\\u00" + llvm::toHex(llvm::StringRef(reinterpret_cast<const char *>(&c), 1));
    else
      out.push_back(static_cast<char>(c));
  }
  return out + '"';
}

std::string tomlKey(llvm::StringRef key) {
  const bool bare = !key.empty() && llvm::all_of(key, [](char c) {
    return llvm::isAlnum(c) || c == '_' || c == '-';
  });
  return bare ? key.str() : quoted(key);
}

/// A comment ends at the line's end, so a name with one in it must not.
static std::string oneLine(std::string text) {
  for (char &c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      c = '?';
  return text;
}

std::string typeText(const SignatureTensor &tensor) {
  std::string text = tensor.datatype + " [";
  for (size_t axis = 0; axis < tensor.extents.size(); ++axis) {
    text += axis ? ", " : "";
    text += tensor.extents[axis] >= 0 ? std::to_string(tensor.extents[axis]) : dimKey(tensor, axis);
  }
  return text + "]";
}

static void printTensors(llvm::StringRef what, const std::vector<SignatureTensor> &tensors,
                         llvm::raw_ostream &out) {
  for (const SignatureTensor &tensor : tensors)
    out << "# " << what << ' ' << oneLine(tensor.name + ": " + typeText(tensor)) << '\n';
}

/// Open dimensions get an extent that always builds; along later axes, where a sequence or a size
/// stands, any extent up to a stated one.
static void printDims(const std::vector<SignatureTensor> &inputs, llvm::raw_ostream &out) {
  llvm::StringSet<> printed;
  for (const SignatureTensor &input : inputs)
    for (size_t axis = 0; axis < input.extents.size(); ++axis) {
      const std::string key = dimKey(input, axis);
      if (input.extents[axis] >= 0 || !printed.insert(key).second)
        continue;
      if (printed.size() == 1)
        out << "\n[model.dims]\n# The graph leaves these open. N: fixed; { max = N }: any extent "
               "up to N;\n# [1, 8, 32]: one compiled variant each, the smallest that fits runs.\n";
      const char *extent = axis == 0 ? "1" : "{ max = 128 }";
      out << tomlKey(key) << " = " << extent << "  # axis " << axis << " of " << oneLine(input.name)
          << '\n';
    }
}

/// What a file could say for the key.
static std::string exampleOf(const Key &key) {
  if (*key.defaultText)
    return key.defaultText;
  switch (key.type) {
  case KeyType::InputFile:
  case KeyType::DataSet:
    return "\"FILE.npz\"";
  case KeyType::Integer:
  case KeyType::Number:
    return "N";
  default:
    return "\"...\"";
  }
}

/// A section's keys with their defaults, commented out: the file shows what there is to change. A
/// feature's head is a comment too, since it would ask for the feature.
static void printSection(const Key &section, llvm::raw_ostream &out) {
  std::string keys;
  llvm::raw_string_ostream text(keys);
  const llvm::StringRef prefix = section.path;
  for (const Key &key : allKeys()) {
    llvm::StringRef rest = key.path;
    if (!rest.consume_front(prefix) || !rest.consume_front(".") || rest.contains('.'))
      continue;
    const bool canBeShown = key.built && !key.isSection();
    if (!canBeShown)
      continue;
    text << "# " << key.lastName() << " = " << exampleOf(key) << "  # " << key.sentence << '\n';
  }
  if (keys.empty())
    return;
  out << "\n# " << section.sentence << '\n'
      << (section.type == KeyType::Feature ? "# [" : "[") << section.path << "]\n"
      << keys;
}

void printTemplate(const TemplateModel &model, llvm::raw_ostream &out) {
  out << "# Built by `mdc build`, served by `mdc run`; `mdc check` explains what is wrong with "
         "it.\n";
  printTensors("input ", model.inputs, out);
  printTensors("output", model.outputs, out);
  out << "\n[model]\n";
  out << "name    = " << quoted(model.name) << '\n';
  out << "graph   = " << quoted(model.graphFile) << '\n';
  out << "version = " << findKey({"model", "version"})->defaultText << '\n';
  printDims(model.inputs, out);
  for (const Key &key : allKeys()) {
    const llvm::StringRef path = key.path;
    const bool ofTheModel = path == "model" || path.starts_with("model.");
    if (key.isSection() && key.canBeUsed() && !ofTheModel)
      printSection(key, out);
  }
}

} // namespace mdc::spec
