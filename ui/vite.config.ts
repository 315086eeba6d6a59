import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where the API answers while pages are being worked on: the mock by default, a real server when named. */
const server = process.env["AFFLUENT_SERVER"] ?? "http://127.0.0.1:8977";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../src/affluent/web/pages",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 900,
    // A small file made into a data: address is one that the content policy refuses to fetch.
    assetsInlineLimit: 0,
  },
  worker: { format: "es" },
  server: {
    port: 8976,
    proxy: { "/api": server, "/demo": server, "/widget": server },
  },
});
