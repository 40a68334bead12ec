#include "compiler/spec/SpecChecker.h"

#include "compiler/support/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace mdc::spec {
namespace {

/// The rules see the tree too, to tell a value that is missing from one that was refused already.
struct Rules {
  const Spec &spec;
  const Node &root;
  Diagnostics &diagnostics;

  void requireModelKey(llvm::StringRef name, llvm::StringRef example) const;
  void checkModelName() const;
  void checkVariants() const;
  void checkVersion() const;
  void checkDigest() const;
  void checkTest() const;
  void checkImage() const;
};

} // namespace

void Rules::requireModelKey(llvm::StringRef name, llvm::StringRef example) const {
  const Node *model = root.find("model");
  if (model && (model->kind != Node::Kind::Table || model->find(name)))
    return;
  const bool hasSection = model && model->position.known();
  const SourcePosition start{1, 1};
  diagnostics
      .error(spec.at(hasSection ? model->position : start), "'model." + name + "' is missing")
      .note("add `" + name + " = \"" + example + "\"` under [model]");
}

/// The name becomes a file name, a path of the URL and a label of the image.
static bool isName(llvm::StringRef text) {
  return !text.empty() && text.size() <= 128 && llvm::isAlnum(text.front()) &&
         llvm::all_of(text,
                      [](char c) { return llvm::isAlnum(c) || c == '.' || c == '_' || c == '-'; });
}

void Rules::checkModelName() const {
  const auto &name = spec.model.name;
  if (!name.given() || isName(name.value))
    return;
  diagnostics.error(spec.at(name.position), "'model.name' is \"" + name.value + "\", not a name")
      .note("start with a letter or digit; go on with letters, digits, '.', '_' and '-', 128 at "
            "most");
}

/// Each variant is compiled on its own: what a build can afford ends somewhere.
static constexpr int64_t mostVariants = 64;

void Rules::checkVariants() const {
  int64_t variants = 1;
  for (const Dim &dim : spec.model.dims) {
    if (dim.kind != Dim::Kind::Variants)
      continue;
    variants *= int64_t(dim.variantExtents.size());
    if (variants <= mostVariants)
      continue;
    diagnostics
        .error({spec.path, dim.position, static_cast<uint32_t>(dim.name.size())},
               "the lists of [model.dims] up to '" + dim.name + "' make " + llvm::Twine(variants) +
                   " variants, expected at most " + llvm::Twine(mostVariants))
        .note("list fewer extents, or write { max = " + llvm::Twine(dim.maxExtent) +
              " } for one variant that takes any extent up to that");
    return;
  }
}

void Rules::checkVersion() const {
  const auto &version = spec.model.version;
  if (!version.given() || isName(version.value))
    return;
  diagnostics
      .error(spec.at(version.position),
             "'model.version' is \"" + version.value + "\", not a version")
      .note("write it as in \"1.0.0\"; letters, digits, '.', '_' and '-' are allowed");
}

void Rules::checkDigest() const {
  const auto &pinned = spec.model.sha256;
  if (!pinned.given() || pinned.value.size() != 64 || !spec.model.graphPath.given())
    return;
  Diagnostics silent(nullptr); // a missing file has its own error
  auto actual = sha256HexOfFile(spec.model.graphPath.value, silent);
  if (!actual || *actual == pinned.value)
    return;
  diagnostics
      .error(spec.at(pinned.position), "'" + spec.model.graphPath.value + "' has another digest")
      .note("it is \"" + *actual + "\"; pin that if the new file is the right one");
}

void Rules::checkTest() const {
  if (spec.test.outputsPath.given() && !spec.test.inputsPath.given())
    diagnostics
        .error(spec.at(spec.test.outputsPath.position),
               "'test.outputs' stands without 'test.inputs'")
        .note("add `inputs = \"FILE.npz\"` under [test], the arrays that these outputs belong to");
}

void Rules::checkImage() const {
  const auto &image = spec.package.image;
  if (!image.given())
    return;
  const llvm::StringRef text = image.value;
  const size_t slash = text.rfind('/');
  const size_t nameStart = slash == llvm::StringRef::npos ? 0 : slash + 1;
  const size_t colon = text.find(':', nameStart);
  const llvm::StringRef repository = text.substr(0, colon);
  const bool validRepository =
      nameStart < repository.size() && llvm::all_of(
                                           repository,
                                           [](char c) {
                                             return llvm::isLower(c) || llvm::isDigit(c) ||
                                                    llvm::StringRef("._-/:").contains(c);
                                           });
  const bool validTag = colon == llvm::StringRef::npos || isName(text.substr(colon + 1));
  if (!validRepository || !validTag)
    diagnostics
        .error(spec.at(image.position),
               "'package.image' is \"" + text + "\", not an image reference")
        .note("write REGISTRY/NAME:TAG in lower case, as in \"registry.example/mobilenet:1.0.0\"");
}

void checkRules(const Spec &spec, const Node &root, Diagnostics &diagnostics) {
  const Rules rules{spec, root, diagnostics};
  rules.requireModelKey("name", "mymodel");
  rules.requireModelKey("graph", "model.onnx");
  rules.checkModelName();
  rules.checkVariants();
  rules.checkVersion();
  rules.checkDigest();
  rules.checkTest();
  rules.checkImage();
  checkCompression(spec, root, diagnostics);
}

} // namespace mdc::spec
