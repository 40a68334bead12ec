#include "compiler/spec/SpecKeys.h"
#include "compiler/spec/SpecPrinter.h"
#include "test/unit/TemporaryFolder.h"

#include <gtest/gtest.h>

using namespace mdc;

static std::string templateOf(const spec::TemplateModel &model) {
  std::string text;
  llvm::raw_string_ostream out(text);
  spec::printTemplate(model, out);
  return text;
}

/// Takes the first "# " from each line that is a key and not a sentence. Features stay comments:
/// what they say replaces no default.
static std::string uncommented(const std::string &text) {
  std::string all;
  bool inFeature = false;
  for (llvm::StringRef rest = text; !rest.empty();) {
    auto [line, behind] = rest.split('\n');
    if (line.starts_with("[") || line.starts_with("# ["))
      inFeature = line.starts_with("# [");
    const bool isKey =
        !inFeature && line.starts_with("# ") && line.contains(" = ") && line.contains("  # ");
    all += (isKey ? line.drop_front(2) : line).str() + "\n";
    rest = behind;
  }
  return all;
}

static const spec::TemplateModel awkward = {
    "m", "a \"b\".onnx", {{"x\ny", "FP32", {-1, -1}, {"batch size", ""}}}, {}};

TEST(Template, ReadsBackWithAwkwardNames) {
  test::TemporaryFolder folder;
  folder.write("a \"b\".onnx", "");
  const std::string path = folder.write("deploy.toml", templateOf(awkward));
  Diagnostics found(nullptr);
  auto spec = spec::readSpec(path, found);
  ASSERT_TRUE(spec) << (found.all().empty() ? "" : found.all()[0].message);
  ASSERT_EQ(spec->model.dims.size(), 2u);
  EXPECT_EQ(spec->model.dims[0].name, "batch size");
  EXPECT_EQ(spec->model.dims[1].name, "x\ny.1");
  EXPECT_EQ(spec->model.dims[1].kind, spec::Dim::Kind::Range);
}

TEST(Template, ShowsTheDefaultsThatApplyWithoutIt) {
  test::TemporaryFolder folder;
  folder.write("a \"b\".onnx", "");
  folder.write("FILE.npz", "");
  std::string text = uncommented(templateOf(awkward));
  const size_t image = text.find("image = \"...\"");
  ASSERT_NE(image, std::string::npos);
  text.replace(image, 13, "image = \"m:1\"");
  Diagnostics found(nullptr);
  auto all = spec::readSpec(folder.write("all.toml", text), found);
  auto none = spec::readSpec(folder.write("none.toml", templateOf(awkward)), found);
  ASSERT_TRUE(all && none) << (found.all().empty() ? "" : found.all()[0].message);
  EXPECT_TRUE(all->serve.httpAddress.given());
  EXPECT_EQ(all->serve.httpAddress.value, none->serve.httpAddress.value);
  EXPECT_EQ(all->serve.queueMax.value, none->serve.queueMax.value);
  EXPECT_EQ(all->cpu.isa.value, none->cpu.isa.value);
  EXPECT_EQ(all->test.tolerance.value, none->test.tolerance.value);
}

TEST(Template, AFeatureIsOnlyShown) {
  const std::string text = templateOf(awkward);
  EXPECT_NE(text.find("\n# [compress.quantize]\n"), std::string::npos);
  EXPECT_NE(text.find("\n# sparsity = N  # The share"), std::string::npos);
  EXPECT_EQ(text.find("int4"), std::string::npos); // of later
}

TEST(Template, AModelNameComesFromTheFile) {
  EXPECT_EQ(spec::modelNameFrom("models/my model (2).onnx"), "my-model-2");
  EXPECT_EQ(spec::modelNameFrom("resnet50.onnx"), "resnet50");
  EXPECT_EQ(spec::modelNameFrom("---.onnx"), "model");
}

TEST(Keys, EverySentenceIsOneAndEveryPathIsFound) {
  for (const spec::Key &key : spec::allKeys()) {
    const llvm::StringRef sentence = key.sentence;
    EXPECT_TRUE(sentence.ends_with(".") || sentence.starts_with("mdc ")) << key.path;
    llvm::SmallVector<llvm::StringRef> parts;
    llvm::StringRef(key.path).split(parts, '.');
    EXPECT_EQ(spec::findKey(std::vector<std::string>(parts.begin(), parts.end())), &key);
  }
}
