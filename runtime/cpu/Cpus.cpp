// CPUs that the affinity mask and the cgroup quota leave to this process.
#include "runtime/cpu/ThreadPool.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sched.h>
#include <string>

namespace mdc::cpu {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE *)>;

File openText(const std::string &path) { return File(std::fopen(path.c_str(), "re"), std::fclose); }

// Quota in whole CPUs, rounded up; 0 where the file is missing or says "max".
unsigned quotaV2(const std::string &folder) {
  File file = openText(folder + "/cpu.max");
  long long quotaUs = 0, periodUs = 0;
  if (!file || std::fscanf(file.get(), "%lld %lld", &quotaUs, &periodUs) != 2 || periodUs <= 0)
    return 0;
  return static_cast<unsigned>((quotaUs + periodUs - 1) / periodUs);
}

long long readNumber(const std::string &path) {
  File file = openText(path);
  long long number = -1;
  return file && std::fscanf(file.get(), "%lld", &number) == 1 ? number : -1;
}

unsigned quotaV1(const std::string &folder) {
  long long quotaUs = readNumber(folder + "/cpu.cfs_quota_us");
  long long periodUs = readNumber(folder + "/cpu.cfs_period_us");
  if (quotaUs <= 0 || periodUs <= 0)
    return 0;
  return static_cast<unsigned>((quotaUs + periodUs - 1) / periodUs);
}

// A limit may stand at any level above the process's own cgroup. Inside a container the path of
// /proc/self/cgroup may name a folder that is not mounted there; the walk then ends at the mount.
unsigned smallestQuota(const std::string &mount, std::string path,
                       unsigned (*quotaOf)(const std::string &)) {
  unsigned smallest = 0;
  for (;;) {
    if (unsigned quota = quotaOf(mount + path))
      smallest = smallest ? std::min(smallest, quota) : quota;
    size_t slash = path.rfind('/');
    if (slash == std::string::npos)
      return smallest;
    path.resize(slash);
  }
}

bool listsCpu(const std::string &controllers) {
  return ("," + controllers + ",").find(",cpu,") != std::string::npos;
}

unsigned cgroupQuota() {
  unsigned smallest = 0;
  File file = openText("/proc/self/cgroup");
  char line[4096];
  while (file && std::fgets(line, sizeof line, file.get())) {
    // "HIERARCHY:CONTROLLERS:PATH"
    std::string text(line, std::strcspn(line, "\n"));
    size_t first = text.find(':'), second = text.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos)
      continue;
    std::string controllers = text.substr(first + 1, second - first - 1);
    std::string path = text.substr(second + 1);
    unsigned quota = 0;
    if (controllers.empty())
      quota = smallestQuota("/sys/fs/cgroup", path, quotaV2);
    else if (listsCpu(controllers))
      quota = smallestQuota("/sys/fs/cgroup/" + controllers, path, quotaV1);
    if (quota)
      smallest = smallest ? std::min(smallest, quota) : quota;
  }
  return smallest;
}

// The kernel's mask may be wider than cpu_set_t on machines with more than 1024 CPUs.
unsigned affinityCount() {
  for (int cpus = 1024; cpus <= 1 << 20; cpus *= 2) {
    cpu_set_t *mask = CPU_ALLOC(cpus);
    size_t bytes = CPU_ALLOC_SIZE(cpus);
    bool known = sched_getaffinity(0, bytes, mask) == 0;
    unsigned count = known ? static_cast<unsigned>(CPU_COUNT_S(bytes, mask)) : 0;
    CPU_FREE(mask);
    if (known)
      return count;
  }
  return 1;
}

} // namespace

unsigned availableCpus() {
  unsigned count = std::max(1u, affinityCount());
  unsigned quota = cgroupQuota();
  return quota ? std::min(count, quota) : count;
}

} // namespace mdc::cpu
