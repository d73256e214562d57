/** Builds the canvas for Django to serve, and serves it over a small practice API while developing. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

async function practiceApi(): Promise<Plugin[]> {
  const { practiceServer } = await import("./dev/practice-server.mjs");
  return [practiceServer()];
}

export default defineConfig(async ({ command, mode }) => ({
  base: command === "build" ? "/static/canvas/" : "/",
  plugins: [react(), ...(command === "serve" && mode === "development" ? await practiceApi() : [])],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    manifest: true,
    outDir: "dist",
    // An inlined font would need `data:` in the page's content policy.
    assetsInlineLimit: 0,
    rolldownOptions: { input: "src/main.tsx" },
  },
}));
