"""What conversions are held against.

random OUT TOKENIZER [large]  writes OUT/model and OUT/adapter, of random weights
make MODEL ADAPTER OUT        writes OUT/merged, and OUT/direct.gguf and OUT/wrong.gguf past our converter
score MODEL ADAPTER TOKENS    says the log-probabilities of each list of tokens in that file, without the adapter and with it
"""

import json
import os
import shutil
import sys

import numpy as np
from safetensors.numpy import save_file

import direct_gguf
import llama
import random_model


def make(model_folder, adapter_folder, out):
    model = llama.Model(model_folder)
    direct_gguf.write(model, model.weights, model_folder, os.path.join(out, "direct.gguf"))
    direct_gguf.write(model, model.weights, model_folder, os.path.join(out, "wrong.gguf"), in_head_order=False)
    merged = os.path.join(out, "merged")
    os.makedirs(merged)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(os.path.join(model_folder, name), merged)
    weights = {name: values.astype(np.float32) for name, values in llama.merged(model, adapter_folder).items()}
    save_file(weights, os.path.join(merged, "model.safetensors"), {"format": "pt"})


def score(model_folder, adapter_folder, tokens_file):
    model = llama.Model(model_folder)
    with open(tokens_file, encoding="utf-8") as file:
        texts = json.load(file)
    weights = {"base": model.weights, "adapted": llama.merged(model, adapter_folder)}
    json.dump({name: [llama.log_probabilities(model, w, tokens).tolist() for tokens in texts] for name, w in weights.items()}, sys.stdout)


command, *arguments = sys.argv[1:]
{"random": random_model.write, "make": make, "score": score}[command](*arguments)
