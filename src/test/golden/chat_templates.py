"""What Hugging Face renders for the templates in src/test/resources/chat-templates: writes expected.json beside them.
usage: chat_templates.py FOLDER    (needs the Python packages transformers and jinja2; made with transformers 5.23, jinja2 3.1.6)
The templates are written after the published ones of the models they are named for; dialect.jinja is ours."""
import datetime, glob, json, os, sys
from transformers.utils.chat_template_utils import _compile_jinja_template
folder = sys.argv[1]
turns = lambda *pairs: [dict(role=r, content=c) for r, c in pairs]
conversations = {
    "user": turns(("user", "Name a prime > 10.")),
    "system": turns(("system", "You are terse."), ("user", " Name a prime > 10.\n"), ("assistant", "11"), ("user", "Another?")),
    "thinking": turns(("user", "2+2?"), ("assistant", "<think>\nadd\n</think>\n\n4"), ("user", "3+3?"), ("assistant", "<think>\nagain\n</think>\n\n6 é 😀")),
    "two-users": turns(("user", "a"), ("user", "b")),
    "empty": turns(("user", "")),
}
out = []
for path in sorted(glob.glob(folder + "/*.jinja")):
    template = _compile_jinja_template(open(path, encoding="utf-8").read())
    for name, messages in conversations.items():
        for prompt in (True, False):
            row = dict(template=os.path.basename(path), messages=messages, add_generation_prompt=prompt)
            try:
                row["text"] = template.render(messages=messages, tools=None, documents=None, add_generation_prompt=prompt, bos_token="<s>", eos_token="</s>")
            except Exception as e:
                row["error"] = str(e)
            row = {k: v.replace(str(datetime.datetime.now().year), "<YEAR>") if k == "text" else v for k, v in row.items()}
            out.append(row)
with open(folder + "/expected.json", "w") as f:
    json.dump(out, f, indent=1)
    f.write("\n")
