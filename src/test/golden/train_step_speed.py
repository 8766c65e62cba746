"""Tokens per second of predictor-only distillation written in PyTorch, to compare `foretoken train` with: SmolLM2-135M's shapes, its first 15 of 30 layers as
auxiliary, source hidden, 4 x 256 tokens a step, the lower layers run once for teacher and pupil as in Foretoken. Weights are random: they don't change the work.

usage: train_step_speed.py [--dtype float32|bfloat16] [--threads 2] [--steps 5]

Needs torch. One line of JSON comes out.
"""
import argparse, json, math, time
import torch
import torch.nn.functional as F

ap = argparse.ArgumentParser()
ap.add_argument("--dtype", default="float32"); ap.add_argument("--threads", type=int, default=2); ap.add_argument("--steps", type=int, default=5)
args = ap.parse_args()
torch.set_num_threads(args.threads); torch.manual_seed(0)
L, M, D, H, KV, HD, FF, V, B, T = 30, 15, 576, 9, 3, 64, 1536, 49152, 4, 256
dt = getattr(torch, args.dtype)
w = lambda *s: (torch.randn(*s) * 0.02).to(dt)
layers = [dict(an=torch.ones(D), q=w(H * HD, D), k=w(KV * HD, D), v=w(KV * HD, D), o=w(D, H * HD), fn=torch.ones(D), g=w(FF, D), u=w(FF, D), d=w(D, FF)) for _ in range(L)]
emb, fn = w(V, D), torch.ones(D)
pred = [[torch.nn.Parameter(torch.randn(KV * HD, D) * D ** -0.5), torch.nn.Parameter(torch.zeros(KV * HD)), torch.nn.Parameter(torch.randn(KV * HD, D) * D ** -0.5), torch.nn.Parameter(torch.zeros(KV * HD))] for _ in range(M, L)]
opt = torch.optim.AdamW([p for q in pred for p in q], lr=3e-4, betas=(0.9, 0.95), weight_decay=0.0, fused=True)
pos = torch.arange(T)[:, None] * (100000.0 ** (-torch.arange(0, HD, 2) / HD))[None]
cos, sin = pos.cos()[None, None], pos.sin()[None, None]

def norm(x, weight): return F.rms_norm(x, (D,), weight, 1e-5)
def lin(x, weight, bias=None): return F.linear(x.to(dt), weight.to(dt), None if bias is None else bias.to(dt)).float()
def heads(x, n): return x.view(B, T, n, HD).transpose(1, 2)
def rot(x): a, b = x.chunk(2, -1); return torch.cat((a * cos - b * sin, b * cos + a * sin), -1)
def after(l, x, k, v):
    h = norm(x, l["an"])
    a = F.scaled_dot_product_attention(rot(heads(lin(h, l["q"]), H)), rot(heads(k, KV)), heads(v, KV), is_causal=True, enable_gqa=True)
    x = x + lin(a.transpose(1, 2).reshape(B, T, H * HD), l["o"])
    h = norm(x, l["fn"])
    return x + lin(F.silu(lin(h, l["g"])) * lin(h, l["u"]), l["d"])
def own(l, x):
    h = norm(x, l["an"])
    return after(l, x, lin(h, l["k"]), lin(h, l["v"]))

def step():
    ids = torch.randint(V, (B, T))
    with torch.no_grad():
        x = F.embedding(ids, emb).float()
        for l in layers[:M]: x = own(l, x)
        t = x
        for l in layers[M:]: t = own(l, t)
        target = F.log_softmax(lin(norm(t, fn), emb), -1)
        hidden = F.rms_norm(x, (D,), None, 1e-5)
    for l, (wk, bk, wv, bv) in zip(layers[M:], pred): x = after(l, x, lin(hidden, wk, bk), lin(hidden, wv, bv))
    loss = F.kl_div(F.log_softmax(lin(norm(x, fn), emb), -1).view(-1, V), target.view(-1, V), log_target=True, reduction="batchmean")
    opt.zero_grad(); loss.backward(); torch.nn.utils.clip_grad_norm_([p for q in pred for p in q], 1.0); opt.step()

step()
times = []
for _ in range(args.steps):
    t0 = time.perf_counter(); step(); times.append(time.perf_counter() - t0)
print(json.dumps(dict(torch=torch.__version__, dtype=args.dtype, threads=args.threads, seconds=times, tokens_per_second=B * T / sorted(times)[len(times) // 2])))
