// --trace: every request, parse, build and link as one bar on a timeline. The JSON is the Trace
// Event format that browsers' own tracing pages and Perfetto read; the HTML page carries the same
// data and draws it by itself.
#include "cli/trace.h"

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

namespace pipit::cli {
namespace {

constexpr std::string_view kPageHead =
    R"(<!DOCTYPE html><meta charset="utf-8"><title>pipit trace</title>
<style>body{font:12px sans-serif;margin:8px}div.row{position:relative;height:16px;border-bottom:1px solid #eee}
div.bar{position:absolute;height:14px;overflow:hidden;white-space:nowrap;border-radius:2px;padding-left:2px;box-sizing:border-box;min-width:2px}
.page{background:#9cf}.metadata{background:#9e9}.fetch{background:#fc8}.build{background:#f99}.disk{background:#ccc}.solve{background:#fcf}
.command{background:#eee}</style><h3>pipit trace</h3><div id="t"></div><script>const spans=)";

constexpr std::string_view kPageTail = R"(.traceEvents;
const end=Math.max(...spans.map(s=>s.ts+s.dur),1),rows=[];
for(const s of spans.sort((a,b)=>a.ts-b.ts)){let r=rows.find(r=>r.end<=s.ts);if(!r){r={end:0,spans:[]};rows.push(r)}r.spans.push(s);r.end=s.ts+s.dur}
for(const r of rows){const d=document.createElement('div');d.className='row';for(const s of r.spans){const b=document.createElement('div');
b.className='bar '+s.cat;b.style.left=100*s.ts/end+'%';b.style.width=100*s.dur/end+'%';b.textContent=s.name;
b.title=s.name+'\n'+(s.dur/1000).toFixed(2)+' ms from '+(s.ts/1000).toFixed(2)+' ms\n'+s.args.outcome+', '+s.args.bytes+' bytes';d.append(b)}
document.getElementById('t').append(d)}</script>
)";

std::string trace_json(const std::vector<base::SpanRecord>& spans) {
  std::int64_t first = 0;
  for (const base::SpanRecord& span : spans)
    if (first == 0 || span.start < first) first = span.start;
  std::string out = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[";
  bool comma = false;
  for (const base::SpanRecord& span : spans) {
    out += comma ? ",\n{\"name\":" : "\n{\"name\":";
    comma = true;
    base::append_json_string(out, span.name);
    out += cat(",\"cat\":\"", base::lane_name(span.lane),
               "\",\"ph\":\"X\",\"pid\":1,\"tid\":", span.thread, ",\"ts\":", span.start - first,
               ",\"dur\":", span.end - span.start, ",\"args\":{\"bytes\":", span.bytes,
               ",\"outcome\":");
    base::append_json_string(out, span.outcome);
    out += "}}";
  }
  return out + "\n]}\n";
}

}  // namespace

Result<void> write_trace(const std::string& path, const std::vector<base::SpanRecord>& spans) {
  const std::string json = trace_json(spans);
  if (!path.ends_with(".html")) return base::write_output_file(path, json);
  // "</" would end the script element.
  return base::write_output_file(path,
                                 cat(kPageHead, base::replace_all(json, "</", "<\\/"), kPageTail));
}

}  // namespace pipit::cli
