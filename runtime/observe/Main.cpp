// The entry point of a program that a build runs for itself, instead of a server: it runs its model
// over samples and writes what the build wants to know.
//
//   PROGRAM SAMPLES.npz RESULTS.npz [THREADS]
//
// Each input's array has one axis more than the input, in front: entry i is sample i. A model
// without inputs runs once, and SAMPLES.npz is not read. What becomes of an output is in its name:
//
//   range/AXIS/KEY  statistics over all samples, channels along AXIS: "range/KEY" (float64 [5]:
//                   smallest, largest, finite elements, others, zeros), "histogram/KEY" (uint64
//                   [2048] between smallest and largest), "mean/KEY",
//                   "deviation/KEY" and "peak/KEY" (float32 [channels])
//   sum/KEY         "sum/KEY": the elementwise sum over all samples (float32)
//   any other       as the last sample left it
#include "runtime/base/Npz.h"
#include "runtime/exec/Context.h"
#include "runtime/observe/Statistics.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <deque>
#include <string_view>

namespace mdc::observe {
namespace {

enum class Kind { Range, Sum, Value };

struct Output {
  Kind kind = Kind::Value;
  std::string key;
  size_t axis = 0;
  Statistics statistics;
  std::vector<float> sums;
  std::vector<int64_t> sumShape;
};

Output outputOf(std::string_view name) {
  Output output;
  if (name.starts_with("range/")) {
    output.kind = Kind::Range;
    name.remove_prefix(std::string_view("range/").size());
    auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), output.axis);
    name.remove_prefix(static_cast<size_t>(end - name.data()) + 1);
  } else if (name.starts_with("sum/")) {
    output.kind = Kind::Sum;
    name.remove_prefix(std::string_view("sum/").size());
  }
  output.key = name;
  return output;
}

std::span<const float> floatsOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const float *>(bytes.data()), bytes.size() / sizeof(float)};
}

class Observer {
public:
  explicit Observer(const MdcModel &table) : table_(table) {
    for (uint32_t index = 0; index < table.outputCount; ++index)
      outputs_.push_back(outputOf(table.outputs[index].name));
  }

  // Both passes over the samples.
  bool run(exec::Context &context, const std::string &samplesPath, std::string &error) {
    if (table_.inputCount == 0)
      return context.bind({}, error) && context.run(error) && addSample(context, 0);
    std::vector<base::Array> samples;
    if (!base::readNpz(samplesPath, samples, error) || !bind(context, samples, error))
      return false;
    int passes = hasRanges() ? 2 : 1;
    for (int pass = 0; pass < passes; ++pass)
      for (int64_t sample = 0; sample < samples.front().shape.front(); ++sample)
        if (!runSample(context, sample, error) || !addSample(context, pass))
          return false;
    return true;
  }

  bool write(const exec::Context &context, const std::string &path, std::string &error) {
    for (uint32_t index = 0; index < table_.outputCount; ++index)
      addResult(context, index);
    std::vector<base::ArrayView> views;
    for (const base::Array &array : results_)
      views.push_back({array.name, array.type, array.shape, array.bytes});
    return base::writeNpz(path, views, error);
  }

private:
  bool hasRanges() const {
    for (const Output &output : outputs_)
      if (output.kind == Kind::Range)
        return true;
    return false;
  }

  bool bind(exec::Context &context, const std::vector<base::Array> &samples, std::string &error) {
    std::vector<exec::Shape> shapes;
    for (uint32_t index = 0; index < table_.inputCount; ++index)
      for (const base::Array &array : samples)
        if (array.name == table_.inputs[index].name && !array.shape.empty()) {
          inputs_.push_back(array.bytes);
          shapes.emplace_back(array.shape.begin() + 1, array.shape.end());
        }
    if (inputs_.size() != table_.inputCount) {
      error = "the samples lack an input of the model";
      return false;
    }
    return context.bind(shapes, error);
  }

