// Builds what a customer's site may embed: the chat, the form and the call button it loads when a page has one, and the
// hours and the call itself, which it loads when asked.
import { readFile, writeFile, mkdir } from "node:fs/promises";
import { build, transform } from "esbuild";
import { minify } from "terser";

const OUT = new URL("../src/affluent/web/pages/widget/", import.meta.url);

/** Imports a style sheet as a minified string: it goes into the shadow root, never into the page. */
const styleAsText = {
  name: "style-as-text",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/**
 * Names that only our own code knows: neither the browser's, nor on the wire, nor kept in the browser. They are shortened, which
 * makes room for what visitors see. A name that is also one of those must not stand here.
 */
const OURS =
  "acknowledge attach beat big changed connect cut delivered discard drawn drop edit failed follow forget gone heard_ms hello hint hour_ask hour_open kept " +
  "leave leaving linked look notice pending props put quiet received refuse retry sending shut slot socket stay sure take tries typed_ms types typing unread upload welcome";

/** `ours` is empty for what speaks to parts of the browser that use such names (`connect` joins two nodes of sound). */
async function bundle(entry, name, ours = OURS) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2020",
    charset: "utf8",
    minify: true,
    legalComments: "none",
    jsxFactory: "h",
    plugins: [styleAsText],
  });
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2020,
    compress: { passes: 3, unsafe_arrows: true, pure_getters: true },
    mangle: ours ? { properties: { regex: new RegExp(`^(${ours.replaceAll(" ", "|")})$`) } } : true,
    format: { comments: false },
  });
  await writeFile(new URL(name, OUT), code);
}

await mkdir(OUT, { recursive: true });
await bundle("src/chat.ts", "affluent.js");
await bundle("src/form.tsx", "affluent-form.js");
await bundle("src/hour.tsx", "affluent-hour.js");
await bundle("src/call.ts", "affluent-call.js", "");
await bundle("src/talk.ts", "affluent-talk.js", "");
await bundle("src/share.ts", "affluent-share.js", "");
