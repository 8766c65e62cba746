"""Small Parquet files as the Hugging Face Hub has them, by pyarrow 26. usage: make_parquet.py OUT_FOLDER"""
import sys
import pyarrow as pa, pyarrow.parquet as pq
rows=[{"question":"Which musical?","question_id":"tc_33","question_source":"x","entity_pages":{"doc_source":[],"filename":[]},"answer":{"aliases":["Sunset Blvd","Sunset Boulevard"],"normalized_aliases":["sunset blvd"],"value":"Sunset Boulevard","matched_wiki_entity_name":None}},
{"question":"Namāz 🙏?","question_id":"tc_34","question_source":"x","entity_pages":{"doc_source":["a"],"filename":["b"]},"answer":{"aliases":["PRAY"],"normalized_aliases":["pray"],"value":"Pray","matched_wiki_entity_name":"w"}}]
out=sys.argv[1]+'/'
pq.write_table(pa.Table.from_pylist(rows), out+'triviaqa-hub.parquet', compression='snappy')
pq.write_table(pa.Table.from_pylist([{"id":"M","question":"Which?","choices":{"text":["sun","moon"],"label":["A","B"]},"answerKey":"B"}]), out+'arc-hub.parquet', compression='zstd')
pq.write_table(pa.Table.from_pylist([{"goal":"boil","sol1":"heat","sol2":"cool","label":1}]), out+'piqa-hub.parquet', compression='none')