  bool runSample(exec::Context &context, int64_t sample, std::string &error) {
    for (uint32_t index = 0; index < table_.inputCount; ++index) {
      std::span<std::byte> into = context.input(index);
      std::memcpy(into.data(), inputs_[index].data() + sample * into.size(), into.size());
    }
    return context.run(error);
  }

  bool addSample(const exec::Context &context, int pass) {
    for (uint32_t index = 0; index < table_.outputCount; ++index) {
      Output &output = outputs_[index];
      std::span<const float> values = floatsOf(context.output(index));
      if (output.kind == Kind::Range && pass == 0)
        output.statistics.addRange(values, context.outputShape(index), output.axis);
      else if (output.kind == Kind::Range)
        output.statistics.addHistogram(values, context.outputShape(index), output.axis);
      else if (output.kind == Kind::Sum && pass == 0)
        addSum(output, values, context.outputShape(index));
    }
    return true;
  }

  static void addSum(Output &output, std::span<const float> values, const exec::Shape &shape) {
    output.sumShape = shape;
    output.sums.resize(values.size());
    for (size_t at = 0; at < values.size(); ++at)
      output.sums[at] += values[at];
  }

  template <typename Item>
  void add(const std::string &name, uint32_t type, std::vector<int64_t> shape,
           std::span<const Item> items) {
    std::span<const std::byte> bytes = std::as_bytes(items);
    results_.push_back({name, type, std::move(shape), {bytes.begin(), bytes.end()}});
  }

  void addResult(const exec::Context &context, uint32_t index) {
    Output &output = outputs_[index];
    if (output.kind == Kind::Value) {
      add<std::byte>(output.key, table_.outputs[index].type, context.outputShape(index),
                     context.output(index));
      return;
    }
    if (output.kind == Kind::Sum) {
      add<float>("sum/" + output.key, MDC_F32, output.sumShape, output.sums);
      return;
    }
    const Statistics &seen = output.statistics;
    const double range[5] = {seen.min(), seen.max(), double(seen.count()), double(seen.notFinite()),
                             double(seen.zeros())};
    const std::vector<float> means = seen.channelMeans(), deviations = seen.channelDeviations();
    add<double>("range/" + output.key, MDC_F64, {5}, range);
    add<uint64_t>("histogram/" + output.key, MDC_U64, {histogramBins}, seen.histogram());
    add<float>("mean/" + output.key, MDC_F32, {int64_t(means.size())}, means);
    add<float>("deviation/" + output.key, MDC_F32, {int64_t(deviations.size())}, deviations);
    add<float>("peak/" + output.key, MDC_F32, {int64_t(seen.channelMaxima().size())},
               seen.channelMaxima());
  }

  const MdcModel &table_;
  std::vector<Output> outputs_;
  std::vector<std::span<const std::byte>> inputs_;
  std::deque<base::Array> results_;
};

int run(int argc, char **argv, std::string &error) {
  if (argc < 3) {
    error = "this is a step of mdc build and takes SAMPLES.npz RESULTS.npz [THREADS]";
    return 2;
  }
  exec::Model model;
  if (!model.open(mdc_model, {}, error))
    return 70;
  exec::DeviceOptions options;
  options.threads = argc > 3 ? unsigned(std::strtoul(argv[3], nullptr, 10)) : 0;
  std::unique_ptr<exec::Device> device = exec::openDevice(model, options);
  exec::Context context(model, *device);
  Observer observer(mdc_model);
  return observer.run(context, argv[1], error) && observer.write(context, argv[2], error) ? 0 : 1;
}

} // namespace
} // namespace mdc::observe

int main(int argc, char **argv) {
  std::string error;
  int code = 70;
  try {
    code = mdc::observe::run(argc, argv, error);
  } catch (const mdc::exec::DeviceError &failure) {
    error = failure.what();
  }
  if (code != 0)
    std::fprintf(stderr, "%s\n", error.c_str());
  return code;
}
