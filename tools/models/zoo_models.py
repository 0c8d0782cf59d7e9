"""Models of timm and of transformers that no rule was written for: one small model of each family, random weights.

Bloom, Reformer and Yoso are not here: they contain Python functions of autograd, which no file can hold.

To add one: a name in TIMM, or a row in TRANSFORMERS (the model's class, the configuration's fields that make it small, and
its inputs).
"""

from typing import NamedTuple, Sequence

# One of each module of timm: the smallest, or the one with the rarest ops.
TIMM = """
beit_base_patch16_224 botnet26t_256 halonet26t lambda_resnet26rpt_256 gcresnext26ts mobileone_s0 cait_xxs24_224
coat_lite_tiny coat_tiny convit_tiny convnext_atto_rms crossvit_9_240 csatv2 cs3darknet_focus_s cspnext_tiny davit_tiny
deit_tiny_distilled_patch16_224 densenetblur121d dla46_c dpn48b edgenext_xx_small efficientformer_l1 efficientformerv2_s0
efficientnet_b0_g16_evos mixnet_s efficientvim_m1 efficientvit_b0 efficientvit_m0 eva02_tiny_patch14_224 fasternet_t0
fastvit_t8 focalnet_tiny_srf gcvit_xxtiny ghostnetv3_050 ghostnetv2_100 hardcorenas_a hgnetv2_b0 hiera_tiny_224
hrnet_w18_small iformer_t inception_next_atto lcnetv2_small levit_128s lowformer_b0 mambaout_femto coatnet_nano_rw_224
maxvit_pico_rw_256 caformer_s18 poolformer_s12 gmlp_ti16_224 mixer_s32_224 resmlp_12_224 fbnetv3_b lcnet_035 mobilevit_xxs
mobilevitv2_050 mvitv2_tiny nest_tiny nextvit_small eca_nfnet_l0 nf_resnet26 pit_ti_224 pvt_v2_b0 pvt_v2_b2_li rdnet_tiny
regnetx_002 repghostnet_050 repvit_m0_9 res2net50_14w_8s resnest14d ecaresnet26t resnet10t resnetv2_50d_frn
resnetv2_50d_gn rexnet_100 selecsls42 legacy_seresnet18 sequencer2d_s shvit_s1 skresnet18 starnet_s050 swiftformer_xs
swin_s3_tiny_224 swinv2_tiny_window8_256 swinv2_cr_tiny_224 tiny_vit_5m_224 tnt_s_patch16_224 tresnet_m
twins_pcpvt_small twins_svt_small visformer_tiny vit_tiny_patch16_224 vit_tiny_r_s16_p8_224
vit_relpos_small_patch16_224 volo_d1_224 ese_vovnet19b_dw xception41p xcit_nano_12_p16_224
naflexvit_base_patch16_gap qwen3_vit_88m mobilenetv5_300m_enc vitamin_small_224 convmixer_768_32
""".split()

TOKENS, WIDTH, HEADS, LAYERS = 24, 32, 4, 2
IDS = ("ids", 2, TOKENS)
IMAGE = ("float", 1, 3, 64, 64)
TEXT = dict(vocab_size=99, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS, intermediate_size=37)
DECODER = dict(TEXT, num_key_value_heads=2, max_position_embeddings=64, use_cache=False)
VISION = dict(TEXT, image_size=64, patch_size=16)
del VISION["vocab_size"]
WAVE = dict(
    TEXT, conv_dim=(16, 16, 16), conv_kernel=(10, 3, 3), conv_stride=(5, 2, 2), num_feat_extract_layers=3,
    num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=2,
)  # fmt: skip
STAGES = dict(depths=[1, 1, 1, 1], hidden_sizes=[16, 32, 32, 32], num_attention_heads=[1, 2, 2, 2])
ENCODER_DECODER = dict(
    vocab_size=99, d_model=WIDTH, encoder_layers=LAYERS, decoder_layers=LAYERS, encoder_attention_heads=HEADS,
    decoder_attention_heads=HEADS, encoder_ffn_dim=37, decoder_ffn_dim=37, pad_token_id=0, use_cache=False,
)  # fmt: skip


class Row(NamedTuple):
    model: str  # a class of transformers
    config: dict
    inputs: Sequence[tuple]  # ("ids" or "float" or "mask", dims ...), in argument order


