"""Every architecture of transformers, made small by the names of its configuration's fields: models that nobody chose.

`small_model(name)` gives the base model of an architecture, in eval mode, and inputs that it accepts, by name. Both are found by
trying: fields that a configuration refuses are left at their default, and inputs are tried until one set goes through. What
cannot be made so raises, with what was said last.
"""

import inspect

SMALL = dict(
    # widths
    hidden_size=32, d_model=32, n_embd=32, dim=32, emb_dim=32, embed_dim=32, embedding_size=32, encoder_hidden_size=32,
    cross_attention_hidden_size=32, word_embed_proj_dim=32, feat_proj_size=32, out_hidden_size=32, lru_width=32,
    attention_hidden_size=32, decoder_dim=32, encoder_dim=32, conv_channels=32, projection_dim=16, bottleneck_size=16,
    fpn_feature_size=16, mask_feature_size=16, hidden_size_per_layer_input=8,
    intermediate_size=64, encoder_ffn_dim=64, decoder_ffn_dim=64, ffn_dim=64, ffn_size=64, ffn_hidden_size=64, d_ff=64,
    d_inner=64, mlp_dim=64,
    # depths
    num_hidden_layers=2, n_layer=2, n_layers=2, num_layers=2, encoder_layers=2, decoder_layers=2, num_encoder_layers=2,
    num_decoder_layers=2, depth=2, num_blocks=2,
    # heads
    num_attention_heads=4, n_head=4, n_heads=4, num_heads=4, encoder_attention_heads=4, decoder_attention_heads=4,
    num_key_value_heads=2, num_kv_heads=2, n_kv_heads=2, num_global_key_value_heads=2, head_dim=8, global_head_dim=8, d_kv=8,
    d_head=8, attention_head_dim=8, attention_head_size=8, qk_nope_head_dim=8, qk_rope_head_dim=8, v_head_dim=8,
    q_lora_rank=16, kv_lora_rank=16, index_n_heads=2, index_head_dim=16, index_topk=4,
    # experts and state spaces
    num_experts=4, num_local_experts=4, n_routed_experts=4, num_routed_experts=4, moe_num_experts=4, num_experts_per_tok=2,
    moe_intermediate_size=16, shared_expert_intermediate_size=16, n_group=1, topk_group=1, n_groups=1,
    d_state=8, state_size=8, ssm_state_size=8, time_step_rank=4, mamba_n_heads=8, mamba_d_head=8, mamba_d_state=8,
    mamba_num_heads=8, mamba_head_dim=8, linear_num_key_heads=2, linear_num_value_heads=4, linear_key_head_dim=8,
    linear_value_head_dim=8,
    # sizes of what goes in
    vocab_size=200, vocab_size_per_layer_input=200, max_position_embeddings=128, n_positions=128, image_size=64,
    num_mel_bins=16, max_source_positions=32, num_queries=10, use_cache=False,
)  # fmt: skip
SPECIAL_TOKENS = dict(pad_token_id=0, bos_token_id=1, eos_token_id=2)
# Fields that rule others out, the most probable first.
DOUBTFUL = ["layer_types", "head_dim", "num_key_value_heads", "mlp_layer_types", "embedding_size", "num_layers", "hidden_size"]
WIDTHS = ["head_dim", "hidden_size", "num_attention_heads", "num_key_value_heads", "qk_rope_head_dim", "d_model"]
TRIES = [("sdpa", []), ("eager", []), ("eager", ["head_dim"]), ("eager", WIDTHS)]  # attention, fields left out
MOST_PARAMETERS = 150_000_000


def small_fields(config_class, depth=0):
    default = config_class()
    fields = {}
    for name, value in SMALL.items():
        present = getattr(default, name, None)
        if isinstance(present, int) and not (name == "image_size" and present == 0):
            fields[name] = value if isinstance(value, bool) else min(value, present)
    for name, token in SPECIAL_TOKENS.items():
        if isinstance(getattr(default, name, None), int) and getattr(default, name) >= SMALL["vocab_size"]:
            fields[name] = token
    if isinstance(getattr(default, "layer_types", None), list):  # one layer of each type
        types = list(dict.fromkeys(default.layer_types))
        fields["layer_types"] = types if len(types) > 1 else types * 2
        fields.update({name: len(fields["layer_types"]) for name in ("num_hidden_layers", "n_layer") if name in fields})
    if isinstance(getattr(default, "mlp_layer_types", None), list):
        fields["mlp_layer_types"] = (list(dict.fromkeys(default.mlp_layer_types)) * 2)[: fields.get("num_hidden_layers", 2)]
    if isinstance(getattr(default, "depths", None), (list, tuple)):
        fields["depths"] = [1] * len(default.depths)
    for name, part in (getattr(config_class, "sub_configs", None) or {}).items():
        if depth < 3 and inspect.isclass(part) and part.__name__ != "AutoConfig":
            fields[name] = small_fields(part, depth + 1)
    return fields


