"""A model as GGUF, written by llama.cpp's own library in Python from numpy's arrays, past our converter."""

import gguf

from llama import read_json

NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
}


def write(model, weights, tokenizer, path, in_head_order=True):
    """In 32-bit numbers. Without the order of heads that llama.cpp wants it is what a wrong converter makes."""
    config = model.config
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_vocab_size(config["vocab_size"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(model.heads)
    writer.add_head_count_kv(model.key_heads)
    writer.add_key_length(model.head_size)
    writer.add_value_length(model.head_size)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_dimension_count(model.head_size)
    writer.add_rope_freq_base(config.get("rope_theta", 10000.0))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    add_tokenizer(writer, tokenizer, config)
    heads = {"attn_q": model.heads, "attn_k": model.key_heads} if in_head_order else {}
    for name, values in weights.items():
        target = renamed(name.removesuffix(".weight"))
        count = heads.get(target.split(".")[-1])
        values = values if count is None else values.reshape(count, 2, -1, values.shape[1]).swapaxes(1, 2).reshape(values.shape)
        writer.add_tensor(f"{target}.weight", values.astype("float32"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def renamed(name):
    if not name.startswith("model.layers."):
        return NAMES[name]
    layer, inside = name.removeprefix("model.layers.").split(".", 1)
    return f"blk.{layer}.{NAMES[inside]}"


def add_tokenizer(writer, folder, config):
    tokenizer = read_json(folder, "tokenizer.json")
    special = {token["id"] for token in tokenizer["added_tokens"]}
    tokens = {**tokenizer["model"]["vocab"], **{token["content"]: token["id"] for token in tokenizer["added_tokens"]}}
    tokens = sorted(tokens, key=tokens.get)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL if at in special else gguf.TokenType.NORMAL for at in range(len(tokens))])
    writer.add_token_merges([merge if isinstance(merge, str) else " ".join(merge) for merge in tokenizer["model"]["merges"]])
    writer.add_bos_token_id(config["bos_token_id"])
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_add_bos_token(False)