# fmt: off
TRANSFORMERS = {
    "albert": Row("AlbertModel", dict(TEXT, embedding_size=16), [IDS]),
    "bart": Row("BartModel", ENCODER_DECODER, [IDS]),
    "beit": Row("BeitModel", VISION, [IMAGE]),
    "bert": Row("BertModel", TEXT, [IDS]),
    "bert-masked-lm": Row("BertForMaskedLM", TEXT, [IDS]),
    "big_bird": Row("BigBirdModel", dict(TEXT, attention_type="original_full"), [IDS]),
    "big_bird-sparse": Row("BigBirdModel", dict(TEXT, block_size=8, num_random_blocks=1), [("ids", 1, 128)]),
    "bit": Row("BitModel", dict(embedding_size=16, hidden_sizes=[16, 32], depths=[1, 1], num_groups=4), [IMAGE]),
    "clip_vision": Row("CLIPVisionModel", VISION, [IMAGE]),
    "clip_text": Row("CLIPTextModel", TEXT, [IDS]),
    "convbert": Row("ConvBertModel", TEXT, [IDS]),
    "convnextv2": Row("ConvNextV2Model", dict(hidden_sizes=[16, 32, 32, 32], depths=[1, 1, 1, 1]), [IMAGE]),
    "deberta": Row("DebertaModel", dict(TEXT, relative_attention=True, pos_att_type=["c2p", "p2c"]), [IDS]),
    "deberta_v2": Row("DebertaV2Model", dict(TEXT, relative_attention=True, pos_att_type=["c2p", "p2c"]), [IDS]),
    "distilbert": Row(
        "DistilBertModel",
        dict(vocab_size=99, dim=WIDTH, n_heads=HEADS, n_layers=LAYERS, hidden_dim=37),
        [IDS],
    ),
    "dinov2": Row("Dinov2Model", dict(VISION, mlp_ratio=2), [IMAGE]),
    "electra": Row("ElectraModel", dict(TEXT, embedding_size=16), [IDS]),
    "falcon": Row("FalconModel", dict(TEXT, use_cache=False), [IDS]),
    "fnet": Row("FNetModel", dict(TEXT, tpu_short_seq_length=TOKENS), [IDS]),
    "funnel": Row(
        "FunnelModel",
        dict(vocab_size=99, d_model=WIDTH, n_head=HEADS, d_head=8, d_inner=37, block_sizes=[1, 1, 1]),
        [IDS],
    ),
    "gemma2": Row("Gemma2Model", dict(DECODER, head_dim=8), [IDS]),
    "gpt2": Row("GPT2Model", dict(vocab_size=99, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, use_cache=False), [IDS]),
    "gpt_neo": Row(
        "GPTNeoModel",
        dict(
            vocab_size=99, hidden_size=WIDTH, num_layers=LAYERS, num_heads=HEADS,
            attention_types=[[["global", "local"], 1]], use_cache=False,
        ),
        [IDS],
    ),
    "gpt_neox": Row("GPTNeoXModel", dict(TEXT, use_cache=False), [IDS]),
    "gptj": Row(
        "GPTJModel",
        dict(vocab_size=99, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, rotary_dim=4, use_cache=False),
        [IDS],
    ),
    "hubert": Row("HubertModel", WAVE, [("float", 1, 2000)]),
    "ibert": Row("IBertModel", TEXT, [IDS]),
    "layoutlm": Row("LayoutLMModel", TEXT, [IDS]),
    "levit": Row(
        "LevitModel",
        dict(
            image_size=64, hidden_sizes=[16, 32, 32], num_attention_heads=[2, 2, 2], depths=[1, 1, 1],
            key_dim=[8, 8, 8],
        ),
        [IMAGE],
    ),
    "llama": Row("LlamaModel", DECODER, [IDS]),
    "longformer": Row("LongformerModel", dict(TEXT, attention_window=[8, 8]), [IDS]),
    "mamba": Row(
        "MambaModel",
        dict(vocab_size=99, hidden_size=WIDTH, num_hidden_layers=LAYERS, use_cache=False),
        [IDS],
    ),
    "mamba2": Row(
        "Mamba2Model",
        dict(
            vocab_size=99, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_heads=8, head_dim=8,
            n_groups=2, state_size=16, use_cache=False,
        ),
        [IDS],
    ),
    "marian": Row("MarianModel", ENCODER_DECODER, [IDS, ("mask", 2, TOKENS), IDS]),
    "mistral": Row("MistralModel", dict(DECODER, sliding_window=8), [IDS]),
    "mixtral": Row("MixtralModel", dict(DECODER, intermediate_size=64, num_local_experts=4), [IDS]),
    "mobilebert": Row(
        "MobileBertModel",
        dict(TEXT, intra_bottleneck_size=16, embedding_size=16, true_hidden_size=16),
        [IDS],
    ),
    "mpnet": Row("MPNetModel", TEXT, [IDS]),
    "mpt": Row(
        "MptModel",
        dict(vocab_size=99, d_model=WIDTH, n_layers=LAYERS, n_heads=HEADS, use_cache=False),
        [IDS],
    ),
    "nystromformer": Row("NystromformerModel", dict(TEXT, num_landmarks=TOKENS, segment_means_seq_len=TOKENS), [IDS]),
    "opt": Row(
        "OPTModel",
        dict(
            vocab_size=99, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
            ffn_dim=37, word_embed_proj_dim=WIDTH, use_cache=False,
        ),
        [IDS],
    ),
    "phi": Row("PhiModel", DECODER, [IDS]),
    "poolformer": Row("PoolFormerModel", dict(hidden_sizes=[16, 32, 32, 32], depths=[1, 1, 1, 1]), [IMAGE]),
    "pvt": Row("PvtModel", dict(image_size=64, **STAGES), [IMAGE]),
    "qwen2": Row("Qwen2Model", DECODER, [IDS]),
    "qwen2_moe": Row(
        "Qwen2MoeModel",
        dict(DECODER, num_experts=4, moe_intermediate_size=16, shared_expert_intermediate_size=16),
        [IDS],
    ),
    "qwen3": Row("Qwen3Model", dict(DECODER, head_dim=8), [IDS]),
    "rembert": Row("RemBertModel", dict(TEXT, input_embedding_size=16), [IDS]),
    "resnet": Row("ResNetModel", dict(embedding_size=16, hidden_sizes=[16, 32], depths=[1, 1]), [IMAGE]),
    "roberta": Row("RobertaModel", TEXT, [IDS]),
    "roformer": Row("RoFormerModel", TEXT, [IDS]),
    "rwkv": Row(
        "RwkvModel",
        dict(
            vocab_size=99, hidden_size=WIDTH, num_hidden_layers=LAYERS, attention_hidden_size=WIDTH,
            use_cache=False,
        ),
        [IDS],
    ),
    "segformer": Row(
        "SegformerModel",
        dict(
            depths=[1, 1, 1, 1], hidden_sizes=[16, 32, 32, 32], num_attention_heads=[1, 2, 2, 2],
            decoder_hidden_size=32,
        ),
        [IMAGE],
    ),
    "siglip_vision": Row("SiglipVisionModel", VISION, [IMAGE]),
    "splinter": Row("SplinterModel", TEXT, [IDS]),
    "squeezebert": Row("SqueezeBertModel", dict(TEXT, embedding_size=WIDTH, intermediate_size=64), [IDS]),
    "stablelm": Row("StableLmModel", DECODER, [IDS]),
    "swin": Row(
        "SwinModel",
        dict(image_size=64, embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4),
        [IMAGE],
    ),
    "swinv2": Row(
        "Swinv2Model",
        dict(image_size=64, embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4),
        [IMAGE],
    ),
    "t5-encoder": Row(
        "T5EncoderModel",
        dict(vocab_size=99, d_model=WIDTH, d_kv=8, d_ff=37, num_layers=LAYERS, num_heads=HEADS, use_cache=False),
        [IDS],
    ),
    "t5": Row(
        "T5Model",
        dict(vocab_size=99, d_model=WIDTH, d_kv=8, d_ff=37, num_layers=LAYERS, num_heads=HEADS, use_cache=False),
        [IDS, ("mask", 2, TOKENS), IDS],
    ),
    "vit": Row("ViTModel", VISION, [IMAGE]),
    "vits-text": Row(
        "VitsModel",
        dict(vocab_size=38, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=2, ffn_dim=37),
        [("ids", 1, 12)],
    ),
    "wav2vec2": Row("Wav2Vec2Model", WAVE, [("float", 1, 2000)]),
    "wav2vec2-conformer": Row("Wav2Vec2ConformerModel", WAVE, [("float", 1, 2000)]),
    "wavlm": Row("WavLMModel", WAVE, [("float", 1, 2000)]),
    "whisper-encoder": Row(
        "WhisperModel",
        dict(ENCODER_DECODER, num_mel_bins=16, max_source_positions=30),
        [("float", 1, 16, 60)],
    ),
    "xglm": Row(
        "XGLMModel",
        dict(vocab_size=99, d_model=WIDTH, num_layers=LAYERS, attention_heads=HEADS, ffn_dim=37, use_cache=False),
        [IDS],
    ),
    "xlm": Row("XLMModel", dict(n_words=99, emb_dim=WIDTH, n_layers=LAYERS, n_heads=HEADS), [IDS]),
    "xlnet": Row("XLNetModel", dict(vocab_size=99, d_model=WIDTH, n_layer=LAYERS, n_head=HEADS, d_inner=37), [IDS]),
    "yolos": Row("YolosModel", dict(VISION, image_size=[64, 64], num_detection_tokens=4), [IMAGE]),
    "sew": Row("SEWModel", dict(WAVE, squeeze_factor=2), [("float", 1, 2000)]),
}
# fmt: on
