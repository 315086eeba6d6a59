"""The style sheet of the report: the tokens of the pages, light and dark, from a phone's width on."""

STYLE = """
:root{color-scheme:light dark;--ground:light-dark(#edf0ee,#0c1211);--surface:light-dark(#fff,#141b1a);
--ink:light-dark(#14201e,#e6ecea);--ink-2:light-dark(#3f4c49,#b6c1be);--ink-3:light-dark(#5a6763,#93a09c);
--line:light-dark(#dbe1de,#26302e);--s1:light-dark(#0a5b66,#67c8c9);--s2:light-dark(#9a5b2b,#d99a63);
--band:light-dark(#9a5b2b26,#d99a6330);
--font:"Atkinson Hyperlegible Next",system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
*{box-sizing:border-box;margin:0}
body{font:400 1rem/1.5 var(--font);color:var(--ink);background:var(--ground);font-variant-numeric:tabular-nums}
main{max-width:75rem;margin:0 auto;padding:1.5rem 1rem;display:grid;gap:1rem}
h1{font-size:1.375rem}h2{font-size:1.125rem}h3{font-size:.9375rem}h1,h2,h3{font-weight:600;line-height:1.25}
p{max-width:70ch}.small,.axis{font-size:.8125rem;color:var(--ink-2)}
section,main>figure{background:var(--surface);border:1px solid var(--line);border-radius:6px;padding:1rem;
display:grid;gap:.75rem}
.pair{display:grid;gap:1.5rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr))}
figure{display:grid;gap:.5rem;align-content:start}ul{padding-left:1.2rem;display:grid;gap:.4rem}
.plot{width:100%;height:auto;max-width:40rem}
.plot .grid{stroke:var(--line)}.plot .tick{fill:var(--ink-3);font-size:11px}
.plot polyline{fill:none;stroke-width:2;stroke-linejoin:round}
.plot .data{stroke:var(--s2)}.plot .law{stroke:var(--s1);stroke-dasharray:6 4}
.plot .thin{stroke:var(--s2);stroke-width:1;opacity:.55}.plot .band{fill:var(--band);stroke:none}
"""
