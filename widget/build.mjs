// Builds the two files a customer's site may embed: the chat, and the form it loads when a page has one.
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

async function bundle(entry, name) {
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
    format: { comments: false },
  });
  await writeFile(new URL(name, OUT), code);
}

await mkdir(OUT, { recursive: true });
await bundle("src/chat.ts", "affluent.js");
await bundle("src/form.tsx", "affluent-form.js");
