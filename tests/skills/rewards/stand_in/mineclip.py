"""A stand-in for the package `mineclip`, which is not MineCLIP: tiny, and with the same signatures.

It finds a text likelier the redder the latest picture is, if the text speaks of red.
"""

import torch

TEXTS: list[list[str]] = []
HIDDEN = 512


class MineCLIP(torch.nn.Module):
    def __init__(self, arch, *, resolution, pool_type, image_feature_dim, mlp_adapter_spec, hidden_dim):
        super().__init__()
        assert (arch, tuple(resolution), mlp_adapter_spec) == ("vit_base_p16_fz.v2.t2", (160, 256), "v0-2.t0")
        assert image_feature_dim == hidden_dim == HIDDEN
        width = 2 if pool_type == "attn.d2.nh8.glusw" else 1
        self.scale = torch.nn.Parameter(torch.zeros(width))

    def load_ckpt(self, ckpt_or_path, strip_prefix="model.", strict=False):
        assert isinstance(ckpt_or_path, dict)
        state = {name.removeprefix(strip_prefix): value for name, value in ckpt_or_path["state_dict"].items()}
        return self.load_state_dict(state, strict=strict)

    def encode_text(self, texts):
        TEXTS.append(list(texts))
        if any("tokenizer" in text for text in texts):
            raise OSError("We couldn't connect to load the files")
        return torch.tensor([[float("red" in text)] * HIDDEN for text in texts])

    def forward_image_features(self, frames):
        assert frames.dtype == torch.uint8 and frames.shape[1:] == (16, 3, 160, 256)
        red = frames[:, :, 0].float().mean((2, 3)) / 255.0
        return red[:, :, None].expand(-1, -1, HIDDEN)

    def forward_video_features(self, image_features):
        return image_features[:, -1]

    def forward_reward_head(self, video_features, text_tokens=None, softmax=False):
        logits = self.scale.sum() * video_features @ text_tokens.T / HIDDEN
        return logits, logits.T
