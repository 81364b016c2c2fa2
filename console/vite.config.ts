import { fileURLToPath } from 'node:url';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `--mode mock` builds the console with its in-memory server (src/lib/mock), for the browser tests and for work on the
// console alone. The product's own build never contains it: the import stands behind a constant that folds to false.
export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __MOCK__: JSON.stringify(mode === 'mock' || mode === 'test') },
  server: {
    port: 5173,
    // The host stays the page's own: the server refuses to change anything for a page of another origin.
    proxy: Object.fromEntries(['/v1', '/demo', '/sim'].map((path) => [path, { target: process.env.ANTIPHON_URL ?? 'http://127.0.0.1:8080', changeOrigin: false }])),
  },
  build: {
    target: 'es2023',
    sourcemap: false,
    chunkSizeWarningLimit: 400,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 20 },
            { name: 'router', test: /node_modules\/@tanstack\//, priority: 15 },
            // One file of icons instead of a hundred of a few bytes.
            { name: 'icons', test: /node_modules\/lucide-react\//, priority: 12 },
            { name: 'base', test: /src\/(ui\/(?!menu-popup|dialog|tabs)|lib\/(?!mock))/, priority: 10 },
          ],
        },
      },
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true },
}));
