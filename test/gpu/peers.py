"""What PyTorch on this machine needs for the same work, in bf16; None where there is none."""

try:
    import torch
    from torch import nn
except ImportError:
    torch = None

if torch is not None:
    class Bottleneck(nn.Module):
        def __init__(self, inside, width, stride):
            super().__init__()
            outside = 4 * width
            self.layers = nn.Sequential(
                nn.Conv2d(inside, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
                nn.Conv2d(width, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width),
                nn.ReLU(), nn.Conv2d(width, outside, 1, bias=False), nn.BatchNorm2d(outside))
            self.shortcut = nn.Identity() if inside == outside and stride == 1 else nn.Sequential(
                nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))

        def forward(self, x):
            return torch.relu(self.layers(x) + self.shortcut(x))

    def resnet50():
        layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
                  nn.MaxPool2d(3, 2, 1)]
        inside = 64
        for stage, (blocks, width) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512))):
            for block in range(blocks):
                layers.append(Bottleneck(inside, width, 2 if stage and not block else 1))
                inside = 4 * width
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000))

    class Layer(nn.Module):
        def __init__(self, hidden=768, heads=12):
            super().__init__()
            self.heads = heads
            self.inner, self.outer = nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden)
            self.norms = nn.ModuleList(nn.LayerNorm(hidden) for _ in range(2))
            self.feed = nn.Sequential(nn.Linear(hidden, 4 * hidden), nn.GELU(),
                                      nn.Linear(4 * hidden, hidden))

        def forward(self, x):
            batch, length, hidden = x.shape
            parts = self.inner(x).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
            y = nn.functional.scaled_dot_product_attention(*parts)
            y = self.outer(y.transpose(1, 2).reshape(batch, length, hidden))
            x = self.norms[0](x + y)
            return self.norms[1](x + self.feed(x))

    class Bert(nn.Module):
        def __init__(self, layers=12, hidden=768):
            super().__init__()
            self.words, self.places = nn.Embedding(30522, hidden), nn.Embedding(512, hidden)
            self.norm = nn.LayerNorm(hidden)
            self.layers = nn.Sequential(*(Layer(hidden) for _ in range(layers)))
            self.pooler = nn.Linear(hidden, hidden)

        def forward(self, ids):
            places = torch.arange(ids.shape[1], device=ids.device)
            x = self.layers(self.norm(self.words(ids) + self.places(places)))
            return x, torch.tanh(self.pooler(x[:, 0]))

    # maker and input of a batch
    NETWORKS = {
        "resnet50": (resnet50, lambda batch: torch.randn(
            batch, 3, 224, 224, device="cuda", dtype=torch.bfloat16)),
        "bert-base": (Bert, lambda batch: torch.randint(0, 30522, (batch, 128), device="cuda")),
    }


def is_there():
    return torch is not None and torch.cuda.is_available()


def timed_ms(work, rounds=50, warm_up=10):
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    for _ in range(warm_up):
        work()
    begin.record()
    for _ in range(rounds):
        work()
    end.record()
    torch.cuda.synchronize()
    return begin.elapsed_time(end) / rounds


def product_ms(size):
    """By cuBLASLt."""
    if not is_there():
        return None
    if hasattr(torch.backends.cuda, "preferred_blas_library"):  # since 2.3
        torch.backends.cuda.preferred_blas_library("cublaslt")
    x, y = (torch.randn(size, size, device="cuda", dtype=torch.bfloat16) for _ in range(2))
    return timed_ms(lambda: x @ y)


def network_ms(name, batch):
    """By torch.compile with CUDA graphs."""
    if not is_there() or name not in NETWORKS:
        return None
    make, inputs = NETWORKS[name]
    model = make().cuda().to(torch.bfloat16).eval()
    compiled, x = torch.compile(model, mode="max-autotune"), inputs(batch)
    with torch.inference_mode():
        return timed_ms(lambda: compiled(x))