def without(fields, left_out):
    return {
        name: without(value, left_out) if isinstance(value, dict) else value
        for name, value in fields.items()
        if name not in left_out
    }


def names_in(fields):
    return list(fields) + [name for value in fields.values() if isinstance(value, dict) for name in names_in(value)]


def small_configuration(config_class, build, left_out):
    """The configuration with the most small fields that `build` accepts."""
    fields = small_fields(config_class)
    left_out = set(left_out)
    while True:
        try:
            config = config_class(**without(fields, left_out))
            build(config)
            return config
        except Exception as error:  # its text names the field, or the next doubtful one goes
            text = str(error)
            named = [name for name in names_in(fields) if name not in left_out and (f"'{name}'" in text or f"`{name}`" in text)]
            rest = [name for name in DOUBTFUL if name not in left_out]
            if not named and not rest:
                raise
            left_out.update(named or rest[:1])


def image_for(config):
    for part in (config, getattr(config, "vision_config", None), getattr(config, "backbone_config", None)):
        if hasattr(part, "image_size"):
            config = part
            break
    import torch

    size = getattr(config, "image_size", None) or 64
    if isinstance(size, dict):
        size = [size.get("height", 64), size.get("width", 64)]
    height, width = (size[0], size[-1]) if isinstance(size, (list, tuple)) else (size, size)
    channels = getattr(config, "num_channels", None) or getattr(config, "in_channels", None)
    return torch.rand(1, channels if isinstance(channels, int) else 3, height, width)


def input_sets(config):
    """What a model may take, by the names of its arguments."""
    import torch

    tokens, rand = torch.randint(3, 100, (1, 24)), torch.rand
    bands = getattr(config, "num_mel_bins", None) or getattr(config, "input_feat_per_channel", None) or 80
    image = image_for(config)
    yield dict(pixel_values=image)
    yield dict(input_values=rand(1, 4000))
    yield dict(input_values=rand(1, 1, 4000))
    for features in (rand(1, bands, 64), rand(1, 64, bands)):
        yield dict(input_features=features)
        yield dict(input_features=features, decoder_input_ids=tokens)
    yield dict(input_ids=tokens, decoder_input_ids=tokens)
    yield dict(input_ids=tokens)
    yield dict(input_ids=tokens, pixel_values=image)
    for shape in ((1, 3, 64, 64), (1, 3, 224, 224), (1, 3, 128, 128), (1, 3, 256, 256), (1, 4, 3, 64, 64)):
        yield dict(pixel_values=rand(*shape))
    yield dict(pixel_values_videos=rand(1, 8, 3, 64, 64))
    yield dict(input_values=rand(1, 1024, 128))
    yield dict(inputs_embeds=rand(1, 16, 32))
    yield dict(past_values=rand(1, getattr(config, "context_length", None) or 32, getattr(config, "num_input_channels", 1)))


def accepted_inputs(model, config):
    import torch

    arguments = inspect.signature(model.forward).parameters
    main = getattr(model, "main_input_name", "input_ids")
    fitting = [inputs for inputs in input_sets(config) if all(name in arguments for name in inputs)]
    said = f"no inputs for {list(arguments)}"
    for inputs in sorted(fitting, key=lambda inputs: main not in inputs):
        try:
            with torch.no_grad():
                model(**inputs)
            return inputs
        except Exception as error:
            said = f"{list(inputs)}: {type(error).__name__}: {error}"
    raise RuntimeError(said)


def small_model(name):
    import torch
    import transformers
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING
    from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

    class_name = MODEL_MAPPING_NAMES[name]
    model_class = getattr(transformers, class_name if isinstance(class_name, str) else class_name[0])
    said = None
    for attention, left_out in TRIES:

        def build(config):
            config._attn_implementation = attention
            with torch.device("meta"):
                parameters = sum(parameter.numel() for parameter in model_class._from_config(config).parameters())
            if parameters > MOST_PARAMETERS:
                raise ValueError(f"{parameters} parameters remain")

        try:
            config = small_configuration(CONFIG_MAPPING[name], build, left_out)
            torch.manual_seed(0)
            model = model_class._from_config(config).eval().float()
            return model, accepted_inputs(model, config)
        except Exception as error:
            said = error
    raise said


def names():
    from transformers.models.auto.modeling_auto import MODEL_MAPPING_NAMES

    return list(MODEL_MAPPING_NAMES)
