// The backend sees what PEP 517 promises: the tree is the working directory but not on sys.path,
// the directories of backend-path come first, standard input is empty. What was printed before a
// hook hangs or dies must not be lost in a buffer, and a letter that the locale does not know must
// not end a build, so the streams are set to write line by line and to escape.
//
// Bytecode: each of the two or three hooks of a build loads the same backend, and compiling it
// takes longer than all else, so what lies in the environment may keep its bytecode there. In the
// tree, which may be the user's own, nothing is written; PYTHONDONTWRITEBYTECODE says so to
// children.
#include "build/hook_script.h"

namespace pipit::build {

const std::string_view kHookScript = R"py(import importlib.machinery, json, os, sys, traceback

def keep_bytecode(prefix):
    loader = importlib.machinery.SourceFileLoader
    write = loader.set_data
    def set_data(self, path, data, **options):
        if path.startswith(os.path.join(prefix, "")):
            write(self, path, data, **options)
    loader.set_data = set_data
    sys.dont_write_bytecode = False

def show(error):
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    traceback.print_exception(type(error), error, frames)

def load(name, path):
    sys.path[:0] = path
    module_name, _, attributes = name.partition(":")
    backend = importlib.import_module(module_name)
    if path:
        origin = os.path.realpath(getattr(backend, "__file__", None) or "")
        roots = [os.path.join(os.path.realpath(root), "") for root in path]
        if not any(origin.startswith(root) for root in roots):
            raise ImportError("it does not come from backend-path but from " + (origin or "nowhere"))
    for attribute in filter(None, attributes.split(".")):
        backend = getattr(backend, attribute)
    return backend

def run(order):
    try:
        backend = load(order["backend"], order["path"])
    except Exception as error:
        show(error)
        return {"backend": "%s: %s" % (type(error).__name__, error)}
    hook = getattr(backend, order["hook"], None)
    if hook is None:
        return {"missing": True}
    try:
        value = hook(*order["arguments"])
    except Exception as error:
        show(error)
        sys.exit(1)
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return {"value": list(value)}
    if value is None or isinstance(value, str):
        return {"value": value}
    return {"wrong": type(value).__name__}

def main():
    order = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [one for one in sys.path if one and os.path.abspath(one) != here]
    if order["keep_bytecode"]:
        keep_bytecode(order["keep_bytecode"])
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace", line_buffering=True)
    answer = json.dumps(run(order))
    with open(order["result"], "w") as out:
        out.write(answer)

if __name__ == "__main__":
    main()
)py";

}  // namespace pipit::build
