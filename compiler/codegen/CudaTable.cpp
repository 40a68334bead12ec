#include "compiler/codegen/CudaTable.h"

#include "compiler/codegen/Object.h"
#include "compiler/codegen/TableWriter.h"

#include "mdc/cuda.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Compression.h"

#include <cstddef>

namespace mdc::codegen {

using namespace mdc::program;

// The structs below are written field by field in this order; a change of mdc/cuda.h must show
// here.
static_assert(sizeof(MdcCudaImage) == 40 && offsetof(MdcCudaImage, stored) == 16 &&
              offsetof(MdcCudaImage, bytes) == 32);
static_assert(sizeof(MdcCudaModule) == 16 && offsetof(MdcCudaModule, imageCount) == 8);
static_assert(sizeof(MdcCudaKernel) == 24 && offsetof(MdcCudaKernel, module) == 8 &&
              offsetof(MdcCudaKernel, sharedBytes) == 16);
static_assert(sizeof(MdcCudaMap) == 72 && offsetof(MdcCudaMap, extents) == 16);
static_assert(sizeof(MdcCudaLaunch) == 48 && offsetof(MdcCudaLaunch, maps) == 32);
static_assert(sizeof(MdcCudaVariant) == 16 && offsetof(MdcCudaVariant, launchCount) == 8);
static_assert(sizeof(MdcCuda) == 32 && offsetof(MdcCuda, modules) == 8);

static std::string imagesSymbol(const std::string &region) { return region + "_images"; }

namespace {

class CudaWriter : TableWriter {
public:
  CudaWriter(const Program &program, size_t imageCount, llvm::Module &module)
      : TableWriter(module), program(program), imageCount(imageCount) {}

  void write() {
    Constants modules, kernels, variants;
    for (auto [number, region] : llvm::enumerate(program.regions)) {
      modules.push_back(
          structOf({external(imagesSymbol(region.name)), number32(imageCount), number32(0)}));
      for (const lower::GpuLaunch &launch : region.launches) {
        numberOf[launch.kernel] = kernels.size();
        kernels.push_back(structOf({text(launch.kernel), number32(number), number32(launch.threads),
                                    number32(launch.sharedBytes), number32(launch.home)}));
      }
    }
    for (const Variant &variant : program.variants)
      variants.push_back(variantOf(variant));
    define("mdc_cuda", structOf({number32(modules.size()), number32(kernels.size()),
                                 arrayOf(modules), arrayOf(kernels), arrayOf(variants)}));
  }

private:
  llvm::Constant *row(llvm::ArrayRef<int64_t> values) {
    Constants words;
    for (int64_t value : values)
      words.push_back(number64(value));
    auto *type = llvm::ArrayType::get(llvm::Type::getInt64Ty(context), words.size());
    return llvm::ConstantArray::get(type, words);
  }

  llvm::Constant *variantOf(const Variant &variant) {
    Constants launches;
    for (const StepLaunch &launch : variant.launches) {
      const Region &region = program.regions[variant.steps[launch.step].region];
      Constants maps;
      for (const StepMap &map : launch.maps)
        maps.push_back(structOf({number32(map.operand), number32(map.type), number32(map.box[0]),
                                 number32(map.box[1]), row(map.extents), row(map.strides)}));
      launches.push_back(structOf(
          {number32(launch.step), number32(numberOf[region.launches[launch.launch].kernel]),
           row(launch.grid), arrayOf(maps), number32(maps.size()), number32(0)}));
    }
    return structOf({arrayOf(launches), number32(launches.size()), number32(0)});
  }

  const Program &program;
  size_t imageCount;                  ///< of a module
  llvm::StringMap<uint32_t> numberOf; ///< of a kernel
};

} // namespace

void addCudaTable(const Program &program, size_t imageCount, llvm::Module &module) {
  CudaWriter(program, imageCount, module).write();
}

bool writeGpuImages(const std::string &region, const std::vector<GpuImage> &images,
                    const std::string &path, Diagnostics &diagnostics) {
  llvm::LLVMContext context;
  llvm::Module module(region, context);
  TableWriter writer(module);
  Constants rows;
  for (const GpuImage &image : images) {
    llvm::StringRef bytes(image.bytes);
    if (!image.machineCode) // its zero belongs to it
      bytes = llvm::StringRef(image.bytes.c_str(), image.bytes.size() + 1);
    llvm::SmallVector<uint8_t, 0> stored;
    llvm::compression::zlib::compress(llvm::arrayRefFromStringRef(bytes), stored,
                                      llvm::compression::zlib::BestSizeCompression);
    auto *data = writer.placed(llvm::ConstantDataArray::get(context, llvm::ArrayRef(stored)));
    rows.push_back(writer.structOf(
        {writer.number32(image.machineCode ? MDC_CUDA_CUBIN : MDC_CUDA_PTX),
         writer.number32(image.arch), writer.number32(image.specific), writer.number32(0), data,
         writer.number64(stored.size()), writer.number64(bytes.size())}));
  }
  auto *type = llvm::ArrayType::get(rows.front()->getType(), rows.size());
  writer.define(imagesSymbol(region), llvm::ConstantArray::get(type, rows));
  return writeObject(module, *lower::machineOf("v3"), Position::Independent, path, diagnostics);
}

} // namespace mdc::codegen
