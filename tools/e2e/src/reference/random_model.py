"""Models of random weights with what the demo model lacks: key heads that several heads share, and an output that is the embedding."""

import json
import os
import shutil

import numpy as np
from safetensors.numpy import save_file

from llama import read_json

RANK = 4
SMALL = {"hidden_size": 96, "num_hidden_layers": 3, "num_attention_heads": 6, "num_key_value_heads": 2, "head_dim": 24, "intermediate_size": 160}
# 88 million parameters.
LARGE = {"hidden_size": 768, "num_hidden_layers": 14, "num_attention_heads": 12, "num_key_value_heads": 4, "head_dim": 64, "intermediate_size": 2048}


def write(folder, tokenizer, size="small"):
    rng = np.random.default_rng(7)
    shape = {"small": SMALL, "large": LARGE}[size]
    config = read_json(tokenizer, "config.json") | shape | {"tie_word_embeddings": True, "rope_theta": 500000.0, "max_position_embeddings": 32768}
    config |= {"architectures": ["MistralForCausalLM"], "model_type": "mistral"}
    width, feed_forward = config["hidden_size"], config["intermediate_size"]
    heads, key_heads = (config[name] * config["head_dim"] for name in ("num_attention_heads", "num_key_value_heads"))
    shapes = {
        "self_attn.q_proj": (heads, width),
        "self_attn.k_proj": (key_heads, width),
        "self_attn.v_proj": (key_heads, width),
        "self_attn.o_proj": (width, heads),
        "mlp.gate_proj": (feed_forward, width),
        "mlp.up_proj": (feed_forward, width),
        "mlp.down_proj": (width, feed_forward),
    }

    def some(*shape):
        return rng.standard_normal(shape, dtype=np.float32) * np.float32(1.2 / np.sqrt(shape[-1]))

    weights = {"model.embed_tokens.weight": some(config["vocab_size"], width) * 4, "model.norm.weight": 1 + some(width)}
    adapter = {}
    for layer in range(config["num_hidden_layers"]):
        at = f"model.layers.{layer}."
        for norm in ("input_layernorm", "post_attention_layernorm"):
            weights[f"{at}{norm}.weight"] = 1 + some(width)
        for name, (rows, columns) in shapes.items():
            weights[f"{at}{name}.weight"] = some(rows, columns)
            adapter[f"base_model.model.{at}{name}.lora_A.weight"] = some(RANK, columns)
            adapter[f"base_model.model.{at}{name}.lora_B.weight"] = some(rows, RANK) / 2
    lora = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": RANK, "lora_alpha": 2 * RANK, "base_model_name_or_path": "random"}
    save(os.path.join(folder, "model"), {"config.json": config, "model.safetensors": weights})
    save(os.path.join(folder, "adapter"), {"adapter_config.json": lora, "adapter_model.safetensors": adapter})
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(os.path.join(tokenizer, name), os.path.join(folder, "model"))


def save(folder, files):
    os.makedirs(folder)
    for name, value in files.items():
        path = os.path.join(folder, name)
        if name.endswith(".json"):
            with open(path, "w", encoding="utf-8") as file:
                json.dump(value, file)
        else:
            save_file(value, path, {"format": "pt"})
