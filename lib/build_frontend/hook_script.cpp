// The backend gets what PEP 517 promises: the tree is the working directory but not on sys.path,
// the directories of backend-path come first, standard input is empty, and a hook does not see what
// an earlier one did to its process. What was printed before a hook hangs or dies must not be lost
// in a buffer, and a character that the locale cannot encode must not end a build, so the streams
// write line by line and escape.
//
// Loading a backend takes longer than most hooks. Two things reduce that:
//
//   bytecode  What lies in the environment keeps its bytecode there. In the tree, which may be the
//             user's own, nothing is written; PYTHONDONTWRITEBYTECODE says so to children.
//   fork      Every build begins by asking for further requirements, and nearly always there are
//             none. So that question is asked in a fork, before the hook that is wanted: one
//             backend is loaded for two hooks. A backend that starts threads is not forked.
#include "build_frontend/hook_script.h"

namespace pipit::build_frontend {

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

def write_answer(hook, answer):
    text = json.dumps(answer)
    with open(hook["answer"], "w") as out:
        out.write(text)

def call(backend, hook):
    function = getattr(backend, hook["name"], None)
    if function is None:
        return {"missing": True}
    try:
        value = function(*hook["arguments"])
    except Exception as error:
        show(error)
        sys.exit(1)
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return {"value": list(value)}
    if value is None or isinstance(value, str):
        return {"value": value}
    return {"wrong": type(value).__name__}

def call_in_fork(backend, hook):
    sys.stdout.flush()
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        if status & 127:
            os.kill(os.getpid(), status & 127)
        return status >> 8
    code = 1
    try:
        write_answer(hook, call(backend, hook))
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        if end.code is not None and not isinstance(end.code, int):
            print(end.code, file=sys.stderr)
    except BaseException as error:
        show(error)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

def is_enough(hook, known):
    try:
        with open(hook["answer"]) as text:
            answer = json.load(text)
    except OSError:
        return False
    needs = answer.get("value") or []
    return "wrong" not in answer and isinstance(needs, list) and set(needs) <= set(known)

def has_threads():
    try:
        return len(os.listdir("/proc/self/task")) > 1
    except OSError:
        return True

def main():
    order = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [one for one in sys.path if one and os.path.abspath(one) != here]
    if order["bytecode"]:
        keep_bytecode(order["bytecode"])
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace", line_buffering=True)
    hooks = order["hooks"]
    try:
        backend = load(order["backend"], order["path"])
    except Exception as error:
        show(error)
        return write_answer(hooks[0], {"backend": "%s: %s" % (type(error).__name__, error)})
    if len(hooks) > 1 and not has_threads():
        code = call_in_fork(backend, hooks[0])
        if code:
            sys.exit(code)
        if not is_enough(hooks.pop(0), order["known"]):
            return
    write_answer(hooks[0], call(backend, hooks[0]))

if __name__ == "__main__":
    main()
)py";

}  // namespace pipit::build_frontend
