"""A Llama in numpy, from what its paper and transformers say; nothing of it comes from llama.cpp or from our converter."""

import json
import os

import numpy as np
from safetensors.numpy import load_file


class Model:
    def __init__(self, folder):
        self.config = read_json(folder, "config.json")
        self.weights = load_file(os.path.join(folder, "model.safetensors"))
        self.heads = self.config["num_attention_heads"]
        self.key_heads = self.config.get("num_key_value_heads", self.heads)
        self.head_size = self.config.get("head_dim") or self.config["hidden_size"] // self.heads


def read_json(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


def merged(model, folder):
    """The weights with an adapter of PEFT in them: W + alpha / r * B A."""
    config = read_json(folder, "adapter_config.json")
    adapter = load_file(os.path.join(folder, "adapter_model.safetensors"))
    weights = dict(model.weights)
    for name in adapter:
        if name.endswith(".lora_A.weight"):
            target = name.removeprefix("base_model.model.").replace(".lora_A.weight", ".weight")
            a, b = (adapter[half].astype(np.float64) for half in (name, name.replace(".lora_A.", ".lora_B.")))
            weights[target] = weights[target] + config["lora_alpha"] / config["r"] * (b @ a)
    return weights


def log_probabilities(model, weights, tokens):
    """The logarithm of each token's probability after those before it, from the second on; in 64-bit numbers."""
    w = {name: value.astype(np.float64) for name, value in weights.items()}
    epsilon = model.config["rms_norm_eps"]
    x = w["model.embed_tokens.weight"][tokens]
    for layer in range(model.config["num_hidden_layers"]):
        at = f"model.layers.{layer}."
        x = x + attention(model, w, at + "self_attn.", normed(x, w[at + "input_layernorm.weight"], epsilon))
        x = x + feed_forward(w, at + "mlp.", normed(x, w[at + "post_attention_layernorm.weight"], epsilon))
    output = w.get("lm_head.weight", w["model.embed_tokens.weight"])
    logits = normed(x, w["model.norm.weight"], epsilon) @ output.T
    logits = logits - logits.max(axis=-1, keepdims=True)
    every = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    return every[np.arange(len(tokens) - 1), tokens[1:]]


def normed(x, scale, epsilon):
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + epsilon) * scale


def attention(model, w, at, x):
    length = len(x)

    def heads(name, count):
        return (x @ w[f"{at}{name}.weight"].T).reshape(length, count, model.head_size).transpose(1, 0, 2)

    base = model.config.get("rope_theta", 10000.0)
    shared = model.heads // model.key_heads
    query = rotated(heads("q_proj", model.heads), base)
    key = rotated(heads("k_proj", model.key_heads), base).repeat(shared, axis=0)
    value = heads("v_proj", model.key_heads).repeat(shared, axis=0)
    scores = query @ key.transpose(0, 2, 1) / np.sqrt(model.head_size)
    scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = scores / scores.sum(axis=-1, keepdims=True) @ value
    return mixed.transpose(1, 0, 2).reshape(length, -1) @ w[f"{at}o_proj.weight"].T


def rotated(x, base):
    """Positions, by turning the first half of each head against the second."""
    half = x.shape[-1] // 2
    angles = np.arange(x.shape[1])[:, None] * base ** (-np.arange(half) / half)
    first, second = x[..., :half], x[..., half:]
    return np.concatenate([first * np.cos(angles) - second * np.sin(angles), second * np.cos(angles) + first * np.sin(angles)], axis=-1)


def feed_forward(w, at, x):
    gate = x @ w[f"{at}gate_proj.weight"].T
    return (gate / (1 + np.exp(-gate)) * (x @ w[f"{at}up_proj.weight"].T)) @ w[f"{at}down_proj.weight"].T
