"""Trains the sample models' tokenizer: byte-level BPE, 4,096 entries, <|endoftext|> = 0 at the end of every document.

    pip install tokenizers==0.23.3
    python sample-models/make_tokenizer.py sample-models/data/train.txt.gz sample-models/tokenizer
"""
import gzip
import json
import pathlib
import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

END = "<|endoftext|>"
text, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
documents = gzip.open(text, "rt", encoding="utf-8").read().split(END)

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
tokenizer.train_from_iterator(documents, trainers.BpeTrainer(vocab_size=4096, special_tokens=[END], initial_alphabet=alphabet))

folder.mkdir(parents=True, exist_ok=True)
tokenizer.save(str(folder / "tokenizer.json"))
config = {"bos_token": END, "eos_token": END, "tokenizer_class": "PreTrainedTokenizerFast"}
(folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
print(sum(len(each.ids) + 1 for each in tokenizer.encode_batch(documents)), "tokens in", len(documents), "documents")
